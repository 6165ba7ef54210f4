-- Grain: one notice that the campaign would have, named by its account.
SELECT f.account_id AS id, f.account_id, '{}'::text[] AS off FROM ({facts}) f
