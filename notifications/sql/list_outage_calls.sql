-- Grain: one home whose supply must not be cut without a visit, and one piece of news of a planned
-- outage there: a person tells them, beside the notice. The last word on each outage that is still
-- to come, once its run goes: what waits for two people is not told by anybody yet.
-- Safe to rerun: a row is made once for its subject, whatever became of it.
INSERT INTO customers_workitem (
    account_id, kind, arrangement_id, subject, detail, made_at, due_on, tries, outcome, note
)
SELECT n.account_id, 'outage', NULL, 'outage-' || e.id || '-' || n.account_id,
    to_char(e.starts_at AT TIME ZONE {zone}, 'DD/MM/YYYY HH24:MI'), %(at)s, %(day)s, 0, '', ''
FROM notifications_announcement e
JOIN notifications_outage o ON o.id = e.outage_id AND o.planned
JOIN notifications_notice n ON n.announcement_id = e.id
JOIN notifications_run r ON r.id = n.run_id AND r.waits_since IS NULL AND r.stopped_at IS NULL
JOIN customers_need d ON d.account_id = n.account_id
    AND d.kind = 'keep_supply' AND d.ended_at IS NULL
WHERE e.ends_at > %(at)s AND e.what IN ('announced', 'changed') AND right(n.subject, 4) <> '-off'
  AND NOT EXISTS (
      SELECT FROM notifications_announcement newer
      WHERE newer.outage_id = e.outage_id AND newer.revision > e.revision
  )
ON CONFLICT (kind, subject) DO NOTHING
RETURNING id;
