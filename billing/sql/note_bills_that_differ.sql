-- Grain: one staged bill that is not what our own prices give. Safe to rerun: it writes nothing.
SELECT s.row_number, s.total, b.worked_out
FROM staged_bill s
JOIN customers_account a ON a.number = s.number
JOIN billing_bill b ON b.account_id = a.id AND b.starts_on = s.starts_on
WHERE b.worked_out <> b.total
ORDER BY s.row_number;
