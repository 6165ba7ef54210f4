-- Grain: one stop of supply that was called off lately, and whose account was told of it: something
-- arrived, or a provider was given it. Who is told is told that it does not take place.
-- Not where another stop for the same bill is planned by now.
-- Safe to rerun: it writes nothing.
SELECT b.account_id, 'stop-' || s.id || '-off' AS subject, s.id AS fact_id,
       NULL::timestamptz AS useful_until
FROM billing_supplystop s
JOIN billing_bill b ON b.id = s.bill_id
WHERE s.state = 'called_off' AND s.called_off_at > %(off_since)s
  AND NOT EXISTS (
      SELECT FROM billing_supplystop newer
      WHERE newer.bill_id = s.bill_id AND newer.state = 'planned'
  )
  AND EXISTS (
      SELECT FROM notifications_notice n
      WHERE n.stop_id = s.id AND n.subject = 'stop-' || s.id
        AND (n.read_at IS NOT NULL OR n.reach IN ('delivered', 'seen') OR EXISTS (
            SELECT FROM notifications_dispatch d
            JOIN notifications_attempt x ON x.dispatch_id = d.id
            WHERE d.notice_id = n.id AND x.outcome IN ('accepted', 'doubtful', 'lost', '')
        ))
  )
