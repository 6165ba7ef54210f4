-- Grain: one payment that was learned of lately and made not long ago.
-- Safe to rerun: it writes nothing.
SELECT p.account_id, 'payment-' || p.id AS subject, p.id AS fact_id,
       NULL::timestamptz AS useful_until
FROM billing_payment p
WHERE p.learned_at >= %(learned_since)s AND p.paid_at > %(paid_since)s
