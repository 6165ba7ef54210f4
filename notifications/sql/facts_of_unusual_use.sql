-- Grain: one find of unusual use that is news. Of days before whoever holds the account now moved in
-- nothing is found (billing/sql/asked_for_unusual.sql), nor told where they moved in since.
-- Safe to rerun: it only reads.
SELECT u.account_id, 'unusual-' || u.id AS subject, u.id AS fact_id,
       NULL::timestamptz AS useful_until
FROM billing_unusualuse u
WHERE u.found_at > %(since)s
  AND NOT EXISTS (
      SELECT FROM customers_accountlink l
      WHERE l.account_id = u.account_id AND l.role = 'holder' AND l.moved_in_on > u.since
        AND {customers.link_holds}
  )
