-- Grain: one staged row that fits no account or overlaps a bill already known.
-- Safe to rerun: it only takes rows out of the staging table. Each row looks up the bills of its
-- account, whatever is known of how many there are; which of them it meets is asked behind OFFSET,
-- else all of its month may be looked through.
WITH refused AS (
    SELECT s.row_number, 'number' AS column_name, 'unknown_account' AS code, s.number AS value
    FROM staged_bill s
    WHERE NOT EXISTS (SELECT FROM customers_account a WHERE a.number = s.number)
    UNION ALL
    SELECT s.row_number, 'starts_on', 'overlaps', to_char(b.starts_on, 'DD/MM/YYYY')
    FROM staged_bill s
    CROSS JOIN LATERAL (
        SELECT a.id FROM customers_account a WHERE a.number = s.number OFFSET 0
    ) a
    CROSS JOIN LATERAL (
        SELECT b.* FROM billing_bill b WHERE b.account_id = a.id OFFSET 0
    ) b
    WHERE (b.starts_on, b.month) IS DISTINCT FROM (s.starts_on, s.month)
        AND (b.month = s.month OR (b.starts_on < s.ends_before AND s.starts_on < b.ends_before))
), gone AS (
    DELETE FROM staged_bill s USING refused r WHERE s.row_number = r.row_number
)
SELECT DISTINCT ON (row_number) row_number, column_name, code, value FROM refused ORDER BY row_number;
