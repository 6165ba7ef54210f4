-- Grain: one meter in place at an account for which the file names another one: it was exchanged, on
-- the day on which the other was installed, or today. Safe to rerun: a removed meter is not in place
-- any more.
UPDATE customers_meter m SET removed_on = coalesce(s.installed_on, %(today)s)
FROM staged_meter s
JOIN customers_account a ON a.number = s.number
WHERE s.removed_on IS NULL
  AND m.account_id = a.id AND m.removed_on IS NULL AND m.serial <> s.serial
RETURNING s.number, s.serial;
