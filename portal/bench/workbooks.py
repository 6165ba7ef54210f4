"""Reading a workbook of 200,000 rows and 10 columns, against the usual library."""

import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import psutil
from openpyxl import Workbook, load_workbook

from portal.bench import Way
from portal.lib import spreadsheets
from portal.settings.env import BASE_DIR

WHAT = "read a workbook of 200,000 rows and 10 columns"
UNIT = "rows"
ONLY_WHEN_NAMED = True
ROUNDS = 3

ROWS = 200_000
HEADINGS = tuple(f"Cột {letter}" for letter in "ABCDEFGHIJ")
USUAL, OURS = "openpyxl", "ours"
_work: dict[str, list[float]] = {}
_folder = tempfile.TemporaryDirectory(prefix="cskh-bench-")


def ways() -> Iterator[Way]:
    """openpyxl as it is meant for long sheets; ours, with its checks and its process."""
    path = _written()
    for name, run in ((USUAL, lambda: _usual(path)), (OURS, lambda: read(path))):
        yield Way(name=name, units=ROWS, run=_counted(name, run))


def remarks() -> list[str]:
    """Seconds of processors, that of the process that reads included; what each process held."""
    work = {name: statistics.median(spent) for name, spent in _work.items()}
    found = [f"{name:<10} {spent:>6.2f} s of processors" for name, spent in work.items()]
    found.append(f"{work[USUAL] / work[OURS]:>7.1f} × ours is openpyxl (aim: at least 8)")
    found.append("peak memory in MB: " + _peaks())
    _folder.cleanup()
    return found


def _counted(name: str, run: Callable[[], int]) -> Callable[[], None]:
    def counted() -> None:
        before = _spent()
        if run() < ROWS:
            raise RuntimeError("rows are missing")
        _work.setdefault(name, []).append(_spent() - before)

    return counted


def _spent() -> float:
    """What this process and those that it has ended took of processors."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(who)[:2]) for who in whose)


def _usual(path: Path) -> int:
    book = load_workbook(path, read_only=True, data_only=True)
    return sum(1 for _row in book.active.iter_rows(values_only=True))


def read(path: Path) -> int:
    """How many rows ours finds."""
    with spreadsheets.stream(path, headings=HEADINGS) as stream:
        return sum(1 for _record in stream.records())


_CHILD = """
import sys
import django
django.setup()
from pathlib import Path
from portal.bench.workbooks import reading
print(*reading(Path(sys.argv[1])))
"""


def reading(path: Path) -> tuple[int, int, int]:
    """The most a process held before it read, while it read, and that of the one beside it."""
    before = _peak("self")
    with spreadsheets.stream(path, headings=HEADINGS) as stream:
        for _record in stream.records():
            pass
        (beside,) = psutil.Process().children()
        return before, _peak("self"), _peak(str(beside.pid))


def _peak(process: str) -> int:
    """The most memory a process held, in MB, as the kernel counts it since its program began."""
    status = Path("/proc", process, "status").read_text()
    (peak,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) * 1024 // 10**6


def _peaks() -> str:
    command = [sys.executable, "-W", "ignore", "-c", _CHILD, str(Path(_folder.name) / "long.xlsx")]
    done = subprocess.run(  # noqa: S603 - ourselves
        command, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True, check=True
    )
    before, worker, beside = done.stdout.split()
    return f"{worker} of a worker ({before} before it reads), {beside} of the process beside it"


def _written() -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    rows = (
        (f"PE01{n:09}", "10/2026", n + 1, "2026-11-04 12:17", "Ngân hàng", f"GD{n:09}", n * 1.5,
         "TT", f"K{n % 100}", n)
        for n in range(ROWS)
    )  # fmt: skip
    for row in chain([HEADINGS], rows):
        sheet.append(row)
    path = Path(_folder.name) / "long.xlsx"
    book.save(path)
    return path
