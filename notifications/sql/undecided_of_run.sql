-- Grain: one notice of the run that nothing was decided about yet.
-- Safe to rerun: it writes nothing.
SELECT n.id, n.account_id, '{}'::text[] AS off
FROM notifications_notice n
WHERE n.run_id = %(run)s AND n.reach = 'trying'
  AND NOT EXISTS (SELECT FROM notifications_dispatch d WHERE d.notice_id = n.id)
