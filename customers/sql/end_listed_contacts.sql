-- Grain: one contact known from files alone that the list says is not in use any more.
-- Safe to rerun: a suspended contact is not usable any more.
UPDATE customers_contactpoint c SET suspended_at = %(at)s, suspended_why = 'ended'
FROM staged_contact s
JOIN customers_account a ON a.number = s.number
WHERE s.is_ended AND c.account_id = a.id AND c.kind = s.kind AND c.value = s.value
  AND c.suspended_at IS NULL
RETURNING s.number, c.kind, c.value;
