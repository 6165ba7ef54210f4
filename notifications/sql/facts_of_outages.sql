-- Grain: one account that an announcement of an outage is for: who stands in its area, and who was
-- told of the outage before. Who heard nothing yet is told as of something new (…-new), who stands
-- there no more that it does not concern them any longer (…-off).
-- Safe to rerun: it writes nothing.
WITH news AS (
    SELECT e.id, e.outage_id, e.revision, e.what, e.ends_at, o.unit_id,
           o.code || '-' || e.revision AS subject,
           (e.starts_at AT TIME ZONE {zone})::date AS day,
           e.what IN ('announced', 'changed') AS is_to_come
    FROM notifications_announcement e
    JOIN notifications_outage o ON o.id = e.outage_id
    WHERE e.id = %(announcement)s
), affected AS (
    SELECT DISTINCT a.id AS account_id
    FROM news w
    JOIN notifications_outageplace p ON p.announcement_id = w.id
    JOIN customers_account a ON a.unit_id = w.unit_id AND a.ward_key = ANY(p.ward_keys)
    WHERE w.is_to_come
      AND (p.street_key = '' OR a.street_key = p.street_key)
      AND (p.first_number IS NULL OR a.house_number BETWEEN p.first_number AND p.last_number)
      AND (a.ends_on IS NULL OR a.ends_on > w.day)
), last_word AS (
    SELECT DISTINCT ON (n.account_id) n.account_id, n.subject
    FROM news w
    JOIN notifications_announcement e ON e.outage_id = w.outage_id AND e.revision < w.revision
    JOIN notifications_notice n ON n.announcement_id = e.id
    ORDER BY n.account_id, e.revision DESC
), told AS (
    SELECT account_id FROM last_word WHERE right(subject, 4) <> '-off'
)
SELECT coalesce(f.account_id, t.account_id) AS account_id,
       w.subject || CASE
           WHEN w.is_to_come AND f.account_id IS NULL THEN '-off'
           WHEN w.what = 'changed' AND t.account_id IS NULL THEN '-new'
           ELSE ''
       END AS subject,
       w.id AS fact_id,
       CASE WHEN w.what <> 'ended' THEN w.ends_at END AS useful_until
FROM affected f
FULL JOIN told t ON t.account_id = f.account_id
CROSS JOIN news w
