-- Grain: one unsettled bill whose payments cover it. Safe to rerun: a settled bill is left alone.
UPDATE billing_bill b SET paid_at = money.last_at
FROM (
    SELECT p.bill_id, sum(p.amount) AS amount, max(p.paid_at) AS last_at
    FROM billing_payment p
    WHERE p.bill_id IN (SELECT id FROM billing_bill WHERE paid_at IS NULL)
    GROUP BY p.bill_id
) money
WHERE money.bill_id = b.id AND b.paid_at IS NULL AND money.amount >= b.total;
