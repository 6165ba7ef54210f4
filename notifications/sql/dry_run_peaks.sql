-- Grain: one channel with its messages in the busiest hour: of first messages alone, and if nothing
-- were ever confirmed, so that every next channel has its turn. Safe to rerun: it only reads.
WITH hourly AS (
    SELECT s.channel, date_trunc('hour', n.planned_at + s.waits) AS hour,
           count(*) FILTER (WHERE s.turn = 0) AS first, count(*) AS every
    FROM {side} s
    JOIN dry_notice n ON n.id = s.notice_id
    WHERE s.channel <> 'inbox'
    GROUP BY 1, 2
)
SELECT channel, max(first), max(every) FROM hourly GROUP BY channel;
