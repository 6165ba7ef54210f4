-- Grain: one staged row that fits no meter, or goes back without a rollover.
-- Safe to rerun: it only takes rows out of the staging table.
WITH placed AS (
    SELECT s.row_number, s.number, s.serial, s.day, s.index_wh, a.id AS account_id,
           m.id AS meter_id, m.digits, m.installed_on, m.removed_on
    FROM staged_read s
    LEFT JOIN customers_account a ON a.number = s.number
    LEFT JOIN customers_meter m ON m.account_id = a.id AND m.serial = s.serial
), known AS (
    SELECT p.row_number, p.meter_id, p.day, p.index_wh, p.digits
    FROM placed p WHERE p.meter_id IS NOT NULL
    UNION ALL
    -- The last stored read before each meter's first staged day.
    SELECT NULL, f.meter_id, r.day, r.index_wh, NULL
    FROM (SELECT meter_id, min(day) AS day FROM placed WHERE meter_id IS NOT NULL GROUP BY meter_id) f
    CROSS JOIN LATERAL billing_read_before(f.meter_id, f.day) r
), stepped AS (
    SELECT row_number, index_wh, digits,
           lag(index_wh) OVER (PARTITION BY meter_id ORDER BY day, row_number NULLS FIRST) AS before_wh
    FROM known
), refused AS (
    SELECT row_number, 'number' AS column_name, 'unknown_account' AS code, number AS value
    FROM placed WHERE account_id IS NULL
    UNION ALL
    SELECT row_number, 'serial', 'other_meter', serial
    FROM placed WHERE account_id IS NOT NULL AND meter_id IS NULL
    UNION ALL
    SELECT row_number, 'day', 'meter_not_in_place', to_char(day, 'DD/MM/YYYY')
    FROM placed WHERE day < installed_on OR day > removed_on
    UNION ALL
    -- Over the top of the register: from its last tenth into its first tenth.
    SELECT row_number, 'index_wh', 'goes_back', (index_wh / 1000.0)::numeric(14, 2)::text
    FROM stepped
    WHERE row_number IS NOT NULL AND index_wh < before_wh
      AND NOT (before_wh >= 900 * 10::numeric ^ digits AND index_wh < 100 * 10::numeric ^ digits)
    UNION ALL
    SELECT row_number, 'index_wh', 'too_many_digits', (index_wh / 1000.0)::numeric(14, 2)::text
    FROM placed WHERE index_wh >= 1000 * 10::numeric ^ digits
), gone AS (
    DELETE FROM staged_read s USING refused r WHERE s.row_number = r.row_number
)
SELECT DISTINCT ON (row_number) row_number, column_name, code, value FROM refused ORDER BY row_number;
