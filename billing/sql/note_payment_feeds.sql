-- Grain: one company of which enough new payments are in the file: the newest time up to which one
-- account of each thousand paid, at least one and at most ten. So neither a single small payment
-- nor a file of last week makes a company's payments look fresh.
-- Safe to rerun: what was known before is no news, and the newest time stays.
WITH learned AS MATERIALIZED (
    SELECT a.unit_id, max(p.paid_at) AS paid_at,
           row_number() OVER (PARTITION BY a.unit_id ORDER BY max(p.paid_at) DESC) AS place
    FROM staged_payment s
    CROSS JOIN LATERAL (
        -- By its number, and not by when it was learned: so were all the others.
        SELECT p.account_id, p.paid_at, p.learned_at FROM billing_payment p
        WHERE p.reference = s.reference OFFSET 0
    ) p
    JOIN customers_account a ON a.id = p.account_id
    WHERE p.learned_at = %(at)s
    GROUP BY a.unit_id, p.account_id
), wanted AS MATERIALIZED (
    -- More than ten thousand change nothing, so no more are counted.
    SELECT u.unit_id, (
        SELECT greatest(1, count(*) / 1000)
        FROM (SELECT FROM customers_account a WHERE a.unit_id = u.unit_id LIMIT 10000) enough
    ) AS place
    FROM (SELECT DISTINCT unit_id FROM learned) u
)
INSERT INTO billing_paymentfeed (unit_id, known_until)
SELECT unit_id, least(learned.paid_at, %(at)s::timestamptz)
FROM learned JOIN wanted USING (unit_id, place)
ORDER BY unit_id
ON CONFLICT (unit_id) DO UPDATE
SET known_until = greatest(billing_paymentfeed.known_until, excluded.known_until);
