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
    name = company.FILES[KIND]
    content = (company.DATA / name).read_bytes()
    lines = content.decode("utf-8-sig").splitlines(keepends=True)[1:]
    yield Way(name="COPY alone", units=len(lines), run=lambda: copy("".join(lines)))
    count = len(lines)

    def load() -> None:
        company.load_file(KIND, name)

    yield Way(name="load", units=count, prepare=forget, run=load)
    yield Way(name="load again", units=count, run=load)


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
