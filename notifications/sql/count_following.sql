-- Grain: one row: how many notices would be made of the facts that a load wrote in this transaction.
-- Safe to rerun: it writes nothing.
SELECT count(*) FROM ({facts}) f
WHERE (f.useful_until IS NULL OR f.useful_until > %(at)s)
  AND f.fact_id IN (
    SELECT key FROM customers_loadchange c, unnest(coalesce(c.made, ARRAY[c.row_key])) key
    WHERE c.load_id = %(load)s AND c.table_name = %(table)s
  )
  AND NOT EXISTS (
    SELECT FROM notifications_notice n
    WHERE n.kind = %(kind)s AND n.account_id = f.account_id AND n.subject = f.subject
  )
