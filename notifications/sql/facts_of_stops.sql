-- Grain: one planned stop of supply that the guard lets through; each is told of once.
-- Safe to rerun: it writes nothing.
SELECT g.account_id, 'stop-' || g.id AS subject, g.id AS fact_id, g.useful_until
FROM (
    {guard}
) g
WHERE g.cut_at > %(at)s AND g.against <@ g.allowed
