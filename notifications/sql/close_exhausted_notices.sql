-- Grain: one of these notices with no channel under way and none left to try.
-- Safe to rerun: only notices still being tried change.
UPDATE notifications_notice n SET
    reach = CASE
        WHEN n.expires_at <= %(at)s OR settled_by <> '' OR is_stopped THEN 'ended' ELSE 'unreachable'
    END,
    reason = CASE
        WHEN is_stopped THEN 'stopped'
        WHEN settled_by = '' AND n.expires_at > %(at)s AND is_to_ring THEN 'to_ring'
        WHEN settled_by <> '' THEN settled_by
        WHEN n.expires_at <= %(at)s THEN 'expired'
        ELSE 'exhausted'
    END
FROM (
    SELECT m.id, coalesce((
        SELECT min(d.reason) FROM notifications_dispatch d
        WHERE d.notice_id = m.id AND d.status = 'cancelled'
          AND d.reason IN ('settled', 'answered', 'superseded', 'called_off', 'guarded',
                           'no_consent', 'stopped')
    ), '') AS settled_by, u.stopped_at IS NOT NULL AS is_stopped, EXISTS (
        SELECT FROM notifications_dispatch d
        WHERE d.notice_id = m.id AND d.status = 'cancelled' AND d.reason = 'to_ring'
    ) AS is_to_ring
    FROM notifications_notice m
    JOIN notifications_run u ON u.id = m.run_id
    WHERE m.id = ANY(%(notices)s) AND m.reach = 'trying' AND NOT EXISTS (
        SELECT FROM notifications_dispatch d
        WHERE d.notice_id = m.id AND d.recipient <> 'linked' AND (
            d.status IN ('held', 'queued', 'sending')
            OR d.status IN ('accepted', 'unknown') AND d.silent_at IS NOT NULL
        )
    )
) AS done
WHERE n.id = done.id AND n.reach = 'trying';
