"""Lines that go to the database unread mean there what the reader would have made of them."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from portal.lib import columns, spreadsheets
from portal.lib.columns import Column, Context, Parser, Parts, Table, day_forms
from portal.lib.columns.base import Mended
from portal.lib.errors import Unreadable
from portal.lib.periods import LOCAL

AT = datetime(2026, 11, 24, 7, tzinfo=LOCAL)
CONTEXT = Context(at=AT)
PARSERS: dict[str, Parser] = {
    "whole": columns.whole(minimum=0, maximum=100_000_000),
    "few": columns.whole(minimum=1, maximum=31),
    "money": columns.money(minimum=1),
    "decimal": columns.decimal(places=2, minimum=Decimal("0.25"), maximum=9999),
    "index": columns.index_wh(),
    "percent": columns.percent(maximum=20),
    "account": columns.account_number(),
    "code": columns.code(),
    "unit": columns.code(r"P[A-Z][0-9]{2}"),
    "serial": columns.serial(),
    "long serial": columns.serial(length=8),
    "day": columns.day(past_days=731, future_days=0),
    "any day": columns.day(),
    "last day": columns.last_day(past_days=731),
    "instant": columns.instant(past_days=731, future_days=0),
    "month": columns.billing_month(),
    "choice": columns.choice({"TT": "measured", "TU": "estimated", "T'U": "else", "0": "no"}),
    "flag": columns.flag(),
}
# What shows the rule of a column, besides what a test draws.
SHOWN = ("", "1007,16", "1007.16")


@st.composite
def texts(draw: Any, parser: Parser, head: list[str]) -> str:
    """A text in the form that the head of a column gives it."""
    form = parser.prepare(head, CONTEXT).form
    return str(draw(st.from_regex(form, fullmatch=True)))


def everything() -> Iterator[Any]:
    for name, parser in PARSERS.items():
        for shown in SHOWN if name in ("decimal", "index") else SHOWN[:1]:
            yield pytest.param(parser, [shown], id=f"{name} {shown}")


@pytest.mark.parametrize(("parser", "head"), list(everything()))
@given(data=st.data())
@settings(max_examples=60)
def test_a_text_of_the_form_is_read_as_it_stands_whatever_else_the_column_holds(
    parser: Parser, head: list[str], data: st.DataObject
) -> None:
    text = data.draw(texts(parser, head))
    others = data.draw(st.lists(st.sampled_from(MIXED), max_size=3))
    try:
        rule = parser.prepare([*head, *others], CONTEXT)
    except Unreadable:
        return
    alone = parser.prepare(head, CONTEXT).read(text)
    assert not isinstance(alone, Mended)
    assert rule.read(text) == alone


MIXED = ("1.250", "1.250.000", "850,5", "850.5", "12,5%", "x", "13/04/2026", "0001", "007")


@given(
    first=st.dates(date(2020, 1, 1), date(2029, 12, 31)),
    days=st.integers(0, 800),
    other=st.dates(date(2019, 1, 1), date(2033, 1, 1)),
)
def test_days_are_those_between_two_days(first: date, days: int, other: date) -> None:
    last = first + timedelta(days=days)
    form = re.compile(day_forms.form(first, last))
    for written in (f"{other:%d/%m/%Y}", f"{other:%Y-%m-%d}"):
        assert bool(form.fullmatch(written)) == (first <= other <= last)
    assert not form.fullmatch("31/02/2026")
    assert not form.fullmatch("00/01/2026")


TABLE = Table(
    kind="test",
    columns=(
        Column(name="number", heading="Mã", parse=columns.code()),
        Column(name="day", heading="Ngày", parse=columns.day(), required=False),
        Column(name="kwh", heading="Chỉ số", parse=columns.index_wh()),
        Column(name="what", heading="Nội dung", parse=columns.text(), required=False),
    ),
    key=("number",),
)


def cell(*texts: str) -> SearchStrategy[str]:
    return st.sampled_from(texts)


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["", ";;;", '"K7";;1;"a', 'b"', '"', "K8;;1;a;;x", "Tổng cộng;;99;", "\x00;;1;"]
        ),
        st.tuples(
            cell("K1", "k2", "K3\u200b", '"K4"', "K 5", ""),
            cell("", "23/11/2026", "2026-11-23", "31/02/2026", "04/13/2026"),
            cell("1007,16", "1007", "12,345", "12.345", "1.007,16", "x", "-1"),
            cell("", "Ví", "Ngân hàng", "ví ", '"a;b"', '"a\nK1;23/11/2026;7;Ví"', "Vi\u0323"),
        ).map(";".join),
    ),
    max_size=14,
)


def told(read: Any) -> Any:
    try:
        return read()
    except spreadsheets.Refused as refused:
        return str(refused)


def in_runs(content: bytes) -> Any:
    """All rows and what is said of them; those of runs are read by themselves, as a check."""
    with spreadsheets.stream(content, headings=TABLE.headings()) as stream:
        parts = Parts(TABLE, stream, at=AT, size=3)
        runs = [run for block in parts.runs() for run in block]
        found = [parsed for _records, parsed in parts]
        rows = [row for parsed in found for row in parsed.rows]
        said = [one for parsed in found for one in (*parsed.refused, *parsed.remarks)]
        for run in runs:
            cells = [line.decode().split(";") for line in run.content.splitlines()]
            assert len(cells) == run.size
            numbered = [(run.number + at, list(row), "") for at, row in enumerate(cells)]
            sheet = stream.part(numbered)
            unread = columns.reading.Reading(
                TABLE, sheet, parts.places, parts.context, known=parts.known, is_last=False
            ).part()
            assert len(unread.rows) == run.size
            assert not unread.refused
            assert not unread.remarks
            rows += unread.rows
    return sorted(rows, key=lambda row: row.number), sorted(said, key=lambda one: one.row)


def at_once(content: bytes) -> Any:
    with spreadsheets.stream(content, headings=TABLE.headings()) as stream:
        found = [parsed for _records, parsed in Parts(TABLE, stream, at=AT, size=10**6)]
    rows = [row for parsed in found for row in parsed.rows]
    said = [one for parsed in found for one in (*parsed.refused, *parsed.remarks)]
    return sorted(rows, key=lambda row: row.number), sorted(said, key=lambda one: one.row)


@given(lines=LINES, ending=st.sampled_from(["\n", "\r\n"]), mark=st.sampled_from(["", "\ufeff"]))
@settings(max_examples=400)
def test_runs_and_the_rows_between_them_are_the_rows_of_the_file(lines, ending, mark):
    text = ending.join(["Bảng kê", "Mã;Ngày;Chỉ số;Nội dung", *lines, ""])
    content = (mark + text).encode()
    assert told(lambda: in_runs(content)) == told(lambda: at_once(content))
