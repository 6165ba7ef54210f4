-- Grain: one Zalo contact known from files alone, of an account that does not follow us on Zalo any
-- more. Safe to rerun: a suspended contact is not usable any more.
UPDATE customers_contactpoint c SET suspended_at = %(at)s, suspended_why = 'replaced'
FROM staged_registration s
JOIN customers_account a ON a.number = s.number
WHERE s.channel = 'zalo' AND NOT s.is_registered
  AND c.account_id = a.id AND c.kind = 'zalo' AND c.owner = 'holder'
  AND c.source IN ('contract', 'list') AND c.verified_at IS NULL AND c.confirmed_at IS NULL
  AND c.suspended_at IS NULL
RETURNING a.number, s.channel;
