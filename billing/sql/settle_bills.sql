-- Grain: one unsettled bill of the staged rows whose payments cover it.
-- Safe to rerun: a settled bill is left alone.
WITH open AS MATERIALIZED (
    SELECT DISTINCT b.id
    FROM {staged} s
    JOIN customers_account a ON a.number = s.number
    JOIN billing_bill b ON b.account_id = a.id AND b.month = s.month
    WHERE b.paid_at IS NULL
)
UPDATE billing_bill b SET paid_at = money.last_at
FROM (
    SELECT p.bill_id, sum(p.amount) AS amount, max(p.paid_at) AS last_at
    FROM open JOIN billing_payment p ON p.bill_id = open.id
    GROUP BY p.bill_id
) money
WHERE money.bill_id = b.id AND money.amount >= b.total;
