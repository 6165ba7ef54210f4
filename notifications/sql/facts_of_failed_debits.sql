-- Grain: one unpaid bill and one reason for which a bank refused it, learned lately, unless the bank
-- has debited it since. Safe to rerun: it writes nothing.
SELECT DISTINCT d.account_id, 'debit-' || d.bill_id || '-' || d.result AS subject,
       d.bill_id AS fact_id, NULL::timestamptz AS useful_until
FROM billing_debit d
JOIN billing_bill b ON b.id = d.bill_id
WHERE d.learned_at >= %(learned_since)s AND d.result <> 'debited' AND b.paid_at IS NULL
  AND b.debit_failed_on = d.debited_on
