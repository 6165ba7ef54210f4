-- Grain: one meter and day. Safe to rerun: a read that says the same writes nothing; another index
-- for a day already known is a correction and marked as one.
INSERT INTO billing_read AS r (meter_id, day, index_wh, quality, learned_at)
SELECT m.id, s.day, s.index_wh, s.quality, %(at)s
FROM staged_read s
JOIN customers_account a ON a.number = s.number
JOIN customers_meter m ON m.account_id = a.id AND m.serial = s.serial
ON CONFLICT (meter_id, day) DO UPDATE SET
    index_wh = EXCLUDED.index_wh,
    quality = CASE
        WHEN r.quality = 'estimated' THEN EXCLUDED.quality
        WHEN EXCLUDED.quality = 'estimated' THEN EXCLUDED.quality
        ELSE 'corrected'
    END,
    learned_at = EXCLUDED.learned_at
WHERE r.index_wh <> EXCLUDED.index_wh
   OR (r.quality <> EXCLUDED.quality AND r.quality <> 'corrected')
RETURNING xmax = 0 AS created;
