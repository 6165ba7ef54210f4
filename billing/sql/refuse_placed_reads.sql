-- Grain: one placed row that fits no meter, or goes back without a rollover.
-- Safe to rerun: it only takes rows out of the temporary table.
WITH wrong AS (
    SELECT p.*, CASE
        WHEN NOT is_known THEN 'unknown_account'
        WHEN meter_id IS NULL THEN 'other_meter'
        WHEN is_elsewhere THEN 'meter_not_in_place'
        WHEN index_wh >= full_wh THEN 'too_many_digits'
        -- Over the top of the register: from its last tenth into its first tenth.
        WHEN index_wh < before_wh
            AND NOT (before_wh * 10 >= full_wh * 9 AND index_wh * 10 < full_wh) THEN 'goes_back'
    END AS code
    FROM placed_read p
), refused AS (
    SELECT DISTINCT ON (row_number) * FROM wrong WHERE code IS NOT NULL ORDER BY row_number
), gone AS (
    DELETE FROM placed_read p USING refused r WHERE p.row_number = r.row_number
)
SELECT row_number,
       CASE code
           WHEN 'unknown_account' THEN 'number'
           WHEN 'other_meter' THEN 'serial'
           WHEN 'meter_not_in_place' THEN 'day'
           ELSE 'index_wh'
       END,
       code,
       CASE code
           WHEN 'unknown_account' THEN number
           WHEN 'other_meter' THEN serial
           WHEN 'meter_not_in_place' THEN to_char(day, 'DD/MM/YYYY')
           ELSE (index_wh / 1000.0)::numeric(14, 2)::text
       END
FROM refused ORDER BY row_number;
