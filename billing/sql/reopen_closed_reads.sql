-- Grain: one staged read of a closed day. What says the same is staged no more; of what does not, the
-- closed read is opened, so that the upsert finds it. That is no change of the load: it is not noted.
-- Safe to rerun: an open read is left alone.
SELECT set_config('cskh.load_put_by', coalesce(current_setting('cskh.load', true), ''), true),
       set_config('cskh.load', '', true);
WITH closed AS MATERIALIZED (
    SELECT s.row_number, m.id AS meter_id, c.day, c.index_wh, c.quality, c.learned_at,
           c.index_wh = s.index_wh
               AND (c.quality = s.quality OR c.quality = 'corrected') AS is_same
    FROM staged_read s
    JOIN customers_account a ON a.number = s.number
    JOIN customers_meter m ON m.account_id = a.id AND m.serial = s.serial
    CROSS JOIN LATERAL billing_closed_reads(m.id, s.day, s.day + 1, true) c
    WHERE s.day < (SELECT (max(u.month) + interval '1 month')::date FROM billing_usualmoments u)
      AND NOT EXISTS (SELECT FROM billing_read r WHERE r.meter_id = m.id AND r.day = s.day)
), reopened AS (
    INSERT INTO billing_read (meter_id, day, index_wh, quality, learned_at)
    SELECT meter_id, day, index_wh, quality, learned_at FROM closed WHERE NOT is_same
)
DELETE FROM staged_read s USING closed c WHERE s.row_number = c.row_number AND c.is_same;
SELECT set_config('cskh.load', current_setting('cskh.load_put_by'), true)
