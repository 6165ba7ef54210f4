-- Grain: one company, age group, first channel before and first channel after, with its notices and
-- what they cost. Safe to rerun: it only reads.
WITH price AS (
    SELECT key AS channel, value::int AS one FROM jsonb_each_text(%(prices)s::jsonb)
), before AS (
    SELECT s.notice_id,
           (array_agg(s.channel ORDER BY
               CASE WHEN s.channel = 'inbox' THEN 1 WHEN s.turn = 0 THEN 0 ELSE 2 END, s.turn, s.channel
           ) FILTER (WHERE NOT s.is_beside))[1] AS first,
           sum(p.one) FILTER (WHERE s.turn = 0) AS cost, sum(p.one) AS most
    FROM dry_before s JOIN price p ON p.channel = s.channel
    GROUP BY s.notice_id
), after AS (
    SELECT s.notice_id,
           (array_agg(s.channel ORDER BY
               CASE WHEN s.channel = 'inbox' THEN 1 WHEN s.turn = 0 THEN 0 ELSE 2 END, s.turn, s.channel
           ) FILTER (WHERE NOT s.is_beside))[1] AS first,
           sum(p.one) FILTER (WHERE s.turn = 0) AS cost, sum(p.one) AS most
    FROM dry_after s JOIN price p ON p.channel = s.channel
    GROUP BY s.notice_id
)
SELECT a.unit_id,
       {age},
       coalesce(b.first, 'nothing'), coalesce(c.first, 'nothing'), count(*),
       coalesce(sum(b.cost), 0)::bigint, coalesce(sum(c.cost), 0)::bigint,
       coalesce(sum(b.most), 0)::bigint, coalesce(sum(c.most), 0)::bigint
FROM dry_notice n
JOIN customers_account a ON a.id = n.account_id
LEFT JOIN before b ON b.notice_id = n.id
LEFT JOIN after c ON c.notice_id = n.id
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4;
