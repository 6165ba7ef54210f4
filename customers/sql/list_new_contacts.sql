-- Grain: one contact that a load made for an account that it did not make, and how many there are.
-- Safe to rerun: it only reads.
SELECT c.id, a.id, a.number, c.kind, c.value, count(*) OVER ()
FROM customers_loadchange l
JOIN customers_contactpoint c ON c.id = l.row_key
JOIN customers_account a ON a.id = c.account_id
WHERE l.load_id = %(load)s AND l.table_name = 'customers_contactpoint' AND l.before IS NULL
  AND NOT EXISTS (
      SELECT FROM customers_loadchange m
      WHERE m.load_id = %(load)s AND m.table_name = 'customers_account' AND m.before IS NULL
        AND m.row_key = a.id
  )
ORDER BY c.id
LIMIT %(most)s;
