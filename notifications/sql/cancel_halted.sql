-- Grain: one dispatch that waits, of the notices after a key that a stop is about and that were
-- planned before it ended: cancelled. The inbox is left as it is. Of a channel only what is due on
-- it is cancelled: the next channel has its turn.
-- Returns the dispatches that were cancelled, with their notices, after one row that names the last
-- notice looked at.
-- Safe to rerun: what is cancelled waits no more.
WITH notices AS MATERIALIZED (
    SELECT n.id, p.legal_class = 'statutory' AND NOT %(nobody_rings)s AS is_to_ring
    FROM notifications_notice n
    JOIN notifications_kindpolicy p ON p.kind = n.kind
    WHERE n.id > %(after)s AND n.reach = 'trying' AND n.planned_at <= %(until)s
      AND %(kind)s IN ('', n.kind) AND (%(run)s::bigint IS NULL OR n.run_id = %(run)s)
    ORDER BY n.id
    LIMIT %(limit)s
), waiting AS MATERIALIZED (
    SELECT d.id, n.is_to_ring
    FROM notices n
    JOIN notifications_dispatch d ON d.notice_id = n.id
    WHERE d.status = 'queued' AND %(channel)s IN ('', d.channel)
       OR d.status = 'held' AND %(channel)s = ''
    ORDER BY d.id
    FOR UPDATE OF d
), done AS (
    UPDATE notifications_dispatch d SET
        status = 'cancelled', silent_at = NULL,
        reason = CASE WHEN w.is_to_ring THEN 'to_ring' ELSE 'stopped' END
    FROM waiting w
    WHERE d.id = w.id
    RETURNING d.id, d.notice_id
)
SELECT 0, max(id) FROM notices HAVING count(*) > 0
UNION ALL
SELECT id, notice_id FROM done;
