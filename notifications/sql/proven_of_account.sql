-- Grain: one channel that stands for the bills of one account, and whether it is proven.
-- Safe to rerun: it only reads.
WITH undecided AS MATERIALIZED (
    SELECT a.id, a.id AS account_id, '{}'::text[] AS off
    FROM customers_account a
    WHERE a.id = %(account)s
)
SELECT p.channel, p.is_proven
FROM (
    {proven}
) p
