-- Grain: one staged payment whose bill is not known yet.
-- Safe to rerun: it writes nothing.
SELECT s.row_number, s.number
FROM staged_payment s
JOIN customers_account a ON a.number = s.number
WHERE NOT EXISTS (SELECT FROM billing_bill b WHERE b.account_id = a.id AND b.month = s.month)
ORDER BY s.row_number;
