-- Grain: one open row of the work list about a planned outage that has newer news, is over, or whose
-- home needs it no more. That nobody told them before it was over is said as that.
-- Safe to rerun: what is settled is left as it is.
UPDATE customers_workitem w SET
    outcome = CASE WHEN e.ends_at <= %(at)s THEN 'missed' ELSE 'over' END, done_at = %(at)s
FROM notifications_announcement e
WHERE w.kind = 'outage' AND w.outcome = ''
  AND w.subject = 'outage-' || e.id || '-' || w.account_id
  AND e.id = split_part(w.subject, '-', 2)::bigint
  AND (e.ends_at <= %(at)s OR EXISTS (
      SELECT FROM notifications_announcement newer
      WHERE newer.outage_id = e.outage_id AND newer.revision > e.revision
  ) OR NOT EXISTS (
      SELECT FROM customers_need d
      WHERE d.account_id = w.account_id AND d.kind = 'keep_supply' AND d.ended_at IS NULL
  ))
RETURNING w.id;
