-- Grain: one fee. Safe to rerun: its number is unique and a fee is never rewritten.
INSERT INTO billing_servicefee (account_id, reference, what, amount, due_on, learned_at)
SELECT a.id, s.reference, s.what, s.amount, s.due_on, %(at)s
FROM staged_fee s
JOIN customers_account a ON a.number = s.number
ON CONFLICT (reference) DO NOTHING
RETURNING reference;
