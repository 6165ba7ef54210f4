-- Grain: one due dispatch of the channel, held for this sender until the commit.
-- Safe to rerun: it changes nothing; what another sender holds is skipped.
SELECT d.id
FROM notifications_dispatch d
WHERE d.status = 'queued' AND d.channel = %(channel)s
  AND d.priority <= %(lane)s AND d.due_at <= %(at)s
  AND (d.crashes > 0) = %(suspects)s
  -- Stopped altogether, or on this channel: nothing is even looked at.
  AND NOT EXISTS (
      SELECT FROM notifications_halt h
      WHERE (h.ended_at IS NULL OR h.way = 'cancel' AND h.closed_at IS NULL)
        AND h.channel IN ('', %(channel)s) AND h.kind = '' AND h.run_id IS NULL
  )
ORDER BY d.priority, d.due_at, d.id
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED
