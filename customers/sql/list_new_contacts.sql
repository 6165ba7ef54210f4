-- Grain: one contact that a load made for an account that it did not make, and how many there are.
-- Safe to rerun: it only reads.
SELECT c.id, a.id, a.number, c.kind, c.value, count(*) OVER ()
FROM customers_loadchange l
CROSS JOIN LATERAL unnest(l.made) AS k (key)
JOIN customers_contactpoint c ON c.id = k.key
JOIN customers_account a ON a.id = c.account_id
WHERE l.load_id = %(load)s AND l.table_name = 'customers_contactpoint'
  AND a.id NOT IN (
      SELECT unnest(m.made) FROM customers_loadchange m
      WHERE m.load_id = %(load)s AND m.table_name = 'customers_account' AND m.made IS NOT NULL
  )
ORDER BY c.id
LIMIT %(most)s;
