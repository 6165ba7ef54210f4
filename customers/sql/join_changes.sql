-- Grain: one row of a table that some changes of a load concern: how it stood before the first of them,
-- and after the last. Safe to rerun: it only reads.
SELECT key AS row_key, (array_agg(before ORDER BY id))[1] AS before,
       (array_agg(after ORDER BY id DESC))[1] AS after
FROM customers_loadchange, unnest(coalesce(made, ARRAY[row_key])) key
WHERE load_id = %(load)s AND table_name = %(table)s AND id BETWEEN %(low)s AND %(high)s
GROUP BY key
