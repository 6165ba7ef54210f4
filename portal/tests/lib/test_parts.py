"""A long sheet in parts gives what it gives as a whole, whatever the size of the parts."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib import spreadsheets
from portal.lib.columns import Column, Parsed, Parts, Table, day, money, serial, text
from portal.lib.periods import LOCAL
from portal.lib.spreadsheets import Refused

T = TypeVar("T")
AT = datetime(2026, 11, 24, 7, tzinfo=LOCAL)
TABLE = Table(
    kind="sums",
    columns=(
        Column(name="number", heading="Mã", parse=text()),
        Column(name="serial", heading="Số công tơ", parse=serial(), required=False),
        Column(name="day", heading="Ngày", parse=day(), required=False),
        Column(name="amount", heading="Số tiền", parse=money(), summed=True),
    ),
    key=("number",),
)
HEADER = "Mã;Số công tơ;Ngày;Số tiền"


def whole(content: bytes) -> Parsed:
    return TABLE.read(spreadsheets.read(content, headings=TABLE.headings()), at=AT)


def in_parts(content: bytes, size: int) -> list[Parsed]:
    with spreadsheets.stream(content, headings=TABLE.headings()) as stream:
        return [parsed for _records, parsed in Parts(TABLE, stream, at=AT, size=size)]


def file(*rows: str) -> bytes:
    return "\n".join(("Công ty Điện lực", HEADER, *rows)).encode()


def told(read: Callable[[], T]) -> tuple[T | None, str]:
    """What was read, or why the file was refused."""
    try:
        return read(), ""
    except Refused as refused:
        return None, str(refused)


LINES = st.lists(
    st.tuples(
        st.sampled_from(["", "0123", "123", "88 99", "12345"]),
        st.sampled_from(["", "03/04/2026", "2026-04-13", "13/04/2026 07:00", "x"]),
        st.sampled_from(["1250", "1.250", "1.250.000", "850,5", "x", "-1", ""]),
    ),
    min_size=1,
    max_size=12,
)


@given(lines=LINES, size=st.integers(1, 5))
def test_rows_refusals_and_remarks_do_not_depend_on_the_parts(lines, size):
    content = file(*(f"K{n};{';'.join(line)}" for n, line in enumerate(lines)))
    expected, why = told(lambda: whole(content))
    found, why_not = told(lambda: in_parts(content, size))
    assert why_not == why
    if expected is None or found is None:
        return
    assert [row for part in found for row in part.rows] == expected.rows
    assert [one for part in found for one in part.refused] == expected.refused
    assert [one for part in found for one in part.remarks] == expected.remarks


def test_a_column_is_decided_by_rows_far_behind():
    rows = [f"K{n};;;1.250" for n in range(40)]
    found = in_parts(file(*rows, "K41;;;1.250.000"), 10)
    assert {row.values["amount"] for part in found for row in part.rows} == {1250, 1_250_000}


def test_the_month_first_in_the_last_row_stops_the_file():
    rows = [f"K{n};;03/04/2026;1" for n in range(40)]
    with pytest.raises(Refused, match="04/13/2026"):
        in_parts(file(*rows, "K41;;04/13/2026;1"), 10)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 50])
def test_totals_are_compared_with_all_parts(size):
    rows = ["K1;;;100", "K2;;;200", "K3;;;300"]
    parts = in_parts(file(*rows, "Tổng cộng;;;600"), size)
    assert sum(len(part.rows) for part in parts) == 3
    with pytest.raises(Refused, match="600"):
        in_parts(file(*rows[:2], "Tổng cộng;;;600"), size)


def test_a_text_file_is_never_held_whole(tmp_path: Path):
    path = tmp_path / "long.csv"
    path.write_bytes(file(*(f"K{n};;;1" for n in range(50))))
    taken: list[int] = []
    with spreadsheets.stream(path, headings=TABLE.headings()) as stream:
        for number, _cells, _why in stream.records():
            taken.append(number)
            if len(taken) == 3:
                break
        again = next(stream.records())
    assert taken == [3, 4, 5]
    assert again[0] == 3


def test_totals_in_between_are_none_wherever_a_part_ends():
    content = file("K1;;;100", "Tổng cộng;;;999", "K3;;;300")
    for size in (1, 2, 3):
        found = in_parts(content, size)
        assert [row for part in found for row in part.rows] == whole(content).rows
