-- Grain: one staged account of which the provider of a channel has said something: its word goes
-- before the export's, which has it at second hand.
-- Safe to rerun: it sets the same again.
UPDATE staged_account s SET
    has_app = coalesce(said.app, s.has_app),
    follows_zalo = coalesce(said.zalo, s.follows_zalo)
FROM (
    SELECT a.number,
           bool_or(r.is_registered) FILTER (WHERE r.channel = 'app') AS app,
           bool_or(r.is_registered) FILTER (WHERE r.channel = 'zalo') AS zalo
    FROM staged_account known
    JOIN customers_account a ON a.number = known.number
    JOIN customers_registration r ON r.account_id = a.id
    GROUP BY a.number
) said
WHERE said.number = s.number;
