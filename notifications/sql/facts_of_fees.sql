-- Grain: one service fee that can still be paid in time.
-- Safe to rerun: it writes nothing.
SELECT f.account_id, 'fee-' || f.id AS subject, f.id AS fact_id,
       NULL::timestamptz AS useful_until
FROM billing_servicefee f
WHERE f.due_on >= %(today)s
