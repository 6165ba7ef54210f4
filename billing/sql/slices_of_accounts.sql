-- Grain: one slice of accounts by their keys, with its last key and how many they are; keys have gaps.
-- Safe to rerun: it only reads.
SELECT max(id), count(*)
FROM (
    SELECT id, (row_number() OVER (ORDER BY id) - 1) / %(slice)s AS slice FROM customers_account
) numbered
GROUP BY slice
ORDER BY slice;
