-- Grain: all placed rows: how many are new, how many say something else than is known.
-- Safe to rerun: it only reads.
SELECT count(*) FILTER (WHERE read_id IS NULL), count(*) FILTER (WHERE differs) FROM placed_read;
