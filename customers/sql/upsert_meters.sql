-- Grain: one meter in place. Safe to rerun: a meter that is the same is not written.
INSERT INTO customers_meter AS m (account_id, serial, multiplier, digits, installed_on)
SELECT a.id, s.serial, s.multiplier, 6,
       CASE WHEN EXISTS (SELECT FROM customers_meter old WHERE old.account_id = a.id)
            THEN %(today)s::date END
FROM staged_account s
JOIN customers_account a ON a.number = s.number
ON CONFLICT (serial) WHERE removed_on IS NULL DO UPDATE SET multiplier = EXCLUDED.multiplier
WHERE m.multiplier <> EXCLUDED.multiplier
RETURNING (SELECT number FROM customers_account a WHERE a.id = m.account_id);
