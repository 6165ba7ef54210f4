-- Grain: of the meters of the account with the serial of a staged row, of which there may be several
-- where one was hung again, that which hangs there on its day, else the last. Safe to rerun: it only
-- reads.
LATERAL (
    SELECT m.* FROM customers_meter m WHERE m.account_id = a.id AND m.serial = s.serial
    ORDER BY (s.day < m.installed_on OR s.day > m.removed_on) IS TRUE,
             m.installed_on DESC NULLS LAST, m.id DESC
    LIMIT 1
) m ON true
