-- Grain: one meter in place that the export no longer names for its account: it was exchanged.
-- Safe to rerun: a removed meter is not in place any more.
UPDATE customers_meter m SET removed_on = %(today)s
FROM staged_account s
JOIN customers_account a ON a.number = s.number
WHERE m.account_id = a.id AND m.removed_on IS NULL AND m.serial <> s.serial
RETURNING a.number;
