-- Grain: one channel and address by which one account would be told, and in which turn.
-- Where a notice would go, the planner's own statement says.
-- Safe to rerun: it writes nothing.
WITH undecided AS MATERIALIZED (
    SELECT 0::bigint AS id, %(account)s::bigint AS account_id, '{}'::text[] AS off
), decided AS MATERIALIZED (
    {decided}
)
SELECT channel, address, recipient, status, reason, step, is_timed
FROM decided
ORDER BY channel <> 'inbox', recipient, status = 'suppressed', step, channel, address;
