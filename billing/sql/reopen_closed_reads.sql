-- Grain: one placed read of a closed day. What says the same is placed no more; of what does not, the
-- closed read is opened, so that it can be corrected. That is no change of the load: it is not noted.
-- Safe to rerun: an open read is left alone.
SELECT set_config('cskh.load_put_by', coalesce(current_setting('cskh.load', true), ''), true),
       set_config('cskh.load', '', true);
WITH closed AS MATERIALIZED (
    SELECT p.row_number, p.meter_id, c.day, c.index_wh, c.quality, c.learned_at,
           c.index_wh = p.index_wh
               AND (c.quality = p.quality OR c.quality = 'corrected') AS is_same
    FROM placed_read p
    CROSS JOIN LATERAL billing_closed_reads(p.meter_id, p.day, p.day + 1, true) c
    WHERE p.read_id IS NULL
      AND p.day < {billing.first_open_day}
), reopened AS (
    INSERT INTO billing_read (meter_id, day, index_wh, quality, learned_at)
    SELECT meter_id, day, index_wh, quality, learned_at FROM closed WHERE NOT is_same
    RETURNING id, meter_id, day
), gone AS (
    DELETE FROM placed_read p USING closed c
    WHERE p.row_number = c.row_number AND p.meter_id = c.meter_id AND c.is_same
)
UPDATE placed_read p SET read_id = r.id, differs = true
FROM reopened r WHERE p.meter_id = r.meter_id AND p.day = r.day;
SELECT set_config('cskh.load', current_setting('cskh.load_put_by'), true)
