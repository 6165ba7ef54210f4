-- Grain: one dispatch that goes along with one that was taken: of its kind, to its address, held for
-- this sender until the commit. Nothing that a sender died over, and nothing before its turn but
-- what waits for company: so none of them can have arrived.
-- Safe to rerun: it changes nothing; what another sender holds is skipped.
SELECT company.id
FROM notifications_dispatch d
JOIN notifications_notice n ON n.id = d.notice_id
JOIN notifications_kindpolicy p ON p.kind = n.kind AND p.digest_within IS NOT NULL
CROSS JOIN LATERAL (
    SELECT other.id
    FROM notifications_dispatch other
    JOIN notifications_notice m ON m.id = other.notice_id
    WHERE other.status = 'queued' AND other.channel = %(channel)s AND other.address = d.address
      AND other.recipient = d.recipient AND other.crashes = 0 AND m.kind = n.kind
      AND other.id <> d.id
      AND (other.tries = 0 OR other.due_at <= %(at)s)
      AND NOT EXISTS (
          SELECT FROM notifications_attempt a
          WHERE a.dispatch_id = other.id AND a.outcome = 'undeliverable'
      )
    ORDER BY other.id
    LIMIT %(most)s - 1
    FOR UPDATE OF other SKIP LOCKED
) company
WHERE d.id = ANY(%(taken)s)
