-- Grain: one account and channel. Safe to rerun: a row that says the same writes nothing.
INSERT INTO customers_registration AS r (account_id, channel, is_registered, since)
SELECT a.id, s.channel, s.is_registered, s.since
FROM staged_registration s
JOIN customers_account a ON a.number = s.number
ON CONFLICT (account_id, channel) DO UPDATE
SET is_registered = EXCLUDED.is_registered, since = EXCLUDED.since
WHERE (r.is_registered, r.since) IS DISTINCT FROM (EXCLUDED.is_registered, EXCLUDED.since)
RETURNING (SELECT number FROM customers_account a WHERE a.id = r.account_id), r.channel,
    xmax = 0 AS created;
