-- Grain: one shape whose price changed inside its period, and one use that a bill of {bills} has.
-- Safe to rerun: it writes nothing.
SELECT DISTINCT c.shape, b.usage_kwh
FROM {bills}
JOIN {accounts} ON {account}
JOIN staged_curve c ON (c."group", c.voltage, c.starts_on, c.ends_before, c.households)
    = (a."group", a.voltage, b.starts_on, b.ends_before, b.households)
WHERE c.corners IS NULL;
