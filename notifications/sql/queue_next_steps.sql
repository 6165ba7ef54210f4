-- Grain: the next channel of each recipient of these notices whose channels so far came to nothing.
-- What would cost more than such a notice may is passed over; a price is what was expected of each
-- message that was handed over, or may have been.
-- Safe to rerun: a chain with a channel under way, or a notice that arrived, is left as it is.
WITH waiting AS MATERIALIZED (
    SELECT h.id, h.notice_id, h.recipient, h.step, p.confirm_within,
        CASE WHEN quiet.until < n.expires_at OR p.consent <> '' THEN quiet.until END AS until,
        h.reason <> 'kept' AND h.price > 0 AND h.price + (
            SELECT sum(o.price) FROM notifications_dispatch o
            WHERE o.notice_id = h.notice_id AND o.recipient <> 'linked'
              AND o.status NOT IN ('held', 'suppressed', 'cancelled', 'failed')
        ) > p.price_ceiling AS is_too_dear
    FROM notifications_dispatch h
    JOIN notifications_notice n ON n.id = h.notice_id
    JOIN notifications_kindpolicy p ON p.kind = n.kind
    LEFT JOIN notifications_ownquiethours w ON w.account_id = n.account_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN p.keeps_quiet_hours THEN
            notifications_quiet_until(
                %(at)s, coalesce(w.begins, %(quiet_begins)s), coalesce(w.ends, %(quiet_ends)s)
            )
        END AS until
    ) quiet
    WHERE h.notice_id = ANY(%(notices)s) AND h.status = 'held' AND n.reach = 'trying'
      AND n.expires_at > %(at)s
      AND NOT EXISTS (
          SELECT FROM notifications_dispatch o
          WHERE o.notice_id = h.notice_id AND o.recipient = h.recipient
            AND o.status IN ('queued', 'sending', 'accepted', 'unknown')
            AND o.silent_at IS NOT NULL
            -- The inbox runs beside the others; only what is not wanted waits for it.
            AND (o.channel <> 'inbox' OR h.reason = 'kept')
      )
), passed_over AS (
    UPDATE notifications_dispatch d SET status = 'suppressed', reason = 'over_ceiling'
    FROM waiting w
    WHERE d.id = w.id AND w.is_too_dear AND d.status = 'held'
)
UPDATE notifications_dispatch d SET
    status = 'queued',
    reason = CASE d.reason WHEN 'kept' THEN 'kept' ELSE 'fallback' END,
    due_at = coalesce(next.until, %(at)s),
    quiet_until = next.until,
    silent_at = coalesce(next.until, %(at)s) + next.confirm_within
FROM (
    SELECT DISTINCT ON (w.notice_id, w.recipient) w.*
    FROM waiting w
    WHERE w.is_too_dear IS NOT TRUE
    ORDER BY w.notice_id, w.recipient, w.step, w.id
) AS next
WHERE d.id = next.id AND d.status = 'held';
