"""The randomised kill test finds what it is there to find."""

from pathlib import Path

import pytest

from notifications.models import Dispatch
from notifications.tests.factories import a_dispatch
from portal.chaos.audit import compare
from portal.chaos.run import Book


def written(folder: Path, *dispatches: Dispatch) -> Path:
    book = folder / "book.txt"
    book.write_text("".join(f"{one.channel} {one.reference.hex}\n" for one in dispatches))
    return book


@pytest.mark.django_db
class TestCompare:
    def test_finds_nothing_where_each_is_in_the_book_once(self, tmp_path):
        told, ended = a_dispatch(status="delivered"), a_dispatch(status="failed", reason="bounced")
        a_dispatch(status="held")
        a_dispatch(channel="inbox", status="accepted")
        found = compare(written(tmp_path, told))
        assert found.broken(allowed_extra=0) == []
        assert (found.dispatches, found.told, found.ended) == (2, 1, {"failed: bounced": 1})
        assert ended.status == "failed"

    def test_finds_who_was_not_told_although_we_say_so(self, tmp_path):
        a_dispatch(status="accepted")
        assert compare(written(tmp_path)).broken(allowed_extra=0) == ["1 lost"]

    def test_finds_who_ended_for_no_reason(self, tmp_path):
        a_dispatch(status="failed")
        assert compare(written(tmp_path)).broken(allowed_extra=0) == ["1 lost"]

    def test_finds_who_was_never_sent(self, tmp_path):
        a_dispatch(status="queued")
        assert compare(written(tmp_path)).broken(allowed_extra=0) == ["1 never sent"]

    def test_finds_what_nobody_planned(self, tmp_path):
        stranger = a_dispatch(status="accepted")
        book = written(tmp_path, stranger)
        stranger.delete()
        assert compare(book).broken(allowed_extra=0) == ["1 that nobody planned"]

    def test_counts_copies_and_forgives_as_many_as_kills_explain(self, tmp_path):
        twice = a_dispatch(status="accepted")
        book = written(tmp_path, twice, twice)
        assert compare(book).broken(allowed_extra=1) == []
        assert compare(book).broken(allowed_extra=0) == ["1 extra"]

    def test_forgives_no_third_copy(self, tmp_path):
        one = a_dispatch(status="accepted")
        found = compare(written(tmp_path, one, one, one))
        assert found.broken(allowed_extra=9) == ["3 copies of one"]

    def test_forgives_no_copy_where_our_reference_is_known(self, tmp_path):
        one = a_dispatch(status="accepted", channel="sms")
        found = compare(written(tmp_path, one, one))
        assert found.broken(allowed_extra=9) == ["copies where our reference is known"]


class TestBook:
    def test_counts_lines_as_they_come(self, tmp_path):
        book = Book(tmp_path / "book.txt")
        assert book.look() == 0
        for lines in (1, 3):
            with book.path.open("a") as file:
                file.write("zalo x\n" * lines)
            book.look()
        assert book.lines == 4
