-- Grain: one staged payment that is not known, of a bill that is paid in full without it: by what is
-- known, or by earlier rows of the file.
-- Safe to rerun: it writes nothing. What is known of an account and month is looked up by that key,
-- with the first of its rows alone.
SELECT row_number
FROM (
    SELECT fresh.row_number, b.total, b.paid_at,
           max(known.amount) OVER own + coalesce(sum(fresh.amount) OVER earlier, 0) AS paid
    FROM (
        SELECT s.row_number, s.amount, s.month, a.id AS account_id,
               row_number() OVER (PARTITION BY a.id, s.month ORDER BY s.row_number) AS place
        FROM staged_payment s
        JOIN customers_account a ON a.number = s.number
        WHERE (SELECT p.id FROM billing_payment p WHERE p.reference = s.reference) IS NULL
    ) fresh
    CROSS JOIN LATERAL (
        SELECT b.total, b.paid_at FROM billing_bill b
        WHERE b.account_id = fresh.account_id AND b.month = fresh.month OFFSET 0
    ) b
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(p.amount), 0) AS amount FROM billing_payment p
        WHERE fresh.place = 1 AND p.account_id = fresh.account_id AND p.month = fresh.month
    ) known
    WINDOW own AS (PARTITION BY fresh.account_id, fresh.month),
           earlier AS (
               PARTITION BY fresh.account_id, fresh.month ORDER BY fresh.row_number
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           )
) beyond
WHERE paid_at IS NOT NULL OR paid >= total
ORDER BY row_number;
