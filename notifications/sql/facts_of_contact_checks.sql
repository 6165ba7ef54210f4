-- Grain: one question whether a contact is still the customer's, open and not yet too late to answer.
-- Safe to rerun: it writes nothing.
SELECT k.account_id, 'contact-' || k.id AS subject, k.id AS fact_id,
       (k.due_on + 1)::timestamp AT TIME ZONE {zone} AS useful_until
FROM customers_contactcheck k
JOIN customers_contactpoint c ON c.id = k.contact_id
WHERE k.answer = '' AND k.due_on >= %(day)s AND c.suspended_at IS NULL
  AND coalesce(greatest(c.verified_at, c.confirmed_at) <= k.proven_at, true)
