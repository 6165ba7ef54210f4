"""What the database makes of a cell's text is what the reader makes of it."""

from typing import Any

from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.lib import sql
from portal.lib.columns import Context, Parser
from portal.lib.columns.base import Mended
from portal.lib.errors import Unreadable
from portal.tests.lib.test_forms import AT, MIXED, PARSERS, SHOWN, texts

CONTEXT = Context(at=AT)
TEXTS = (
    "8%", "1", "31", "12/2026", "03/04/2026", "2026-11-23 07:30", "23/11/2026 23:59:59", "TT",
    "tu", "x", "Có", "PE 0100 0123456", "ab-1", "0012345678", "999.999,999",
)  # fmt: skip


class StoredValueTests(TestCase):
    @given(data=st.data(), name=st.sampled_from(sorted(PARSERS)), shown=st.sampled_from(SHOWN))
    @settings(max_examples=150, deadline=None)
    def test_a_text_of_a_form_means_the_same_in_the_database(
        self, data: st.DataObject, name: str, shown: str
    ) -> None:
        parser = PARSERS[name]
        head = [shown] if name in ("decimal", "index") else [""]
        text = data.draw(texts(parser, head))
        self.assertEqual(in_database(parser, text), parser.prepare(head, CONTEXT).read(text))

    @given(name=st.sampled_from(sorted(PARSERS)), text=st.sampled_from(MIXED + TEXTS))
    @settings(max_examples=150, deadline=None)
    def test_a_value_that_was_read_is_written_so_that_it_comes_back(
        self, name: str, text: str
    ) -> None:
        parser = PARSERS[name]
        try:
            value = parser.prepare([text], CONTEXT).read(text)
        except Unreadable:
            return
        value = value.value if isinstance(value, Mended) else value
        self.assertEqual(in_database(parser, parser.stored.write(value)), value)


def in_database(parser: Parser, text: str) -> Any:
    sql.within_transaction(DateStyle="ISO, DMY")
    cast = parser.stored.cast.replace("%", "%%").replace("{}", "%s::text")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {cast}", [text])
        return cursor.fetchone()[0]
