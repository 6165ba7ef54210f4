-- Grain: one company and rule: how much its houses use in the newest days of what they used in the
-- eight weeks before, in per cent, the middle of a sample; at least 100. Fewer than "least" houses
-- tell nothing. Safe to rerun: it only reads.
WITH asked AS MATERIALIZED (
    SELECT found.account_id, found.meters, found.since
    FROM ({billing.asked_for_unusual}) found
    WHERE found.account_id %% %(every)s = 0
), daily AS MATERIALIZED (
    {billing.daily_wh}
), rule AS (
    SELECT * FROM unnest(%(names)s::text[], %(days)s::int[]) AS r(name, days)
), dated AS (
    SELECT account_id, day, wh, max(day) OVER (PARTITION BY account_id) AS until FROM daily
), houses AS (
    SELECT d.account_id, r.name,
           avg(d.wh) FILTER (WHERE d.day > d.until - r.days) AS now_wh,
           avg(d.wh) FILTER (WHERE d.day <= d.until - r.days) AS then_wh
    FROM dated d CROSS JOIN rule r
    WHERE d.until >= %(day)s::date - %(stale)s
    GROUP BY d.account_id, r.name
)
SELECT a.unit_id, h.name,
       greatest(100, percentile_cont(0.5) WITHIN GROUP (ORDER BY 100 * h.now_wh / h.then_wh))::int
FROM houses h JOIN customers_account a ON a.id = h.account_id
WHERE h.then_wh > 0 AND h.now_wh IS NOT NULL
GROUP BY a.unit_id, h.name
HAVING count(*) >= %(least)s;
