-- Grain: one table that a load wrote to: rows that it made, and others that it changed.
-- Safe to rerun: it only reads.
SELECT table_name, count(*) FILTER (WHERE is_made), count(*) FILTER (WHERE NOT is_made)
FROM (
    SELECT table_name, row_key, bool_or(before IS NULL) AS is_made
    FROM customers_loadchange
    WHERE load_id = %(load)s
    GROUP BY table_name, row_key
) r
GROUP BY table_name
ORDER BY table_name;
