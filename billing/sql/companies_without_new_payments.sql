-- Grain: one company whose payments were not learned of lately, with bills that are due or late now.
-- Safe to rerun: it writes nothing.
SELECT u.id
FROM customers_operatingunit u
CROSS JOIN LATERAL (
    SELECT t.payments_fresh_hours FROM billing_paymentterms t
    WHERE t.valid_from <= %(day)s AND (t.unit_id = u.id OR t.unit_id IS NULL)
    ORDER BY t.unit_id IS NULL, t.valid_from DESC
    LIMIT 1
) t
WHERE NOT EXISTS (
    SELECT FROM billing_paymentfeed p
    WHERE p.unit_id = u.id
      AND p.known_until > %(at)s - make_interval(hours => t.payments_fresh_hours::int)
) AND EXISTS (
    SELECT FROM billing_bill b
    JOIN customers_account a ON a.id = b.account_id
    WHERE a.unit_id = u.id AND b.paid_at IS NULL AND b.total > 0
      AND b.due_on BETWEEN %(day)s::date - 31 AND %(day)s::date + 1
);
