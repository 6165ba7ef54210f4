-- Grain: one row of a table that a load wrote in this transaction.
-- Safe to rerun: it fills a temporary table. It has a key and is looked at, since of a month that came
-- a moment ago the database expects no bill: whichever side a join begins with, the other is looked up.
DROP TABLE IF EXISTS written;
CREATE TEMPORARY TABLE written (key bigint PRIMARY KEY) ON COMMIT DROP;
INSERT INTO written
SELECT DISTINCT key
FROM customers_loadchange c, unnest(coalesce(c.made, ARRAY[c.row_key])) key
WHERE c.load_id = %(load)s AND c.table_name = %(table)s;
ANALYZE written;
