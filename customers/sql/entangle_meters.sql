-- Grain: one row of a load that names a meter which another row, or an account of the same file, has
-- too, with all rows of its account: these are judged in one chunk, or an exchange between two
-- accounts would look like a theft to the first of them.
-- Safe to rerun: it marks the same rows again.
WITH named AS (
    SELECT r.place, {number} AS number, {serial} AS serial
    FROM customers_loadrow r WHERE r.load_id = %(load)s
), held AS (
    -- Meters in place at an account of the file that another account's row names.
    SELECT n.serial, a.number
    FROM named n
    JOIN customers_meter m ON m.serial = n.serial AND m.removed_on IS NULL
    JOIN customers_account a ON a.id = m.account_id AND a.number <> n.number
), entangled AS (
    SELECT n.number FROM named n WHERE n.serial IN (SELECT serial FROM held)
    UNION
    SELECT number FROM held
    UNION
    SELECT n.number FROM named n WHERE n.serial IN (
        SELECT serial FROM named GROUP BY serial HAVING count(*) > 1
    )
)
UPDATE customers_loadrow r SET together = ''
FROM named n
WHERE r.load_id = %(load)s AND r.place = n.place AND n.number IN (SELECT number FROM entangled);
