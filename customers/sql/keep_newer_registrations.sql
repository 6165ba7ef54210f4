-- Grain: one staged registration that is older than what is known of its account and channel.
-- Safe to rerun: it only takes rows out of the staging table.
DELETE FROM staged_registration s
USING customers_account a, customers_registration r
WHERE a.number = s.number AND r.account_id = a.id AND r.channel = s.channel AND r.since > s.since
RETURNING s.row_number, r.since;
