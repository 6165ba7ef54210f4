-- Grain: one meter of the account with the serial of a staged row. Safe to rerun: it only reads.
customers_meter m ON m.account_id = a.id AND m.serial = s.serial
