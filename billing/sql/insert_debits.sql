-- Grain: one try to debit one bill. Safe to rerun: it is unique by bill and day, never rewritten.
INSERT INTO billing_debit (account_id, bill_id, amount, result, debited_on, learned_at)
SELECT a.id, b.id, s.amount, s.result, s.debited_on, %(at)s
FROM staged_debit s
JOIN customers_account a ON a.number = s.number
JOIN billing_bill b ON b.account_id = a.id AND b.month = s.month
ON CONFLICT (bill_id, debited_on) DO NOTHING
RETURNING bill_id;
