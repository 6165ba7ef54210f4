-- Grain: one column of another table, or of its own, that points to rows of a table.
-- Safe to rerun: it only reads.
SELECT c.conrelid::regclass::text, a.attname
FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND c.confrelid = %(table)s::regclass
ORDER BY 1, 2;
