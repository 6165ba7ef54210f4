-- Grain: one row: first messages that wait for the end of quiet hours, before and after.
-- Safe to rerun: it only reads.
SELECT (SELECT count(*) FROM dry_before WHERE is_quiet AND turn = 0),
       (SELECT count(*) FROM dry_after WHERE is_quiet AND turn = 0);
