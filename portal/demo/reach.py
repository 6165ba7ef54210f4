"""Facts of days that never were, so that the demo has a trend: more are reached each week.

Who could be reached is made up; how many customers there are, where and how old, is the demo's.
One day was not counted, and one was counted late.
"""

from datetime import date, datetime, timedelta

from django.db import connection

from portal.lib.periods import local_day, start_of

DAYS = 100
MISSED, LATE = 12, 20
"""Days before today."""

_DAY = """
    INSERT INTO notifications_reachday (day, counted_at, notices_from, notices_until)
    VALUES (%(day)s, %(counted_at)s, %(notices_from)s, %(notices_until)s)
"""
# Of a hundred whom some channel could tell, so many are reached: by the key, so that none is lost.
_COUNTS = """
    INSERT INTO notifications_reachcount (
        day_id, unit_id, ward, age, accounts, reachable, inbox, push, zalo, email, sms, untold,
        sms_agreed, auto_debit, relative, notices, in_time
    )
    SELECT %(day)s, unit_id, ward, age, count(*), count(*) FILTER (WHERE told),
        count(*) FILTER (WHERE app AND told), 0, count(*) FILTER (WHERE zalo AND told),
        count(*) FILTER (WHERE email AND told), count(*) FILTER (WHERE agreed AND told),
        count(*) FILTER (WHERE NOT (app OR zalo OR email OR agreed)),
        count(*) FILTER (WHERE agreed), 0, 0, count(*) FILTER (WHERE has_notice),
        count(*) FILTER (WHERE has_notice AND told)
    FROM (
        SELECT *, (app OR zalo OR email OR agreed) AND id * 37 %% 100 < %(reached)s AS told,
            (id + %(number)s) %% 5 = 0 AS has_notice
        FROM (
            SELECT a.id, a.unit_id, a.ward, a.has_app AS app,
                CASE
                    WHEN a.holder_born_in IS NULL THEN 'unknown'
                    WHEN a.holder_born_in > %(year)s - 60 THEN 'under-60'
                    WHEN a.holder_born_in > %(year)s - 70 THEN '60-69'
                    ELSE '70+'
                END AS age,
                EXISTS (SELECT FROM customers_contactpoint c
                        WHERE c.account_id = a.id AND c.kind = 'zalo') AS zalo,
                EXISTS (SELECT FROM customers_contactpoint c
                        WHERE c.account_id = a.id AND c.kind = 'email') AS email,
                EXISTS (SELECT FROM customers_arrangement g
                        WHERE g.account_id = a.id AND g.kind = 'sms_retention') AS agreed
            FROM customers_account a
        ) has
    ) shown
    GROUP BY 2, 3, 4
"""


def make_up(*, at: datetime) -> None:
    """Write the facts of the last days, up to yesterday, into a database without any."""
    for ago in range(DAYS, 0, -1):
        if ago != MISSED:
            _write(local_day(at) - timedelta(days=ago), ago)


def _write(day: date, ago: int) -> None:
    counted_at = start_of(day) + timedelta(days=1, minutes=10)
    values: dict[str, date | int] = {
        "day": day,
        "counted_at": counted_at + timedelta(hours=15 if ago == LATE else 0),
        "notices_from": start_of(day) - timedelta(days=3),
        "notices_until": start_of(day) - timedelta(days=2),
        "year": day.year,
        "number": ago,
        "reached": 97 - ago // 3,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DAY, values)
        cursor.execute(_COUNTS, values)
