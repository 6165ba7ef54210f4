"""Codes that people read out: drawn so that nothing is misread, read however they are typed."""

import pytest

from portal.lib import spoken


def test_drawn_ones_hold_no_letter_that_looks_like_another() -> None:
    drawn = {spoken.draw(8) for _ in range(200)}
    assert len(drawn) == 200
    assert {len(code) for code in drawn} == {8}
    assert not set("".join(drawn)) & set("ILOU")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("7K3M-9QPX", "7K3M9QPX"),
        (" 7k3m 9qpx. ", "7K3M9QPX"),
        ("o1lI-O0il", "01110011"),
        ("７Ｋ３Ｍ９ＱＰＸ", "7K3M9QPX"),
        ("", ""),
        ("\0'; --", ""),
    ],
)
def test_are_read_as_they_were_meant(typed: str, read: str) -> None:
    assert spoken.read(typed) == read


def test_come_back_from_being_read_out() -> None:
    for _ in range(50):
        code = spoken.draw(12)
        assert spoken.read(spoken.grouped(code).lower()) == code


def test_are_read_no_further_than_anybody_types() -> None:
    assert len(spoken.plain("A" * 10_000)) == 80
