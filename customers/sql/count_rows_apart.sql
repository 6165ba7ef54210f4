-- Grain: all that stands apart. Safe to rerun: it only reads.
SELECT count(*) FROM apart;
