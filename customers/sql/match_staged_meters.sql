-- Grain: one staged meter that is known at its account; of several times that it hung there, the one
-- that the days of the row meet, the newest first. Without a day, the one that still hangs.
-- Safe to rerun: it finds the same again.
UPDATE staged_meter s SET meter_id = known.id
FROM (
    SELECT DISTINCT ON (s.row_number) s.row_number, m.id
    FROM staged_meter s
    JOIN customers_account a ON a.number = s.number
    JOIN customers_meter m ON m.account_id = a.id AND m.serial = s.serial
    WHERE CASE
        WHEN s.installed_on IS NULL THEN m.removed_on IS NULL
        ELSE m.installed_on = s.installed_on OR (
            coalesce(m.installed_on, '-infinity') < coalesce(s.removed_on, 'infinity')
            AND s.installed_on < coalesce(m.removed_on, 'infinity')
        )
    END
    ORDER BY s.row_number, m.removed_on DESC NULLS FIRST, m.id DESC
) known
WHERE known.row_number = s.row_number;
