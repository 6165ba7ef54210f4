-- Grain: one of these planned stops, with what stands against telling of it and is not allowed.
-- Safe to rerun: it writes nothing.
SELECT g.id, ARRAY(SELECT unnest(g.against) EXCEPT SELECT unnest(g.allowed)) AS open
FROM (
    {guard}
) g
WHERE g.id = ANY(%(stops)s)
