-- Grain: one staged row of an unknown company, or with the number of an outage that nobody planned.
-- Safe to rerun: it only takes rows out of the table.
WITH refused AS (
    SELECT s.row_number, 'unit' AS column_name, 'unknown_unit' AS code, s.unit AS value
    FROM staged_outage s
    WHERE NOT EXISTS (SELECT FROM customers_operatingunit u WHERE u.code = s.unit)
    UNION ALL
    SELECT s.row_number, 'code', 'not_planned', s.code
    FROM staged_outage s
    JOIN notifications_outage o ON o.code = s.code
    WHERE NOT o.planned
), gone AS (
    DELETE FROM staged_outage s USING refused r WHERE s.row_number = r.row_number
)
SELECT row_number, column_name, code, value FROM refused ORDER BY row_number;
