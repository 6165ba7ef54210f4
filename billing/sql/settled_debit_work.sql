-- Grain: one open row of the work list about a failed debit that is debited or paid by now, where
-- nothing has to be put right at the bank. Safe to rerun: it writes nothing.
SELECT w.id
FROM customers_workitem w
JOIN billing_bill b ON b.id = split_part(w.subject, '-', 2)::bigint
WHERE w.kind = 'debit' AND w.outcome = '' AND w.detail IN ('funds', 'limit', 'system')
  AND (b.paid_at IS NOT NULL OR b.debit_failed_on IS NULL)
