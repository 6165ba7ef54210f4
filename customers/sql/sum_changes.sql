-- Grain: all rows of one table that a load touched: one column, added up as it was and as it is.
-- Safe to rerun: it only reads.
SELECT coalesce(sum(was.value), 0), coalesce(sum(t.{own_column}), 0)
FROM (
    SELECT key AS row_key, (array_agg(before ORDER BY id))[1] ->> %(column)s AS text
    FROM customers_loadchange, unnest(coalesce(made, ARRAY[row_key])) key
    WHERE load_id = %(load)s AND table_name = %(table)s
    GROUP BY key
) c
JOIN {own_table} t ON t.id = c.row_key
CROSS JOIN LATERAL (SELECT c.text::numeric AS value) was;
