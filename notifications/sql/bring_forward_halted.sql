-- Grain: one queued dispatch that was put off by a stop which is over: due now, and its silence
-- counts from now. What waits for the end of quiet hours goes on waiting.
-- Safe to rerun: what is due is left alone.
WITH late AS MATERIALIZED (
    SELECT d.id, p.confirm_within
    FROM notifications_dispatch d
    JOIN notifications_notice n ON n.id = d.notice_id
    JOIN notifications_kindpolicy p ON p.kind = n.kind
    WHERE d.status = 'queued' AND d.due_at > %(at)s AND d.due_at <= %(put_off_until)s
      AND d.quiet_until IS DISTINCT FROM d.due_at
      AND %(kind)s IN ('', n.kind) AND (%(run)s::bigint IS NULL OR n.run_id = %(run)s)
    ORDER BY d.id
    LIMIT %(limit)s
    FOR UPDATE OF d SKIP LOCKED
)
UPDATE notifications_dispatch d SET
    due_at = %(at)s,
    silent_at = CASE WHEN d.silent_at IS NOT NULL THEN %(at)s + late.confirm_within END
FROM late
WHERE d.id = late.id
RETURNING d.id;
