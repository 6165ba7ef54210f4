-- Grain: one payment without a bill, of an account and month of the staged rows.
-- Safe to rerun: a matched payment is not looked at again. Each row looks up its own bill and its own
-- payments: how many payments came a moment ago no statistics know, and of a month there are all.
UPDATE billing_payment p SET bill_id = found.bill_id
FROM (
    SELECT DISTINCT found.id, b.id AS bill_id
    FROM {staged} s
    JOIN customers_account a ON a.number = s.number
    CROSS JOIN LATERAL (
        SELECT b.id FROM billing_bill b
        WHERE b.account_id = a.id AND b.month = s.month OFFSET 0
    ) b
    CROSS JOIN LATERAL (
        SELECT p.id, p.bill_id FROM billing_payment p
        WHERE p.account_id = a.id AND p.month = s.month OFFSET 0
    ) found
    WHERE found.bill_id IS NULL
) found
WHERE p.id = found.id;
