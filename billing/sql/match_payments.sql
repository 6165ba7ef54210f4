-- Grain: one payment without a bill, of an account and month of the staged rows.
-- Safe to rerun: a matched payment is not looked at again.
UPDATE billing_payment p SET bill_id = b.id
FROM {staged} s
JOIN customers_account a ON a.number = s.number
JOIN billing_bill b ON b.account_id = a.id AND b.month = s.month
WHERE p.account_id = a.id AND p.month = s.month AND p.bill_id IS NULL;
