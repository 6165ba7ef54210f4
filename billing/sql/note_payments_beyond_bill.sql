-- Grain: one staged payment that is not known, of a bill that is paid in full already.
-- Safe to rerun: it writes nothing.
SELECT s.row_number
FROM staged_payment s
JOIN customers_account a ON a.number = s.number
CROSS JOIN LATERAL (
    SELECT b.paid_at FROM billing_bill b
    WHERE b.account_id = a.id AND b.month = s.month OFFSET 0
) b
WHERE b.paid_at IS NOT NULL
  AND (SELECT p.id FROM billing_payment p WHERE p.reference = s.reference) IS NULL
ORDER BY s.row_number;
