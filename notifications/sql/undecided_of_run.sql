-- Grain: one notice of the run that nothing was decided about yet. A threshold of use is told to
-- whoever set it: by the contract's contacts only where that is the holder.
-- Safe to rerun: it writes nothing.
SELECT n.id, n.account_id,
       CASE WHEN l.role <> 'holder' THEN ARRAY['zalo', 'email', 'sms'] ELSE '{}'::text[] END AS off
FROM notifications_notice n
LEFT JOIN notifications_thresholdpassing t ON t.id = n.passing_id
LEFT JOIN customers_accountlink l ON l.id = t.link_id
WHERE n.run_id = %(run)s AND n.reach = 'trying'
  AND NOT EXISTS (SELECT FROM notifications_dispatch d WHERE d.notice_id = n.id)
