-- Grain: one placed row that fits no meter, or goes back without a rollover.
-- Safe to rerun: it only takes rows out of the temporary table.
WITH wrong AS (
    SELECT p.*, {billing.wrong_read} AS code
    FROM placed_read p
), refused AS (
    SELECT DISTINCT ON (row_number) * FROM wrong WHERE code IS NOT NULL ORDER BY row_number
), gone AS (
    DELETE FROM placed_read p USING refused r WHERE p.row_number = r.row_number
)
SELECT r.row_number,
       CASE code
           WHEN 'unknown_account' THEN 'number'
           WHEN 'other_meter' THEN 'serial'
           WHEN 'meter_not_in_place' THEN 'day'
           ELSE 'index_wh'
       END,
       code,
       CASE code
           WHEN 'unknown_account' THEN s.number
           WHEN 'other_meter' THEN s.serial
           WHEN 'meter_not_in_place' THEN to_char(r.day, 'DD/MM/YYYY')
           ELSE replace(trim_scale(r.index_wh / 1000.0)::text, '.', ',')
       END
FROM refused r
-- What was refused is looked up once more, so that all others need not carry it along.
JOIN ({staged}) s ON s.row_number = r.row_number
ORDER BY r.row_number;
