-- Grain: one staged meter that contradicts itself, what is known, or another row of the file.
-- Safe to rerun: it only takes rows out of the staging table; a row that another one made possible
-- is found the next time, so it is run until it finds none.
WITH own AS (
    SELECT s.row_number, m.removed_on AS known_removed_on, CASE
        WHEN NOT EXISTS (SELECT FROM customers_account a WHERE a.number = s.number)
            THEN 'unknown_account'
        WHEN s.installed_on IS NULL AND m.id IS NULL THEN 'no_day'
        WHEN s.removed_on < s.installed_on THEN 'removed_before'
        WHEN s.removed_on IS NULL AND m.removed_on IS NOT NULL THEN 'removed_already'
    END AS code
    FROM staged_meter s
    LEFT JOIN customers_meter m ON m.id = s.meter_id
), standing AS (
    SELECT s.row_number, s.number, s.serial, s.meter_id, s.removed_on,
           coalesce(s.installed_on, m.installed_on) AS installed_on,
           coalesce(s.removed_on, 'infinity'::date) AS ends_before
    FROM staged_meter s
    JOIN own ON own.row_number = s.row_number AND own.code IS NULL
    LEFT JOIN customers_meter m ON m.id = s.meter_id
), known AS (
    -- What stays as it is known: no row of the file says otherwise.
    SELECT a.number, m.serial, m.installed_on, m.removed_on
    FROM (
        SELECT m.* FROM customers_meter m
        JOIN customers_account a ON a.id = m.account_id
        WHERE a.number IN (SELECT number FROM standing)
        UNION
        SELECT m.* FROM customers_meter m
        WHERE m.removed_on IS NULL AND m.serial IN (SELECT serial FROM standing)
    ) m
    JOIN customers_account a ON a.id = m.account_id
    WHERE NOT EXISTS (SELECT FROM standing s WHERE s.meter_id = m.id)
), placed AS (
    SELECT number, serial, installed_on, ends_before FROM standing
    UNION ALL
    -- Of a meter that hung there since nobody knows when, its last day is certain; one that still
    -- hangs goes on the day on which another one comes.
    SELECT k.number, k.serial,
           coalesce(k.installed_on, k.removed_on - 1, x.installed_on - 1, 'infinity'),
           coalesce(
               k.removed_on,
               CASE WHEN x.row_number IS NOT NULL THEN greatest(k.installed_on, x.installed_on) END,
               'infinity'
           )
    FROM known k
    LEFT JOIN standing x ON k.removed_on IS NULL AND x.number = k.number AND x.removed_on IS NULL
), refused AS (
    SELECT s.row_number, CASE own.code
               WHEN 'unknown_account' THEN 'number'
               WHEN 'no_day' THEN 'installed_on'
               ELSE 'removed_on'
           END AS column_name, own.code, CASE own.code
               WHEN 'unknown_account' THEN s.number
               WHEN 'removed_before' THEN to_char(s.removed_on, 'DD/MM/YYYY')
               ELSE to_char(own.known_removed_on, 'DD/MM/YYYY')
           END AS value
    FROM staged_meter s
    JOIN own ON own.row_number = s.row_number AND own.code IS NOT NULL
    UNION ALL
    (SELECT DISTINCT ON (s.row_number) s.row_number, 'serial',
            CASE WHEN p.serial = s.serial THEN 'meter_elsewhere' ELSE 'two_at_once' END, s.serial
    FROM standing s
    JOIN placed p ON (p.number = s.number) <> (p.serial = s.serial)
        AND (p.installed_on < s.ends_before OR s.ends_before = 'infinity')
        AND s.installed_on < p.ends_before
    ORDER BY s.row_number, p.serial = s.serial DESC)
), gone AS (
    DELETE FROM staged_meter s USING refused r WHERE s.row_number = r.row_number
)
SELECT row_number, column_name, code, value FROM refused ORDER BY row_number;
