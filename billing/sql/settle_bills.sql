-- Grain: one unsettled bill of the staged rows whose payments cover it.
-- Safe to rerun: a settled bill is left alone. Each account and month looks up its own bill, as for the
-- match, and holds it: a corrected one may be loaded in this moment, and is waited for and asked anew.
UPDATE billing_bill b SET paid_at = covered.last_at
FROM (
    SELECT open.id, money.last_at
    FROM (
        SELECT DISTINCT a.id AS account_id, s.month
        FROM {staged} s JOIN customers_account a ON a.number = s.number
    ) own
    CROSS JOIN LATERAL (
        SELECT b.id, b.total, b.paid_at FROM billing_bill b
        WHERE b.account_id = own.account_id AND b.month = own.month
        FOR NO KEY UPDATE
    ) open
    CROSS JOIN LATERAL (
        SELECT sum(p.amount) AS amount, max(p.paid_at) AS last_at
        FROM billing_payment p WHERE p.bill_id = open.id
    ) money
    WHERE open.paid_at IS NULL AND money.amount >= open.total
) covered
WHERE b.id = covered.id;
