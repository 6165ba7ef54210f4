-- Grain: one contact of the contract. Safe to rerun: unique (account, kind, value); only a contact
-- that an earlier export had replaced comes back.
INSERT INTO customers_contactpoint AS c
    (account_id, kind, value, owner, source, suspended_why)
SELECT a.id, named.kind, named.value, 'holder', 'contract', ''
FROM staged_account s
JOIN customers_account a ON a.number = s.number
CROSS JOIN LATERAL (VALUES
    ('phone', s.phone),
    ('email', s.email),
    ('zalo', CASE WHEN s.follows_zalo THEN s.phone END)
) AS named (kind, value)
WHERE named.value IS NOT NULL
ON CONFLICT (account_id, kind, value) DO UPDATE SET suspended_at = NULL, suspended_why = ''
WHERE c.suspended_why = 'replaced'
RETURNING (SELECT number FROM customers_account a WHERE a.id = c.account_id);
