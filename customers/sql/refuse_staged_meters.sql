-- Grain: one staged meter that contradicts itself, what is known, or another row of the file.
-- Safe to rerun: it only takes rows out of the staging table; a row that another one made possible
-- is found the next time, so it is run until it finds none.
WITH judged AS (
    SELECT s.*, m.installed_on AS known_installed_on, m.removed_on AS known_removed_on, CASE
        WHEN NOT EXISTS (SELECT FROM customers_account a WHERE a.number = s.number)
            THEN 'unknown_account'
        WHEN s.installed_on IS NULL AND m.id IS NULL THEN 'no_day'
        WHEN s.removed_on < s.installed_on THEN 'removed_before'
        WHEN s.removed_on IS NULL AND m.removed_on IS NOT NULL THEN 'removed_already'
    END AS code
    FROM staged_meter s
    LEFT JOIN customers_meter m ON m.id = s.meter_id
), own AS MATERIALIZED (
    -- Of the code's being null the planner expects one row, of a flag half of them.
    SELECT *, code IS NULL AS is_standing FROM judged
), standing AS (
    SELECT row_number, number, serial, meter_id, removed_on,
           coalesce(installed_on, known_installed_on) AS installed_on,
           coalesce(removed_on, 'infinity'::date) AS ends_before
    FROM own
    WHERE is_standing
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
    SELECT row_number, CASE code
               WHEN 'unknown_account' THEN 'number'
               WHEN 'no_day' THEN 'installed_on'
               ELSE 'removed_on'
           END AS column_name, code, CASE code
               WHEN 'unknown_account' THEN number
               WHEN 'removed_before' THEN to_char(removed_on, 'DD/MM/YYYY')
               ELSE to_char(known_removed_on, 'DD/MM/YYYY')
           END AS value
    FROM own
    WHERE NOT is_standing
    UNION ALL
    (SELECT DISTINCT ON (row_number) row_number, 'serial', code, serial
    FROM (
        -- Joined by the one, then by the other: by either at once, each row would meet every other.
        SELECT s.*, 'two_at_once' AS code, p.installed_on AS from_on, p.ends_before AS until_on
        FROM standing s JOIN placed p ON p.number = s.number AND p.serial <> s.serial
        UNION ALL
        SELECT s.*, 'meter_elsewhere', p.installed_on, p.ends_before
        FROM standing s JOIN placed p ON p.serial = s.serial AND p.number <> s.number
    ) met
    WHERE (from_on < ends_before OR ends_before = 'infinity') AND installed_on < until_on
    ORDER BY row_number, code)  -- That it hangs elsewhere says more.
), gone AS (
    DELETE FROM staged_meter s USING refused r WHERE s.row_number = r.row_number
)
SELECT row_number, column_name, code, value FROM refused ORDER BY row_number;
