-- Grain: one change of access that is told about and happened lately.
-- Safe to rerun: it writes nothing.
SELECT e.account_id, 'event-' || e.id AS subject, e.id AS fact_id,
       NULL::timestamptz AS useful_until
FROM customers_accountevent e
WHERE e.at > %(since)s AND e.kind = ANY(%(told)s)
