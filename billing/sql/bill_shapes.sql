-- Grain: one way to price the bills of {bills}: group, voltage, period, households.
-- Safe to rerun: it writes nothing.
SELECT DISTINCT a."group", a.voltage, b.starts_on, b.ends_before, b.households
FROM {bills};
