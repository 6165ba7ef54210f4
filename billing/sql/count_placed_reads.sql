-- Grain: all placed rows: how many repeat another one, how many say something else than is known.
-- Safe to rerun: it only reads.
SELECT count(*) FILTER (WHERE is_repeated AND meter_id IS NOT NULL), count(*) FILTER (WHERE differs)
FROM placed_read;
