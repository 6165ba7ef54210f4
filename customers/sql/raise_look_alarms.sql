-- Grain: one member of staff and kind of excess. Safe to rerun: there is one unread alarm of each,
-- and none again within the hour of the last.
WITH counted AS (
    SELECT
        user_id,
        count(DISTINCT account_id) + count(DISTINCT about_id) AS accounts,
        count(*) FILTER (WHERE page LIKE 'contact %%') AS reveals
    FROM customers_look
    WHERE at > %(since)s AND at <= %(at)s
    GROUP BY user_id
),
excess AS (
    SELECT user_id, 'accounts' AS kind, accounts AS count FROM counted
    WHERE accounts > %(most_accounts)s
    UNION ALL
    SELECT user_id, 'reveals', reveals FROM counted
    WHERE reveals > %(most_reveals)s
)
INSERT INTO customers_lookalarm (user_id, kind, count, raised_at)
SELECT e.user_id, e.kind, e.count, %(at)s
FROM excess e
WHERE NOT EXISTS (
    SELECT FROM customers_lookalarm a
    WHERE a.user_id = e.user_id AND a.kind = e.kind AND a.raised_at > %(since)s
)
ON CONFLICT (user_id, kind) WHERE read_at IS NULL DO NOTHING
RETURNING user_id, kind, count;
