"""Where reads lie: a row each, as they are, against a row a meter and month with arrays."""

from collections.abc import Iterator

from django.db import connection

from portal.bench import Way

WHAT = "take in one day's reads of a city's meters, and read a month of one"
UNIT = "reads"
METERS, DAYS = 100_000, 30
ONLY_WHEN_NAMED = True
ROUNDS = 3
TRIES = 50

MADE = """
CREATE TABLE by_row (LIKE billing_read INCLUDING ALL);
INSERT INTO by_row (meter_id, day, index_wh, quality, learned_at)
    SELECT m, DATE '2026-10-01' + d, 30000000 + m + d * 7000, 'measured',
           TIMESTAMPTZ '2026-10-02 06:00+07' + make_interval(days => d)
    FROM generate_series(0, {before_last}) d, generate_series(1, {meters}) m;
CREATE TABLE by_month (
    meter_id bigint, month date, index_wh int[], quality "char"[], learned_at timestamptz[],
    PRIMARY KEY (meter_id, month)
) WITH (fillfactor = 60);
INSERT INTO by_month
    SELECT meter_id, DATE '2026-10-01', array_agg(index_wh::int ORDER BY day),
           array_agg('m'::"char" ORDER BY day), array_agg(learned_at ORDER BY day)
    FROM by_row GROUP BY meter_id;
-- A month that is over: each step from the index before, one time for all but the late ones.
CREATE TABLE closed AS
    SELECT meter_id, DATE '2026-10-01' AS month, min(index_wh) AS first_wh,
           array_agg(7000::int ORDER BY day) AS step_wh, NULL::bytea AS quality,
           NULL::timestamptz[] AS late
    FROM by_row GROUP BY meter_id ORDER BY meter_id;
CREATE UNIQUE INDEX ON closed (meter_id, month);
CREATE TABLE day_in AS
    SELECT m AS meter_id, DATE '2026-10-30' AS day, 30000000 + m + 29 * 7000 AS index_wh
    FROM generate_series(1, {meters}) m;
"""
VACUUM = "VACUUM ANALYZE by_row, by_month, closed"
ROWS_IN = """
INSERT INTO by_row (meter_id, day, index_wh, quality, learned_at)
SELECT meter_id, day, index_wh, 'measured', now() FROM day_in
ON CONFLICT (meter_id, day) DO UPDATE SET index_wh = EXCLUDED.index_wh
WHERE by_row.index_wh <> EXCLUDED.index_wh
"""
MONTHS_IN = """
UPDATE by_month m SET index_wh[30] = d.index_wh, quality[30] = 'm', learned_at[30] = now()
FROM day_in d WHERE m.meter_id = d.meter_id AND m.month = DATE '2026-10-01'
"""
ROWS_OF = (
    "SELECT day, index_wh, quality FROM by_row WHERE meter_id = {meter}"
    " AND day >= '2026-09-30' AND day < '2026-11-01'"
)
MONTH_OF = "SELECT * FROM {table} WHERE meter_id = {meter} AND month = '2026-10-01'"


def ways() -> Iterator[Way]:
    """The day's load into each; the closed months are written once and take none."""
    made = MADE.replace("{meters}", str(METERS)).replace("{before_last}", str(DAYS - 2))
    _run(*made.split(";\n")[:-1])
    yield Way(
        name="a row each",
        units=METERS,
        prepare=lambda: _run("DELETE FROM by_row WHERE day = '2026-10-30'", "VACUUM by_row"),
        run=lambda: _run(ROWS_IN),
    )
    yield Way(
        name="arrays by month",
        units=METERS,
        prepare=lambda: _run("VACUUM by_month"),
        run=lambda: _run(MONTHS_IN),
    )


def remarks() -> list[str]:
    """Bytes a read with its index, and buffers that a month of one meter touches."""
    _run(VACUUM)
    asked = {
        "by_row": ROWS_OF,
        "by_month": MONTH_OF.replace("{table}", "by_month"),
        "closed": MONTH_OF.replace("{table}", "closed"),
    }
    said = [_said(table, query) for table, query in asked.items()]
    _run("DROP TABLE by_row, by_month, closed, day_in")
    return said


def _said(table: str, query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size(%s::regclass)", [table])
        size = cursor.fetchone()[0]
        buffers = [
            _buffers(cursor, query.replace("{meter}", str(1 + n * 1999))) for n in range(TRIES)
        ]
    a_read = size / (METERS * DAYS)
    return f"{table:<9} {a_read:6.1f} bytes a read, {sum(buffers) / TRIES:5.1f} buffers a month"


def _buffers(cursor: object, query: str) -> int:
    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}")  # type: ignore[attr-defined]
    plan = cursor.fetchone()[0][0]["Plan"]  # type: ignore[attr-defined]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for text in statements:
            cursor.execute(text)
