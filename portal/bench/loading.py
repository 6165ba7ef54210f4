"""Loading a month of daily reads, against the least that a database can be asked for it."""

from collections.abc import Iterator

from django.db import connection

from billing.models import Read
from portal.bench import Way
from portal.demo import company

WHAT = "load the daily reads of the sample file"
UNIT = "rows"
KIND = "reads"


def ways() -> Iterator[Way]:
    """COPY of the same lines into a bare table; the file loaded; the same file once more."""
    content = (company.DATA / company.FILES[KIND]).read_bytes()
    lines = content.decode("utf-8-sig").splitlines(keepends=True)[1:]
    yield Way(name="COPY alone", units=len(lines), run=lambda: copy("".join(lines)))
    yield Way(name="load", units=len(lines), prepare=forget, run=lambda: company.load_file(KIND))
    yield Way(name="load again", units=len(lines), run=lambda: company.load_file(KIND))


def copy(text: str) -> None:
    """Take the lines as they are, into text columns without an index."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute("CREATE TEMP TABLE bare (a text, b text, c text, d text, e text)")
        with cursor.copy("COPY bare FROM STDIN WITH (FORMAT csv, DELIMITER ';')") as stream:
            stream.write(text)


def forget() -> None:
    """No read is known yet."""
    Read.objects.all().delete()
