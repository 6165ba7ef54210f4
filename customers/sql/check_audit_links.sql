-- Grain: a link after number `last`, `size` at most: whether its number, the hash before it and
-- its own hash are right.
-- Safe to rerun: it writes nothing.
SELECT
    sequence,
    hash,
    sequence = lag(sequence, 1, %(last)s::bigint) OVER in_order + 1 AS follows,
    previous = lag(hash, 1, %(previous)s::varchar) OVER in_order AS fits,
    hash = customers_audit_hash(sequence, table_name, row_key, row_hash, previous, at) AS holds
FROM customers_auditentry
WHERE sequence > %(last)s
WINDOW in_order AS (ORDER BY sequence)
ORDER BY sequence
LIMIT %(size)s
