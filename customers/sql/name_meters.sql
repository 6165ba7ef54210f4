-- Grain: one row of a file of meters, before it is found which meter it names.
-- Safe to rerun: it only reads what was staged.
SELECT n.*, NULL::bigint AS meter_id FROM named_meter n
