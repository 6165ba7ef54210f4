import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


# Every read there is comes through these. They are inlined into the statement that calls them, so
# that each of its rows asks by the meter and the days that it means: no STRICT, no SET, one SELECT.
FUNCTIONS = """
CREATE FUNCTION billing_closed_reads(
    of_meter bigint, since date, before date, with_moments boolean
) RETURNS TABLE (day date, index_wh bigint, quality varchar, learned_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT c.month + n.place::int - 1, c.base_wh + n.over_wh,
           (CASE substr(c.qualities, n.place::int, 1)
                WHEN 'e' THEN 'estimated' WHEN 'c' THEN 'corrected' ELSE 'measured' END)::varchar,
           coalesce(n.own_at, u.moments[n.place])
    FROM billing_closedmonth c
    LEFT JOIN billing_usualmoments u ON u.id = c.usual_id AND with_moments
    CROSS JOIN LATERAL unnest(c.over_wh, c.own_learned)
        WITH ORDINALITY AS n (over_wh, own_at, place)
    WHERE c.meter_id = of_meter
      AND c.month >= date_trunc('month', since::timestamp)::date AND c.month < before
      AND c.month + n.place::int - 1 >= since AND c.month + n.place::int - 1 < before
      AND n.over_wh IS NOT NULL
$$;

-- What stands of the days [since, before), or stood at the moment as_of. A read that came after its
-- month was closed is open and goes before the closed one, until the month is closed again.
CREATE FUNCTION billing_reads(
    of_meter bigint, since date, before date, as_of timestamptz, with_moments boolean
) RETURNS TABLE (day date, index_wh bigint, quality varchar, learned_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT DISTINCT ON (found.day) found.day, found.index_wh, found.quality, found.learned_at
    FROM (
        SELECT r.day, r.index_wh, r.quality, r.learned_at, 1 AS rank
        FROM billing_read r
        WHERE r.meter_id = of_meter AND r.day >= since AND r.day < before
          AND (as_of IS NULL OR r.learned_at <= as_of)
        UNION ALL
        SELECT e.day, e.index_wh, e.quality, e.learned_at, 2
        FROM billing_earlierread e
        WHERE e.meter_id = of_meter AND e.day >= since AND e.day < before
          AND e.learned_at <= as_of AND e.replaced_at > as_of
        UNION ALL
        SELECT c.day, c.index_wh, c.quality, c.learned_at, 3
        FROM billing_closed_reads(
            of_meter, since, before, with_moments OR as_of IS NOT NULL
        ) c
        WHERE as_of IS NULL OR c.learned_at <= as_of
    ) found
    ORDER BY found.day, found.rank
$$;

-- The newest read before a day. Closed months are looked at only where no open read is newer.
CREATE FUNCTION billing_read_before(of_meter bigint, before date)
RETURNS TABLE (day date, index_wh bigint)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT newest.day, newest.index_wh
    FROM (VALUES (1)) AS one (place)
    LEFT JOIN LATERAL (
        SELECT r.day, r.index_wh FROM billing_read r
        WHERE r.meter_id = of_meter AND r.day < before ORDER BY r.day DESC LIMIT 1
    ) o ON true
    CROSS JOIN LATERAL (
        SELECT o.day, o.index_wh WHERE o.day IS NOT NULL
        UNION ALL
        (
            SELECT c.month + n.place::int - 1, c.base_wh + n.over_wh
            FROM billing_closedmonth c
            CROSS JOIN LATERAL unnest(c.over_wh) WITH ORDINALITY AS n (over_wh, place)
            WHERE (o.day IS NULL OR o.day < (
                      SELECT (max(u.month) + interval '1 month')::date FROM billing_usualmoments u
                  ))
              AND c.meter_id = of_meter AND c.month < before
              AND c.month + n.place::int - 1 < before AND n.over_wh IS NOT NULL
            ORDER BY c.month DESC, n.place DESC LIMIT 1
        )
        ORDER BY 1 DESC LIMIT 1
    ) newest
$$;

CREATE VIEW billing_standingread AS
    SELECT m.account_id, m.id AS meter_id, r.day, r.index_wh, r.quality, r.learned_at
    FROM customers_meter m
    CROSS JOIN LATERAL billing_reads(m.id, '-infinity', 'infinity', NULL, true) r;
"""
NO_FUNCTIONS = """
DROP VIEW billing_standingread;
DROP FUNCTION billing_reads; DROP FUNCTION billing_read_before; DROP FUNCTION billing_closed_reads;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0008_what_loads_change'),
        ('customers', '0013_loads'),
    ]

    operations = [
        migrations.CreateModel(
            name='StandingRead',
            fields=[
                ('pk', models.CompositePrimaryKey('meter_id', 'day', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField(verbose_name='day')),
                ('index_wh', models.BigIntegerField(verbose_name='index')),
                ('quality', models.CharField(choices=[('measured', 'Measured'), ('estimated', 'Estimated'), ('corrected', 'Corrected')], max_length=9, verbose_name='quality')),
                ('learned_at', models.DateTimeField(verbose_name='learned at')),
            ],
            options={
                'db_table': 'billing_standingread',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='UsualMoments',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('moments', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(null=True), size=None)),
            ],
            options={
                'indexes': [models.Index(fields=['month'], name='usual_moments_by_month')],
            },
        ),
        migrations.CreateModel(
            name='ClosedMonth',
            fields=[
                ('pk', models.CompositePrimaryKey('meter_id', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                ('base_wh', models.BigIntegerField()),
                ('month', models.DateField()),
                ('over_wh', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(null=True), size=None)),
                ('qualities', models.CharField(max_length=31, null=True)),
                ('own_learned', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(null=True), null=True, size=None)),
                ('meter', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='closed_months', to='customers.meter')),
                ('usual', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.usualmoments')),
            ],
        ),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
    ]
