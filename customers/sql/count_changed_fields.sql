-- Grain: one field of one table that a load changed, or the making of rows of it (no name).
-- Safe to rerun: it only reads.
SELECT c.table_name, coalesce(f.key, ''), sum(coalesce(cardinality(c.made), 1))
FROM customers_loadchange c
LEFT JOIN LATERAL (
    SELECT a.key FROM jsonb_each(c.after) a WHERE a.value IS DISTINCT FROM c.before -> a.key
) f ON c.before IS NOT NULL
WHERE c.load_id = %(load)s
GROUP BY 1, 2;
