-- Grain: one meter that is not known at its account. Safe to rerun: then it is known. Where nobody
-- says since when, the first one hangs there since ever, a later one since today.
INSERT INTO customers_meter AS m
    (account_id, serial, multiplier, digits, installed_on, removed_on)
SELECT a.id, s.serial, coalesce(s.multiplier, 1), coalesce(s.digits, 6),
       coalesce(s.installed_on, CASE
           WHEN EXISTS (SELECT FROM customers_meter old WHERE old.account_id = a.id)
           THEN %(today)s::date
       END),
       s.removed_on
FROM staged_meter s
JOIN customers_account a ON a.number = s.number
WHERE s.meter_id IS NULL
RETURNING (SELECT number FROM customers_account a WHERE a.id = m.account_id), m.serial;
