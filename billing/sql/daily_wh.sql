-- Grain: one account of the CTE "asked" and day from "since" of it to %(day)s whose use is measured:
-- account_id, day, wh; a part of other statements. Outside of billing/queries the one place that makes
-- daily use of reads, by billing_reads: two of neighbouring days, neither estimated, of meters that
-- are in place, all of them. An index that went down tells nothing here.
-- Safe to rerun: it only reads.
SELECT m.account_id, went.day, sum(went.wh * m.multiplier)::bigint AS wh
FROM asked
JOIN customers_meter m ON m.account_id = asked.account_id AND m.removed_on IS NULL
CROSS JOIN LATERAL (
    SELECT r.day, r.index_wh - lag(r.index_wh) OVER newest AS wh,
           r.day - lag(r.day) OVER newest AS days,
           r.quality <> 'estimated' AND lag(r.quality) OVER newest <> 'estimated' AS is_measured
    FROM billing_reads(m.id, asked.since - 1, %(day)s::date + 1, NULL, false) r
    WINDOW newest AS (ORDER BY r.day)
) went
WHERE went.days = 1 AND went.is_measured AND went.wh >= 0
GROUP BY m.account_id, asked.meters, went.day
HAVING count(*) = asked.meters
