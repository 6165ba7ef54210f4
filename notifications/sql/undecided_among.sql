-- Grain: one of the given notices. Given with their accounts, so that the database knows how many
-- they are: of rows written a moment ago it has no statistics, takes a run for one row, and would
-- go through the whole round again for each. Safe to rerun: it only reads.
SELECT given.id, given.account_id, '{}'::text[] AS off
FROM unnest(%(notices)s::bigint[], %(accounts)s::bigint[]) AS given(id, account_id)
