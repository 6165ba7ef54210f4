"""A company's accounts as a file, against the same rows as the database itself hands them out."""

import os
from collections.abc import Iterable, Iterator

import psutil
from django.db import connection
from django.db.models import QuerySet
from psycopg import ClientCursor

from customers.models import Account, OperatingUnit
from customers.resources import AccountResource
from portal.bench import Way
from portal.lib.csv_lines import csv_lines
from portal.lib.workbooks import xlsx_pieces
from portal.site.list_files import AT_ONCE

WHAT = "hand out the accounts of one company"
UNIT = "rows"
ONLY_WHEN_NAMED = True

ROWS = int(os.environ.get("ROWS", "200000"))
MIB = 2**20
HEADINGS = [column.heading for column in AccountResource.table.columns]


def ways() -> Iterator[Way]:
    """COPY of the same query; the file as CSV; the file as a workbook."""
    unit = _filled()
    yield Way(name="COPY TO STDOUT", units=ROWS, run=lambda: _copied(unit))
    yield Way(name="CSV", units=ROWS, run=lambda: _drained(_csv(unit)))
    yield Way(name="XLSX", units=ROWS, run=lambda: _drained(_xlsx(unit)))


def remarks() -> list[str]:
    """How much memory either form takes beside what the process holds already."""
    unit = OperatingUnit.objects.get(code="PE98")
    return [
        f"{name}: {_drained(pieces) / MIB:,.1f} MiB more at the peak"
        for name, pieces in (("CSV", _csv(unit)), ("XLSX", _xlsx(unit)))
    ]


def _rows(unit: OperatingUnit) -> QuerySet[Account]:
    return Account.objects.filter(unit=unit).order_by("number")


def _csv(unit: OperatingUnit) -> Iterator[str]:
    return csv_lines(HEADINGS, AccountResource.written(_rows(unit), at_once=AT_ONCE))


def _xlsx(unit: OperatingUnit) -> Iterator[bytes]:
    rows = AccountResource.written(_rows(unit), at_once=AT_ONCE)
    return xlsx_pieces(HEADINGS, rows, name="accounts")


def _copied(unit: OperatingUnit) -> int:
    text, values = AccountResource.values_of(_rows(unit)).query.sql_with_params()
    with connection.cursor() as cursor:
        plain = ClientCursor(cursor.connection).mogrify(text, values)
        with cursor.copy(f"COPY ({plain}) TO STDOUT (FORMAT csv, DELIMITER ';')") as stream:
            return sum(len(piece) for piece in stream)


def _drained(pieces: Iterable[str | bytes]) -> int:
    """Take all of a file; how many bytes of memory it took at most, beside those before it."""
    process = psutil.Process()
    before = most = process.memory_info().rss
    for _piece in pieces:
        most = max(most, process.memory_info().rss)
    return most - before


def _filled() -> OperatingUnit:
    unit = OperatingUnit.objects.create(code="PE98", name="Đo tốc độ")
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement, {"unit": unit.pk, "rows": ROWS})
        cursor.execute("ANALYZE")
    return unit


_STATEMENTS = (
    """INSERT INTO customers_account (number, unit_id, holder_name, holder_born_in, address, ward,
           "group", voltage, households, reading_day, has_app, search_text, ward_key, street_key)
       SELECT 'PE98' || lpad(n::text, 9, '0'), %(unit)s, 'Nguyễn Thị Hoa ' || n, 1950 + n %% 50,
              n || ' Lê Lợi', 'Phường Bến Thành', 'residential', '', 1, 31, n %% 3 = 0,
              'nguyen thi hoa ' || n, 'ben thanh', 'le loi'
       FROM generate_series(1, %(rows)s) n""",
    """INSERT INTO customers_meter (account_id, serial, multiplier, digits)
       SELECT id, 'B' || substr(number, 5), 1, 6 FROM customers_account WHERE unit_id = %(unit)s""",
    """INSERT INTO customers_contactpoint (account_id, kind, value, owner, source, suspended_why)
       SELECT id, kind, CASE kind WHEN 'phone' THEN '+84' || substr(number, 5)
                                  ELSE 'kh' || substr(number, 5) || '@example.vn' END,
              'holder', 'contract', ''
       FROM customers_account, (VALUES ('phone'), ('email')) kinds (kind)
       WHERE unit_id = %(unit)s""",
)
