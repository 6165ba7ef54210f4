-- Grain: one known account that the staged rows give another reading day.
-- Safe to rerun: it only reads; after the upsert it finds nothing.
SELECT a.id, a.reading_day, s.reading_day
FROM staged_account s
JOIN customers_account a ON a.number = s.number
WHERE a.reading_day <> s.reading_day;
