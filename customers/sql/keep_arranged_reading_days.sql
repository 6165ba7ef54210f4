-- Grain: one staged row of an account with a month-end reading that holds (expired, it
-- does until a person has settled it): our arrangement is newer
-- than the export until the billing system has taken it over.
-- Safe to rerun: it sets the same day again.
UPDATE staged_account s SET reading_day = a.reading_day
FROM customers_account a
JOIN customers_arrangement x ON x.account_id = a.id
WHERE a.number = s.number AND a.reading_day <> s.reading_day
  AND x.kind = 'month_end_reading' AND x.state IN ('in_force', 'expired')
RETURNING s.row_number, s.number;
