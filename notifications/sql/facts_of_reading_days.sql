-- Grain: one account whose meter is soon read on another day than so far: the last change of its
-- day. One that was taken back before anybody was told of it is nothing new; after that it is told
-- at once, since what was said before is wrong.
-- Safe to rerun: it writes nothing.
SELECT c.account_id, 'reading-' || c.read_on AS subject, c.id AS fact_id,
       (c.read_on + 1)::timestamp AT TIME ZONE {zone} AS useful_until
FROM customers_readingdaychange c
JOIN customers_account a ON a.id = c.account_id
CROSS JOIN LATERAL (
    SELECT l.within FROM notifications_leadtime l
    WHERE l.kind = 'reading_schedule' AND l.from_on <= %(today)s
      AND (l.unit_id = a.unit_id OR l.unit_id IS NULL)
    ORDER BY l.unit_id NULLS LAST, l.from_on DESC
    LIMIT 1
) AS ahead
LEFT JOIN LATERAL (
    SELECT p.before, EXISTS (
        SELECT FROM notifications_notice n WHERE n.reading_change_id = p.id
    ) AS is_told
    FROM customers_readingdaychange p
    WHERE p.account_id = c.account_id AND p.id < c.id
    ORDER BY p.id DESC
    LIMIT 1
) AS previous ON true
WHERE c.read_on >= %(today)s
  AND (c.read_on <= %(today)s::date + ahead.within OR previous.is_told)
  AND (a.ends_on IS NULL OR a.ends_on > c.read_on)
  AND NOT EXISTS (
      SELECT FROM customers_readingdaychange newer
      WHERE newer.account_id = c.account_id AND newer.id > c.id
  )
  AND (previous.before IS DISTINCT FROM c.after OR previous.is_told)
