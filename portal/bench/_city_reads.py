"""A city's reads for benchmarks, made by the database: open ones, or months closed long ago."""

from datetime import date
from typing import Any

from django.db import connection

from portal.lib.periods import Period

# In a day's file come 20,000 reads a moment; one in fifty is missing, estimated, or two days late.
METERS = """
INSERT INTO customers_account (number, unit_id, holder_name, address, ward, "group", voltage,
    households, reading_day, has_app, search_text, ward_key, street_key)
SELECT 'PZ' || lpad(n::text, 11, '0'), (SELECT min(id) FROM customers_operatingunit), 'A', '1', 'P',
    'residential', '', 1, 31, false, '', '', ''
FROM generate_series(1, %(meters)s) n;
INSERT INTO customers_meter (account_id, serial, multiplier, digits)
SELECT id, 'Z' || number, 1, 6 FROM customers_account WHERE number LIKE 'PZ%%' ORDER BY id;
ANALYZE customers_account, customers_meter
"""
OPEN = """
INSERT INTO billing_read (meter_id, day, index_wh, quality, learned_at)
SELECT m.id, d.day, 30000000 + m.id % 1000 * 1000 + (d.day - DATE '2020-01-01') * 7000,
       CASE WHEN hashint8(m.id * 1000 + (d.day - DATE '2020-01-01')) % 50 = 1 THEN 'estimated'
            ELSE 'measured' END,
       d.day + TIME '06:00' + make_interval(mins => (m.id / 20000)::int, days =>
           CASE WHEN hashint8(m.id * 1000 + (d.day - DATE '2020-01-01')) % 50 = 2 THEN 3
                ELSE 1 END)
FROM (SELECT generate_series(%(first)s::date, %(last)s::date, '1 day')::date AS day) d,
     (SELECT m.id FROM customers_meter m WHERE m.serial LIKE 'Z%%') m
WHERE hashint8(m.id * 1000 + (d.day - DATE '2020-01-01')) % 50 <> 0
"""
# As closing writes them, in as many shapes as there are gaps and late reads; 2,000 meters together.
CLOSED = """
WITH shapes AS MATERIALIZED (
    SELECT shape, array_agg(over_wh ORDER BY place) AS over_wh,
           string_agg(letter, '' ORDER BY place) AS qualities,
           array_agg(late ORDER BY place) AS own_learned,
           bool_or(letter = 'e') AS has_qualities, count(late) > 0 AS has_own
    FROM (
        SELECT shape, place, CASE WHEN c <> 0 THEN place * (6000 + shape) END AS over_wh,
               CASE c WHEN 0 THEN '-' WHEN 1 THEN 'e' ELSE 'm' END AS letter,
               CASE c WHEN 2 THEN %(first)s::date + (place + 3) + TIME '06:00' END AS late
        FROM generate_series(0, 999) shape, generate_series(0, %(days)s - 1) place,
             LATERAL (SELECT abs(hashint8(shape * 100 + place)) %% 50 AS c) chance
    ) drawn
    GROUP BY shape
), moments AS (
    INSERT INTO billing_usualmoments (month, moments)
    SELECT %(first)s, (
        SELECT array_agg(%(first)s::date + n + TIME '06:00' + make_interval(mins => block))
        FROM generate_series(1, 31) n
    )
    FROM generate_series(0, (SELECT (max(id) / 2000)::int FROM customers_meter)) block
    RETURNING id
), numbered AS MATERIALIZED (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS block FROM moments
)
INSERT INTO billing_closedmonth
    (meter_id, month, base_wh, usual_id, over_wh, qualities, own_learned)
SELECT m.id, %(first)s, 30000000 + m.id %% 1000 * 1000, u.id, s.over_wh,
       CASE WHEN s.has_qualities THEN s.qualities END, CASE WHEN s.has_own THEN s.own_learned END
FROM customers_meter m
JOIN numbered u ON u.block = m.id / 2000
JOIN shapes s ON s.shape = abs(hashint8(m.id * 61 + %(days)s)) %% 1000
WHERE m.serial LIKE 'Z%%'
ORDER BY m.id
"""


def add_meters(meters: int) -> None:
    """So many accounts with a meter each."""
    _run(METERS, {"meters": meters})


def add_open(period: Period) -> None:
    """Open reads of each of these meters."""
    _run(OPEN.replace(" % ", " %% "), {"first": period.starts_on, "last": period.last_on})


def add_closed(months: int, *, before: date) -> None:
    """So many months of each of these meters, closed; the newest ends before a day."""
    month = Period.of_month(before)
    for _number in range(months):
        month = month.previous_month()
        _run(CLOSED, {"first": month.starts_on, "days": month.days})


def tidy() -> None:
    """As autovacuum leaves them."""
    _run("VACUUM ANALYZE billing_read, billing_closedmonth, billing_usualmoments")


def closed_reads() -> int:
    """How many closed reads there are."""
    counted = "SELECT sum(cardinality(array_remove(over_wh, NULL))) FROM billing_closedmonth"
    with connection.cursor() as cursor:
        cursor.execute(counted)
        return int(cursor.fetchone()[0] or 0)


def bytes_of(*tables: str) -> int:
    """What these tables take with their indexes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(pg_total_relation_size(t::regclass)) FROM unnest(%s::text[]) t",
                       [list(tables)])  # fmt: skip
        return int(cursor.fetchone()[0])


def _run(text: str, values: dict[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        for statement in text.split(";\n"):
            cursor.execute(statement, values)
