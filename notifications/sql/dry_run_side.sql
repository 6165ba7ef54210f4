-- Grain: one channel that would be tried for a real notice, in which turn (0 at once, 1 after the
-- first failed or stayed silent, and so on), so long after it was planned, quiet hours included.
-- Where each would go, the planner's own statement says; what would go beyond the ceiling if nothing
-- were confirmed is passed over, as in queue_next_steps.sql.
-- Safe to rerun: it writes nothing that outlives the question.
INSERT INTO {side} (notice_id, channel, turn, waits, is_quiet, is_beside)
WITH undecided AS MATERIALIZED (
    SELECT n.id, n.account_id,
           CASE WHEN a.unit_id = ANY(%(cut_off)s) THEN ARRAY['sms'] ELSE '{}'::text[] END AS off
    FROM dry_notice n
    JOIN customers_account a ON a.id = n.account_id
    WHERE n.kind = %(kind)s
), decided AS MATERIALIZED (
    {decided}
), chained AS (
    SELECT notice_id, recipient, channel, address, step, status, reason = 'kept' AS is_kept,
           coalesce((%(prices)s ->> channel)::int, 0) AS price,
           row_number() OVER (
               -- Each address of a linked person is told at once, beside the chains.
               PARTITION BY notice_id, recipient, channel = 'inbox',
                   CASE recipient WHEN 'linked' THEN address END
               ORDER BY step
           ) AS place
    FROM decided
    WHERE status IN ('queued', 'held') OR channel = 'inbox' AND is_timed
), numbered AS (
    SELECT *, row_number() OVER (
        PARTITION BY notice_id ORDER BY place, recipient, step, channel
    ) AS number
    FROM chained
), paid AS (
    SELECT notice_id, notifications_affordable(
        array_agg(price ORDER BY number),
        -- The first always goes, and so does what costs nothing.
        array_agg(status = 'queued' OR is_kept OR channel = 'inbox' ORDER BY number),
        %(ceiling)s::int
    ) AS goes
    FROM numbered
    GROUP BY notice_id
), tried AS (
    SELECT c.notice_id, c.channel, c.recipient,
           row_number() OVER chain - 1 + CASE
               WHEN c.channel = 'inbox' OR bool_or(c.status = 'queued') OVER whole THEN 0 ELSE 1
           END AS turn
    FROM numbered c
    JOIN paid p ON p.notice_id = c.notice_id
    WHERE p.goes[c.number]
    WINDOW whole AS (PARTITION BY c.notice_id, c.recipient, c.channel = 'inbox'),
           chain AS (
               PARTITION BY c.notice_id, c.recipient, c.channel = 'inbox',
                   CASE c.recipient WHEN 'linked' THEN c.address END
               ORDER BY c.step
           )
)
SELECT t.notice_id, t.channel, t.turn, coalesce(quiet.until, due.at) - n.planned_at,
       quiet.until IS NOT NULL, t.recipient = 'linked'
FROM tried t
JOIN dry_notice n ON n.id = t.notice_id
LEFT JOIN notifications_ownquiethours w ON w.account_id = n.account_id
CROSS JOIN LATERAL (
    SELECT n.planned_at + t.turn * %(confirm_within)s::interval AS at
) due
CROSS JOIN LATERAL (
    SELECT CASE WHEN %(keeps_quiet_hours)s AND t.channel <> 'inbox' THEN
        notifications_quiet_until(
            due.at, coalesce(w.begins, %(quiet_begins)s), coalesce(w.ends, %(quiet_ends)s)
        )
    END AS until
) wanted
-- What would be useless by then goes at once, unless it is only advice.
CROSS JOIN LATERAL (
    SELECT CASE WHEN wanted.until < n.expires_at OR %(consented)s THEN wanted.until END AS until
) quiet;
