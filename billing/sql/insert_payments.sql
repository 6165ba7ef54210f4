-- Grain: one transaction. Safe to rerun: its number is unique and money in is never rewritten.
INSERT INTO billing_payment (account_id, month, amount, paid_at, collected_by, reference, learned_at)
SELECT a.id, s.month, s.amount, s.paid_at, s.collected_by, s.reference, %(at)s
FROM staged_payment s
JOIN customers_account a ON a.number = s.number
ON CONFLICT (reference) DO NOTHING
RETURNING reference;
