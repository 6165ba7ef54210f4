-- Grain: the terms of paying in force for the company of account "a" on the day.
-- Safe to rerun: it writes nothing.
SELECT t.* FROM billing_paymentterms t
WHERE t.valid_from <= %(day)s AND (t.unit_id = a.unit_id OR t.unit_id IS NULL)
ORDER BY t.unit_id IS NULL, t.valid_from DESC
LIMIT 1
