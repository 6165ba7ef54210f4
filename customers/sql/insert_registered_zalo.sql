-- Grain: one account that follows us on Zalo and has no Zalo in use: the phone of its contract, else
-- the longest known one of a list. Safe to rerun: then it has one; only what a file had taken out of
-- use comes back.
INSERT INTO customers_contactpoint AS c (account_id, kind, value, owner, source, suspended_why)
SELECT a.id, 'zalo', named.value, 'holder', named.source, ''
FROM staged_registration s
JOIN customers_account a ON a.number = s.number
CROSS JOIN LATERAL (
    SELECT p.value, p.source FROM customers_contactpoint p
    WHERE p.account_id = a.id AND p.kind = 'phone' AND p.owner = 'holder'
      AND p.source IN ('contract', 'list') AND p.suspended_at IS NULL
    ORDER BY p.source = 'list', p.id
    LIMIT 1
) named
WHERE s.channel = 'zalo' AND s.is_registered AND NOT {customers.said_not_theirs}
  AND NOT EXISTS (
      SELECT FROM customers_contactpoint z
      WHERE z.account_id = a.id AND z.kind = 'zalo' AND z.owner = 'holder'
        AND z.suspended_at IS NULL
  )
ON CONFLICT (account_id, kind, value) DO UPDATE SET suspended_at = NULL, suspended_why = ''
WHERE c.suspended_why = 'replaced'
RETURNING (SELECT number FROM customers_account a WHERE a.id = c.account_id), c.kind;
