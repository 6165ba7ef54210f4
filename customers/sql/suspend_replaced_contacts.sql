-- Grain: one contact known from the contract in whose place the export names another: it was changed
-- there, so it must not be written to. An empty cell says nothing, so it takes nothing away; contacts
-- proven or recorded with us stay.
-- Safe to rerun: a suspended contact is not usable any more. Each row looks up its own account and contacts,
-- whatever is known of how many there are.
UPDATE customers_contactpoint c
SET suspended_at = %(at)s, suspended_why = 'replaced'
FROM (
    SELECT known.id, a.number
    FROM staged_account s
    CROSS JOIN LATERAL (
        SELECT a.id, a.number FROM customers_account a WHERE a.number = s.number OFFSET 0
    ) a
    CROSS JOIN LATERAL (
        SELECT k.id, k.kind, k.value FROM customers_contactpoint k
        WHERE k.account_id = a.id AND k.source = 'contract' AND k.owner = 'holder'
          AND k.suspended_at IS NULL
        OFFSET 0
    ) known
    WHERE CASE known.kind
        WHEN 'phone' THEN known.value <> s.phone
        WHEN 'email' THEN known.value <> s.email
        WHEN 'zalo' THEN known.value <> s.phone OR (s.phone IS NOT NULL AND NOT s.follows_zalo)
    END
) replaced
WHERE c.id = replaced.id
RETURNING replaced.number;
