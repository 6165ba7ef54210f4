-- Grain: one outage. Safe to rerun: the same plan writes nothing, and what was withdrawn since stays
-- so until the plan says something else.
INSERT INTO notifications_outage AS o (
    code, unit_id, area, starts_at, ends_at, reason, planned, learned_at, matched
)
SELECT s.code, u.id, s.area, s.starts_at, s.ends_at, s.reason, true, %(at)s, 0
FROM staged_outage s
JOIN customers_operatingunit u ON u.code = s.unit
ON CONFLICT (code) DO UPDATE SET
    unit_id = EXCLUDED.unit_id, area = EXCLUDED.area, starts_at = EXCLUDED.starts_at,
    ends_at = EXCLUDED.ends_at, reason = EXCLUDED.reason, learned_at = EXCLUDED.learned_at,
    over_at = NULL
WHERE (o.unit_id, o.area, o.starts_at, o.ends_at, o.reason) IS DISTINCT FROM
    (EXCLUDED.unit_id, EXCLUDED.area, EXCLUDED.starts_at, EXCLUDED.ends_at, EXCLUDED.reason)
RETURNING id, xmax = 0 AS created;
