-- Grain: one account of (low, high] whose daily use is looked at, with the first day that counts: not
-- before whoever holds it now moved in. A part of other statements.
-- Safe to rerun: it only reads.
SELECT a.id AS account_id, count(*) AS meters,
       greatest(%(since)s, a.starts_on, max(l.moved_in_on), (
           SELECT max(o.moved_out_on) FROM customers_accountlink o
           WHERE o.account_id = a.id AND o.role = 'holder' AND o.moved_out_on <= %(day)s
       )) AS since
FROM customers_account a
JOIN customers_meter m ON m.account_id = a.id AND m.removed_on IS NULL
LEFT JOIN customers_accountlink l
    ON l.account_id = a.id AND l.role = 'holder' AND {customers.link_holds}
WHERE a.id > %(low)s AND a.id <= %(high)s AND (a.ends_on IS NULL OR a.ends_on > %(day)s)
GROUP BY a.id
