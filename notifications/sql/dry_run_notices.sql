-- Grain: one real notice of a kind planned in the time that is asked about, into the temporary table
-- of the dry run. Safe to rerun: it writes nothing that outlives the question.
INSERT INTO dry_notice (id, account_id, kind, planned_at, expires_at)
SELECT n.id, n.account_id, n.kind, n.planned_at, n.expires_at
FROM notifications_notice n
JOIN customers_account a ON a.id = n.account_id
WHERE n.kind = %(kind)s AND n.planned_at >= %(since)s AND n.planned_at < %(until)s
  AND (%(only_unit)s::bigint IS NULL OR a.unit_id = %(only_unit)s)
  AND (%(units)s::bigint[] = '{}' OR a.unit_id = ANY(%(units)s));
