-- Grain: one read of the accounts asked for, of each between its days, as it stands or as it stood at
-- a moment. Safe to rerun: it only reads.
SELECT m.account_id, m.id, m.digits, m.multiplier, m.removed_on, r.day, r.index_wh, r.quality,
       r.learned_at, m.serial
FROM unnest(%(accounts)s::bigint[], %(since)s::date[], %(before)s::date[])
    AS asked (account_id, since, before)
JOIN customers_meter m ON m.account_id = asked.account_id
CROSS JOIN LATERAL billing_reads(
    m.id, asked.since, asked.before, %(as_of)s::timestamptz, %(with_moments)s
) r
ORDER BY m.account_id, m.id, r.day
