-- Grain: one contact known from the contract in whose place the export names another: it was changed
-- there, so it must not be written to. An empty cell says nothing, so it takes nothing away; contacts
-- proven or recorded with us stay.
-- Safe to rerun: a suspended contact is not usable any more.
UPDATE customers_contactpoint c
SET suspended_at = %(at)s, suspended_why = 'replaced'
FROM staged_account s
JOIN customers_account a ON a.number = s.number
WHERE c.account_id = a.id AND c.source = 'contract' AND c.owner = 'holder'
  AND c.suspended_at IS NULL
  AND CASE c.kind
      WHEN 'phone' THEN c.value <> s.phone
      WHEN 'email' THEN c.value <> s.email
      WHEN 'zalo' THEN c.value <> s.phone OR (s.phone IS NOT NULL AND NOT s.follows_zalo)
  END
RETURNING a.number;
