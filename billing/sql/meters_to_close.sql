-- Grain: one meter with open reads of months that are over, in the order of its key.
-- Safe to rerun: it only reads.
SELECT m.id
FROM customers_meter m
WHERE m.id > %(after)s
  AND EXISTS (SELECT FROM billing_read r WHERE r.meter_id = m.id AND r.day < %(open_since)s)
ORDER BY m.id
LIMIT %(most)s
