-- Grain: one channel that would be tried for a real notice, and in which turn: 0 at once, 1 after the
-- first failed or stayed silent, and so on. Where each would go, the planner's own statement says.
-- Safe to rerun: it writes nothing that outlives the question.
INSERT INTO {side} (notice_id, channel, turn, waits, is_beside)
WITH undecided AS MATERIALIZED (
    SELECT n.id, n.account_id,
           CASE WHEN a.unit_id = ANY(%(cut_off)s) THEN ARRAY['sms'] ELSE '{}'::text[] END AS off
    FROM dry_notice n
    JOIN customers_account a ON a.id = n.account_id
    WHERE n.kind = %(kind)s
), decided AS MATERIALIZED (
    {decided}
), tried AS (
    SELECT notice_id, channel, recipient,
           row_number() OVER chain - 1
               + CASE WHEN channel = 'inbox' OR bool_or(status = 'queued') OVER whole THEN 0 ELSE 1 END
               AS turn
    FROM decided
    WHERE status IN ('queued', 'held') OR channel = 'inbox' AND is_timed
    -- Each address of a linked person is told at once, beside the chains.
    WINDOW whole AS (PARTITION BY notice_id, recipient, channel = 'inbox'),
           chain AS (
               PARTITION BY notice_id, recipient, channel = 'inbox',
                   CASE recipient WHEN 'linked' THEN address END
               ORDER BY step
           )
)
SELECT notice_id, channel, turn, turn * %(confirm_within)s::interval, recipient = 'linked'
FROM tried;
