"""Every row of the list of bad files has a test, and no test is of a row that is not there."""

import ast
from collections.abc import Iterator
from pathlib import Path

from .listed import listed

TESTS = Path(__file__).parents[1]


def marked() -> Iterator[str]:
    """The ids in every ``@bad_file(…)`` over a test."""
    for path in TESTS.rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        if "@bad_file(" in text:
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    yield from _ids(node)


def _ids(test: ast.FunctionDef) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "bad_file":
            yield from (str(ast.literal_eval(one)) for one in mark.args)


def test_every_row_of_the_list_has_a_test_and_every_test_its_row() -> None:
    ids = set(marked())
    assert set(listed()) - ids == set()
    assert ids - set(listed()) == set()


def test_every_row_says_what_comes_and_what_becomes_of_it() -> None:
    for row in listed().values():
        assert all(row.values()), row
