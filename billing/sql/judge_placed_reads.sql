-- Grain: all placed rows: whether two are for one meter and day, whether some fit no meter or go back,
-- whether some are of closed days; how many there are, are new, say something else than is known.
-- Safe to rerun: it only reads. One look at all rows tells which of the next steps have work.
SELECT coalesce(bool_or(p.is_repeated AND p.meter_id IS NOT NULL), false) AS has_repeated,
       coalesce(bool_or({billing.wrong_read} IS NOT NULL), false) AS has_wrong,
       coalesce(bool_or(p.read_id IS NULL AND p.day < {billing.first_open_day}), false) AS has_closed,
       count(*) AS placed, count(*) FILTER (WHERE p.read_id IS NULL) AS new,
       count(*) FILTER (WHERE p.differs) AS differing
FROM placed_read p;
