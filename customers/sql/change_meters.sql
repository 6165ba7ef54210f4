-- Grain: one known meter whose days, multiplier or digits the staged row puts right; what a row does
-- not say stays. Safe to rerun: a meter that is the same is not written.
UPDATE customers_meter m SET
    multiplier = coalesce(s.multiplier, m.multiplier),
    digits = coalesce(s.digits, m.digits),
    installed_on = coalesce(s.installed_on, m.installed_on),
    removed_on = coalesce(s.removed_on, m.removed_on)
FROM staged_meter s
WHERE s.meter_id = m.id
  AND (m.multiplier, m.digits, m.installed_on, m.removed_on) IS DISTINCT FROM (
      coalesce(s.multiplier, m.multiplier), coalesce(s.digits, m.digits),
      coalesce(s.installed_on, m.installed_on), coalesce(s.removed_on, m.removed_on)
  )
RETURNING s.number, s.serial;
