-- Grain: one account and run of days that are far above its usual ones, by the rules of
-- billing/unusual.py, which a test holds against this. Safe to rerun: an account that was found
-- within the last 30 days is not looked at, and no row is written twice.
-- The first day of 2000 was a Saturday. Each house is an array of its days: joined as rows, the database, which knows nothing of their
-- number, went through all houses for each. Whoever is not above the least is left out first.
WITH lately AS MATERIALIZED (
    SELECT account_id FROM billing_unusualuse WHERE last_on > %(day)s::date - 30
), asked AS MATERIALIZED (
    SELECT found.account_id, found.meters, found.since
    FROM ({billing.asked_for_unusual}) found
    WHERE NOT EXISTS (SELECT FROM lately WHERE lately.account_id = found.account_id)
), house AS MATERIALIZED (
    SELECT d.account_id, a.unit_id, max(d.day) AS until,
           array_agg(d.day ORDER BY d.day) FILTER (WHERE d.day <> ALL (%(holidays)s::date[])) AS days,
           array_agg(d.wh ORDER BY d.day) FILTER (WHERE d.day <> ALL (%(holidays)s::date[])) AS whs
    FROM ({billing.daily_wh}) d
    JOIN customers_account a ON a.id = d.account_id
    GROUP BY d.account_id, a.unit_id
    HAVING max(d.day) >= %(day)s::date - %(stale)s
), rule AS (
    SELECT * FROM unnest(
        %(names)s::text[], %(days)s::int[], %(needed)s::int[], %(spreads)s::int[],
        %(least_wh)s::bigint[], %(least_percent)s::int[], %(most_days)s::int[]
    ) WITH ORDINALITY AS r(name, days, needed, spreads, least_wh, least_percent, most_days, place)
), candidate AS MATERIALIZED (
    SELECT h.account_id, h.days, h.whs, r.name, r.place, r.needed, r.spreads, r.least_wh,
           r.least_percent, r.days AS run, h.until - r.days AS eve, z.percent AS shift, before.*
    FROM house h
    CROSS JOIN rule r
    CROSS JOIN LATERAL (
        SELECT coalesce((
            SELECT s.percent FROM staged_shift s WHERE s.unit_id = h.unit_id AND s.name = r.name
        ), 100) AS percent
    ) z
    CROSS JOIN LATERAL (
        SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY d.wh)
                   FILTER (WHERE NOT (d.day - DATE '2000-01-01') %% 7 < 2) AS on_workdays,
               percentile_disc(0.5) WITHIN GROUP (ORDER BY d.wh)
                   FILTER (WHERE (d.day - DATE '2000-01-01') %% 7 < 2) AS at_weekends,
               percentile_disc(r.most_days / 100.0) WITHIN GROUP (ORDER BY d.wh) AS high,
               count(*) AS known, min(d.day) AS since
        FROM unnest(h.days, h.whs) AS d(day, wh)
        WHERE d.day <= h.until - r.days AND d.day > h.until - r.days - %(usual_days)s
    ) before
    WHERE before.known >= %(fewest)s AND r.needed <= (
        SELECT count(*) FROM unnest(h.days, h.whs) AS d(day, wh)
        WHERE d.day > h.until - r.days AND d.wh > z.percent / 100.0 * CASE
            WHEN (d.day - DATE '2000-01-01') %% 7 < 2 THEN before.at_weekends ELSE before.on_workdays
        END + r.least_wh
    )
)
INSERT INTO billing_unusualuse (
    account_id, rule, first_on, last_on, since, wh, usual_wh, shift, found_at
)
SELECT DISTINCT ON (c.account_id)
       c.account_id, c.name, newest.first_on, newest.last_on, c.since,
       floor(newest.wh / c.run), floor(newest.usual_wh * c.shift / (100 * c.run)), c.shift, %(at)s
FROM candidate c
CROSS JOIN LATERAL (
    SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY abs(d.wh - CASE
               WHEN (d.day - DATE '2000-01-01') %% 7 < 2 THEN c.at_weekends ELSE c.on_workdays
           END)) * 1.4826 AS wh
    FROM unnest(c.days, c.whs) AS d(day, wh)
    WHERE d.day <= c.eve AND d.day > c.eve - %(usual_days)s
) spread
CROSS JOIN LATERAL (
    SELECT count(*) AS known, min(d.day) AS first_on, max(d.day) AS last_on, sum(d.wh) AS wh,
           sum(d.usual_wh) AS usual_wh,
           count(*) FILTER (
               WHERE d.wh > d.usual_wh * c.shift / 100.0
                   + greatest(spread.wh * c.spreads, c.least_wh, d.usual_wh * c.least_percent / 100.0)
                 AND d.wh > c.high * %(higher)s / 100.0 * c.shift / 100.0
           ) AS above
    FROM (
        SELECT d.day, d.wh, CASE
            WHEN (d.day - DATE '2000-01-01') %% 7 < 2 THEN c.at_weekends ELSE c.on_workdays
        END AS usual_wh
        FROM unnest(c.days, c.whs) AS d(day, wh)
        WHERE d.day > c.eve
    ) d
    WHERE d.usual_wh IS NOT NULL
) newest
WHERE newest.known = c.run AND newest.above >= c.needed
  AND floor(newest.wh / c.run) - floor(newest.usual_wh * c.shift / (100 * c.run)) >= c.least_wh / 2
ORDER BY c.account_id, c.place
ON CONFLICT DO NOTHING
RETURNING id;
