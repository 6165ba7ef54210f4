-- Grain: one ward and age group of a company that was cut over, with its customers who were told of
-- bills in a time, who stand on the call list without a channel, those of them who would have been
-- told by SMS before, and the SMS that was handed over. Counted like dry_run_figures.sql.
-- Safe to rerun: it only reads.
WITH told AS MATERIALIZED (
    SELECT n.id, a.id AS account_id, a.ward, {age} AS age,
           n.reach = 'unreachable' AND n.reason = 'no_channel' AS is_untold,
           coalesce(d.left_out @> '[{"why": "cut_over"}]', false) AS is_cut
    FROM customers_account a
    JOIN notifications_notice n ON n.account_id = a.id
    LEFT JOIN notifications_decision d ON d.notice_id = n.id
    WHERE a.unit_id = %(unit)s AND n.kind = ANY(%(bills)s)
      AND n.planned_at >= %(since)s AND n.planned_at < %(until)s
      AND NOT EXISTS (SELECT FROM customers_protection p WHERE p.account_id = a.id)
), sent AS (
    SELECT s.notice_id, count(*) AS messages, sum(s.price) AS cost
    FROM told t
    JOIN notifications_dispatch s ON s.notice_id = t.id
    WHERE s.channel = 'sms' AND s.recipient <> 'linked'
      AND s.status IN ('accepted', 'delivered', 'seen', 'unknown')
    GROUP BY s.notice_id
)
SELECT t.ward, t.age, count(DISTINCT t.account_id),
       count(DISTINCT t.account_id) FILTER (WHERE t.is_untold),
       count(DISTINCT t.account_id) FILTER (WHERE t.is_untold AND t.is_cut),
       coalesce(sum(s.messages), 0)::bigint, coalesce(sum(s.cost), 0)::bigint
FROM told t
LEFT JOIN sent s ON s.notice_id = t.id
GROUP BY 1, 2
ORDER BY 1, 2;
