-- Grain: one provider: how many of the calls wanted may start now, by a bucket that fills at its
-- rate. Codes somebody waits for go into debt, up to a second's worth; others wait for it.
-- Safe to rerun: each run takes its own calls; those not made are given back.
WITH held AS MATERIALIZED (
    SELECT provider, calls, filled_at FROM notifications_pace
    WHERE provider = %(provider)s
    FOR UPDATE
), filled AS MATERIALIZED (
    -- After the lock: the database's clock, as senders may disagree about the time.
    SELECT provider, n.now, least(
        %(most)s::float8,
        calls + %(rate)s::float8 * greatest(extract(epoch FROM n.now - filled_at), 0)::float8
    ) AS calls
    FROM held, LATERAL (SELECT clock_timestamp() AS now WHERE held.calls IS NOT NULL) n
), granted AS (
    SELECT provider, now, calls,
        least(%(wanted)s, greatest(floor(calls + %(debt)s::float8), 0))::int AS number
    FROM filled
)
UPDATE notifications_pace p SET calls = g.calls - g.number, filled_at = g.now
FROM granted g
WHERE p.provider = g.provider
RETURNING g.number;
