-- Grain: one row: how many notices would be made of the facts that a load wrote in this transaction.
-- Safe to rerun: it writes nothing.
SELECT count(*)
FROM ({facts}) f
JOIN written ON written.key = f.fact_id
WHERE (f.useful_until IS NULL OR f.useful_until > %(at)s)
  AND NOT EXISTS (
    SELECT FROM notifications_notice n
    WHERE n.kind = %(kind)s AND n.account_id = f.account_id AND n.subject = f.subject
  )
