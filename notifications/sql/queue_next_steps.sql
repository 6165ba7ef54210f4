-- Grain: the next channel of each recipient of these notices whose channels so far came to nothing.
-- Safe to rerun: a chain with a channel under way, or a notice that arrived, is left as it is.
UPDATE notifications_dispatch d SET
    status = 'queued',
    reason = CASE d.reason WHEN 'kept' THEN 'kept' ELSE 'fallback' END,
    due_at = %(at)s,
    silent_at = %(at)s + next.confirm_within
FROM (
    SELECT DISTINCT ON (h.notice_id, h.recipient) h.id, p.confirm_within
    FROM notifications_dispatch h
    JOIN notifications_notice n ON n.id = h.notice_id
    JOIN notifications_kindpolicy p ON p.kind = n.kind
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
    ORDER BY h.notice_id, h.recipient, h.step, h.id
) AS next
WHERE d.id = next.id AND d.status = 'held';
