-- Grain: one staged row that fits no account, or re-uses a transaction number for other money.
-- Safe to rerun: it only takes rows out of the staging table.
WITH refused AS (
    SELECT s.row_number, 'number' AS column_name, 'unknown_account' AS code, s.number AS value
    FROM staged_payment s
    WHERE NOT EXISTS (SELECT FROM customers_account a WHERE a.number = s.number)
    UNION ALL
    SELECT s.row_number, 'reference', 'reference_reused', s.reference
    FROM staged_payment s
    JOIN customers_account a ON a.number = s.number
    JOIN billing_payment p ON p.reference = s.reference
    WHERE (p.account_id, p.month, p.amount, p.paid_at) IS DISTINCT FROM (a.id, s.month, s.amount, s.paid_at)
), gone AS (
    DELETE FROM staged_payment s USING refused r WHERE s.row_number = r.row_number
)
SELECT DISTINCT ON (row_number) row_number, column_name, code, value FROM refused ORDER BY row_number;
