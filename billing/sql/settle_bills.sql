-- Grain: one unsettled bill of the staged rows whose payments cover it.
-- Safe to rerun: a settled bill is left alone. Each row looks up its own bill and that bill's payments,
-- as for their match.
UPDATE billing_bill b SET paid_at = money.last_at
FROM (
    SELECT DISTINCT ON (b.id) b.id, b.total, money.*
    FROM {staged} s
    JOIN customers_account a ON a.number = s.number
    CROSS JOIN LATERAL (
        SELECT b.id, b.total FROM billing_bill b
        WHERE b.account_id = a.id AND b.month = s.month AND b.paid_at IS NULL OFFSET 0
    ) b
    CROSS JOIN LATERAL (
        SELECT sum(p.amount) AS amount, max(p.paid_at) AS last_at
        FROM billing_payment p WHERE p.bill_id = b.id
    ) money
) money
WHERE b.id = money.id AND money.amount >= money.total;
