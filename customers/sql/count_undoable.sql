-- Grain: one table that a load wrote to: rows that it made, and others that it changed.
-- Safe to rerun: it only reads.
SELECT table_name, count(*) FILTER (WHERE is_made), count(*) FILTER (WHERE NOT is_made)
FROM (
    SELECT table_name, key, bool_or(made IS NOT NULL) AS is_made
    FROM customers_loadchange, unnest(coalesce(made, ARRAY[row_key])) key
    WHERE load_id = %(load)s
    GROUP BY table_name, key
) r
GROUP BY table_name
ORDER BY table_name;
