"""The repository's own files, for tests that read them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from portal.settings.env import BASE_DIR

APPS = ("portal", "notifications", "billing", "customers")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files(*suffixes: str) -> list[Path]:
    """Every file that git knows or would take, with one of the suffixes where any is given."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=BASE_DIR,
        capture_output=True,
        check=True,
    ).stdout.decode()
    paths = (BASE_DIR / name for name in listed.split("\0") if name)
    return sorted(p for p in paths if p.is_file() and (not suffixes or p.suffix in suffixes))


def python_files(*, tests: bool) -> list[Path]:
    """Our modules, or the tests of them; no migrations."""
    return [p for p in files(".py") if is_test(p) == tests and "migrations" not in p.parts]


def is_test(path: Path) -> bool:
    """Whether the file only serves tests."""
    return "tests" in path.parts or path.name == "conftest.py"


def templates() -> list[Path]:
    """Our HTML templates."""
    return [p for p in files(".html") if "templates" in p.parts]


@cache
def tree(path: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a module."""
    return (
        n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def place(path: Path, line: int | None = None) -> str:
    """A name for a failure: the path in the repository, and the line where one is given."""
    name = path.relative_to(BASE_DIR).as_posix()
    return name if line is None else f"{name}:{line}"
