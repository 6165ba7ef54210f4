-- Grain: one payment without a bill, of an account and month of the staged rows.
-- Safe to rerun: a matched payment is not written again. Each account and month looks up its own bill
-- and its own payments by that key alone: how many came a moment ago no statistics know, and of one
-- month there are a million.
UPDATE billing_payment p SET bill_id = matched.bill_id
FROM (
    SELECT unmatched.id, b.id AS bill_id
    FROM (
        SELECT DISTINCT a.id AS account_id, s.month
        FROM {staged} s JOIN customers_account a ON a.number = s.number
    ) own
    CROSS JOIN LATERAL (
        SELECT b.id FROM billing_bill b
        WHERE b.account_id = own.account_id AND b.month = own.month OFFSET 0
    ) b
    CROSS JOIN LATERAL (
        SELECT p.id, p.bill_id FROM billing_payment p
        WHERE p.account_id = own.account_id AND p.month = own.month OFFSET 0
    ) unmatched
    WHERE unmatched.bill_id IS NULL
) matched
WHERE p.id = matched.id;
