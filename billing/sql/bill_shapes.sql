-- Grain: one way in which bills of {bills} may be priced: group, voltage, period, households.
-- Safe to rerun: it writes nothing. Every group with every period, also where no bill is of both:
-- that is quicker than to look up the account of each.
SELECT supply."group", supply.voltage, lasting.starts_on, lasting.ends_before, lasting.households
FROM (SELECT DISTINCT a."group", a.voltage FROM {accounts}) supply
CROSS JOIN (SELECT DISTINCT b.starts_on, b.ends_before, b.households FROM {bills}) lasting;
