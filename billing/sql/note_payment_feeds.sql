-- Grain: one company of which enough new payments are in the file: the newest time up to which one
-- account of each thousand paid, at least one and at most ten. So neither a single small payment
-- nor a file of last week makes a company's payments look fresh.
-- Safe to rerun: what was known before is no news, and the newest time stays.
INSERT INTO billing_paymentfeed (unit_id, known_until)
SELECT u.unit_id, n.paid_at
FROM (
    SELECT DISTINCT a.unit_id
    FROM staged_payment s
    JOIN customers_account a ON a.number = s.number
) u
CROSS JOIN LATERAL (
    -- More than ten thousand change nothing, so no more are counted.
    SELECT greatest(1, count(*) / 1000) AS wanted
    FROM (SELECT FROM customers_account a WHERE a.unit_id = u.unit_id LIMIT 10000) enough
) w
CROSS JOIN LATERAL (
    SELECT least(max(p.paid_at), %(at)s::timestamptz) AS paid_at
    FROM staged_payment s
    JOIN billing_payment p ON p.reference = s.reference
    JOIN customers_account a ON a.id = p.account_id
    WHERE p.learned_at = %(at)s AND a.unit_id = u.unit_id
    GROUP BY p.account_id
    ORDER BY paid_at DESC
    LIMIT 1 OFFSET w.wanted - 1
) n
ORDER BY u.unit_id
ON CONFLICT (unit_id) DO UPDATE
SET known_until = greatest(billing_paymentfeed.known_until, excluded.known_until);
