-- Grain: one contact of the contract. Safe to rerun: unique (account, kind, value); only a contact
-- that an earlier export had replaced comes back. Nothing is sent to an address that looks mistyped
-- until somebody confirms it.
INSERT INTO customers_contactpoint AS c
    (account_id, kind, value, owner, source, suspended_at, suspended_why)
SELECT a.id, named.kind, named.value, 'holder', 'contract',
       CASE WHEN doubt.is_mistyped THEN %(at)s::timestamptz END,
       CASE WHEN doubt.is_mistyped THEN 'mistyped' ELSE '' END
FROM staged_account s
JOIN customers_account a ON a.number = s.number
CROSS JOIN LATERAL (VALUES
    ('phone', s.phone),
    ('email', s.email),
    ('zalo', CASE WHEN s.follows_zalo THEN s.phone END)
) AS named (kind, value)
CROSS JOIN LATERAL (
    SELECT named.kind = 'email' AND named.value ~ %(mistyped)s AS is_mistyped
) AS doubt
WHERE named.value IS NOT NULL AND NOT {customers.said_not_theirs}
ON CONFLICT (account_id, kind, value) DO UPDATE
SET suspended_at = excluded.suspended_at, suspended_why = excluded.suspended_why
WHERE c.suspended_why = 'replaced'
RETURNING (SELECT number FROM customers_account a WHERE a.id = c.account_id);
