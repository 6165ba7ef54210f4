"""The list of bad files, ``portal/tests/data/bad_files.csv``, and the mark of its tests."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

LIST = Path(__file__).parents[1] / "data" / "bad_files.csv"
Test = TypeVar("Test", bound=Callable[..., None])


def bad_file(*_ids: str) -> Callable[[Test], Test]:
    """Says of which rows of the list this is the test."""
    return lambda test: test


def listed() -> dict[str, dict[str, str]]:
    """The rows of the list by their id."""
    with LIST.open(encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}
