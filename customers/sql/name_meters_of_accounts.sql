-- Grain: one row of the accounts' file as a row of a file of meters, of which it tells no days.
-- Safe to rerun: it only reads what was staged.
SELECT row_number, number, serial, multiplier, NULL::smallint AS digits,
       NULL::date AS installed_on, NULL::date AS removed_on, NULL::bigint AS meter_id
FROM staged_account
