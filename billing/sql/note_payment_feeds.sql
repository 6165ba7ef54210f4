-- Grain: one company of which new payments are in the file. What was known before is no news.
-- Safe to rerun: the newest time stays.
INSERT INTO billing_paymentfeed (unit_id, learned_at)
SELECT DISTINCT a.unit_id, %(at)s::timestamptz
FROM staged_payment s
JOIN billing_payment p ON p.reference = s.reference
JOIN customers_account a ON a.id = p.account_id
WHERE p.learned_at = %(at)s
ORDER BY a.unit_id
ON CONFLICT (unit_id) DO UPDATE
SET learned_at = greatest(billing_paymentfeed.learned_at, excluded.learned_at);
