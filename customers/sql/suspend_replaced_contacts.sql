-- Grain: one contact known from the contract that the export no longer names: the number was
-- changed there, so it must not be written to. Contacts proven or recorded with us stay.
-- Safe to rerun: a suspended contact is not usable any more.
UPDATE customers_contactpoint c
SET suspended_at = %(at)s, suspended_why = 'replaced'
FROM staged_account s
JOIN customers_account a ON a.number = s.number
WHERE c.account_id = a.id AND c.source = 'contract' AND c.owner = 'holder'
  AND c.suspended_at IS NULL
  AND c.value IS DISTINCT FROM CASE c.kind
      WHEN 'phone' THEN s.phone
      WHEN 'email' THEN s.email
      WHEN 'zalo' THEN CASE WHEN s.follows_zalo THEN s.phone END
  END
RETURNING a.number;
