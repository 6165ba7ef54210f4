-- Grain: one placed read of a meter and day that another one has, too. Safe to rerun: it only reads.
SELECT row_number FROM placed_read WHERE is_repeated AND meter_id IS NOT NULL LIMIT 1;
