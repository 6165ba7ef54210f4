-- Grain: one channel and turn (queued: at once, held: after a failure or silence) with how many
-- messages it would carry; and how many notices there are, only the inbox would tell, nothing would.
-- Safe to rerun: it only reads. Which notices, and where each would go, are statements of their own.
WITH undecided AS MATERIALIZED (
    {notices}
), decided AS MATERIALIZED (
    {decided}
), chances AS (
    SELECT notice_id,
           bool_or(status IN ('queued', 'held')) AS is_sent,
           bool_or(is_timed) AS is_told
    FROM decided
    WHERE recipient <> 'linked'
    GROUP BY notice_id
)
SELECT channel, status, count(*) FROM decided WHERE status IN ('queued', 'held') GROUP BY 1, 2
UNION ALL
SELECT 'inbox', 'only', count(*) FROM chances WHERE is_told AND NOT is_sent
UNION ALL
SELECT '', 'nothing', count(*) FROM chances WHERE NOT is_told AND NOT is_sent
UNION ALL
SELECT '', 'notices', count(*) FROM undecided;
