-- Grain: one staged row that fits no account, or re-uses a fee number for something else.
-- Safe to rerun: it only takes rows out of the staging table.
WITH refused AS (
    SELECT s.row_number, 'number' AS column_name, 'unknown_account' AS code, s.number AS value
    FROM staged_fee s
    WHERE NOT EXISTS (SELECT FROM customers_account a WHERE a.number = s.number)
    UNION ALL
    SELECT s.row_number, 'reference', 'fee_reused', s.reference
    FROM staged_fee s
    JOIN customers_account a ON a.number = s.number
    JOIN billing_servicefee f ON f.reference = s.reference
    WHERE (f.account_id, f.what, f.amount, f.due_on)
        IS DISTINCT FROM (a.id, s.what, s.amount, s.due_on)
), gone AS (
    DELETE FROM staged_fee s USING refused r WHERE s.row_number = r.row_number
)
SELECT DISTINCT ON (row_number) row_number, column_name, code, value FROM refused ORDER BY row_number;
