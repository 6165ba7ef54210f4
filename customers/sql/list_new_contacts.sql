-- Grain: one contact that a load made for an account that it did not make; how many there are, and
-- how many of them stand beside one of their kind that was in use before.
-- Safe to rerun: it only reads.
WITH made AS (
    SELECT unnest(l.made) AS key FROM customers_loadchange l
    WHERE l.load_id = %(load)s AND l.table_name = 'customers_contactpoint'
)
SELECT c.id, a.id, a.number, c.kind, c.value, count(*) OVER (),
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM customers_contactpoint other
           WHERE other.account_id = c.account_id AND other.kind = c.kind
             AND other.suspended_at IS NULL AND other.id NOT IN (SELECT key FROM made)
       )) OVER ()
FROM made
JOIN customers_contactpoint c ON c.id = made.key
JOIN customers_account a ON a.id = c.account_id
WHERE a.id NOT IN (
      SELECT unnest(m.made) FROM customers_loadchange m
      WHERE m.load_id = %(load)s AND m.table_name = 'customers_account' AND m.made IS NOT NULL
  )
ORDER BY c.id
LIMIT %(most)s;
