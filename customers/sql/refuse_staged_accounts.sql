-- Grain: one staged row that contradicts the database or an earlier row of the file.
-- Safe to rerun: it only takes rows out of the staging table. Each row looks up where its meter
-- hangs, whatever is known of how many there are.
WITH refused AS (
    SELECT s.row_number, 'unit' AS column_name, 'unknown_unit' AS code, s.unit AS value
    FROM staged_account s
    WHERE NOT EXISTS (SELECT FROM customers_operatingunit u WHERE u.code = s.unit)
    UNION ALL
    SELECT s.row_number, 'serial', 'meter_elsewhere', s.serial
    FROM staged_account s
    CROSS JOIN LATERAL (
        SELECT a.number
        FROM customers_meter m
        JOIN customers_account a ON a.id = m.account_id
        WHERE m.serial = s.serial AND m.removed_on IS NULL
        OFFSET 0
    ) a
    WHERE a.number <> s.number
      -- An exchange between two accounts of the same file is told by both of its rows.
      AND NOT EXISTS (
          SELECT FROM staged_account other WHERE other.number = a.number AND other.serial <> s.serial
      )
    UNION ALL
    SELECT s.row_number, 'serial', 'meter_twice', s.serial
    FROM staged_account s
    WHERE EXISTS (
        SELECT FROM staged_account first
        WHERE first.serial = s.serial AND first.row_number < s.row_number
    )
), gone AS (
    DELETE FROM staged_account s USING refused r WHERE s.row_number = r.row_number
)
SELECT row_number, column_name, code, value FROM refused ORDER BY row_number;
