-- Grain: one listed contact of no known account, or one that only an arrangement may bring.
-- Safe to rerun: it only takes rows out of the staging table.
WITH refused AS (
    SELECT s.row_number,
           CASE WHEN a.id IS NULL THEN 'number' ELSE 'owner' END AS column_name,
           CASE
               WHEN a.id IS NULL THEN 'unknown_account'
               WHEN s.owner = 'relative' THEN 'relative'
               ELSE 'of_relative'
           END AS code,
           -- Never the number or address itself: the reason names another column.
           CASE WHEN a.id IS NULL THEN s.number ELSE '' END AS value
    FROM staged_contact s
    LEFT JOIN customers_account a ON a.number = s.number
    LEFT JOIN customers_contactpoint c
        ON c.account_id = a.id AND c.kind = s.kind AND c.value = s.value
    WHERE a.id IS NULL OR s.owner = 'relative' OR c.owner = 'relative'
), gone AS (
    DELETE FROM staged_contact s USING refused r WHERE s.row_number = r.row_number
)
SELECT row_number, column_name, code, value FROM refused ORDER BY row_number;
