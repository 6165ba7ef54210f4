-- Grain: one threshold that was found passed lately, of a person who may still see its days.
-- Safe to rerun: it only reads.
SELECT l.account_id, 'use-' || t.id AS subject, t.id AS fact_id, NULL::timestamptz AS useful_until
FROM notifications_thresholdpassing t
JOIN customers_accountlink l ON l.id = t.link_id
WHERE t.found_at > %(since)s
  AND l.rights @> %(needed)s::varchar[]
  AND {customers.link_holds}
