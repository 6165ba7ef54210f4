-- Grain: one payment without a bill. Safe to rerun: a matched payment is not looked at again.
UPDATE billing_payment p SET bill_id = b.id
FROM billing_bill b
WHERE p.bill_id IS NULL AND b.account_id = p.account_id AND b.month = p.month;
