-- Grain: one company whose cut-over is in force on a day: its bills go by SMS only where that was
-- agreed. A part of other statements, so that whoever plans, claims and only asks judge alike.
-- Safe to rerun: it only reads.
SELECT v.id, v.unit_id
FROM notifications_cutover v
JOIN customers_operatingunit o ON o.id = v.unit_id
WHERE o.bills_by_sms AND v.state = 'approved' AND v.starts_on <= %(day)s
