-- Grain: one meter and day that no read is known of. Safe to rerun: loads of reads take turns, and it
-- was looked up which are known; a conflict would be a fault, so none is asked for.
-- The rows lie in the order of the meter and the day already.
INSERT INTO billing_read (meter_id, day, index_wh, quality, learned_at)
SELECT meter_id, day, index_wh, quality, %(at)s
FROM placed_read
WHERE read_id IS NULL;
