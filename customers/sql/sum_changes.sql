-- Grain: all rows of one table that a load touched: one column, added up as it was and as it is.
-- Safe to rerun: it only reads.
SELECT coalesce(sum(was.value), 0), coalesce(sum(t.{own_column}), 0)
FROM (
    SELECT row_key, (array_agg(before ORDER BY id))[1] ->> %(column)s AS text
    FROM customers_loadchange
    WHERE load_id = %(load)s AND table_name = %(table)s
    GROUP BY row_key
) c
JOIN {own_table} t ON t.id = c.row_key
CROSS JOIN LATERAL (SELECT c.text::numeric AS value) was;
