-- Grain: one notice that the campaign would have, named by its account.
-- Safe to rerun: it writes nothing.
SELECT f.account_id AS id, f.account_id, '{}'::text[] AS off FROM ({facts}) f
