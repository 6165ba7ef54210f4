-- Grain: one planned stop, with each arrangement that protects its account now, in its state.
-- Safe to rerun: it writes nothing.
SELECT g.protections
FROM (
    {guard}
) g
WHERE g.id = %(stop)s
