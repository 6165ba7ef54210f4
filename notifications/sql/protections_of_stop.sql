-- Grain: one planned stop, with each arrangement that protects its account now, in its state,
-- and each need that does.
-- Safe to rerun: it writes nothing.
SELECT g.protections || g.needs
FROM (
    {guard}
) g
WHERE g.id = %(stop)s
