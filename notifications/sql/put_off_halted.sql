-- Grain: one due dispatch of a kind or a run that is stopped, or of any where all is: looked at
-- again later, so that the others need not pass it at each claim and no silence is counted.
-- Where one channel alone is stopped, the next one has its turn as ever.
-- Safe to rerun: what was put off is not due.
WITH due AS MATERIALIZED (
    SELECT d.id, p.confirm_within
    FROM notifications_dispatch d
    JOIN notifications_notice n ON n.id = d.notice_id
    JOIN notifications_kindpolicy p ON p.kind = n.kind
    WHERE d.status = 'queued' AND d.due_at <= %(at)s AND EXISTS (
        SELECT FROM notifications_halt h
        WHERE h.ended_at IS NULL AND h.channel = ''
          AND h.kind IN ('', n.kind) AND (h.run_id IS NULL OR h.run_id = n.run_id)
    )
    ORDER BY d.id
    LIMIT %(limit)s
    FOR UPDATE OF d SKIP LOCKED
)
UPDATE notifications_dispatch d SET
    due_at = %(at)s + %(put_off)s,
    silent_at = CASE
        WHEN d.silent_at IS NOT NULL THEN %(at)s + %(put_off)s + due.confirm_within
    END
FROM due
WHERE d.id = due.id
RETURNING d.id;
