-- Grain: one staged read, with its meter, what is known of its day, and the index before it.
-- Safe to rerun: it fills a temporary table. A meter's reads are looked up between its first and its
-- last staged day, so that the work is that of the file, however many reads are known.
DROP TABLE IF EXISTS placed_read;
CREATE TEMPORARY TABLE placed_read ON COMMIT DROP AS
WITH placed AS MATERIALIZED (
    SELECT s.row_number, m.id AS meter_id, s.day, s.index_wh, s.quality,
           a.id IS NOT NULL AS is_known,
           s.day < m.installed_on OR s.day > m.removed_on AS is_elsewhere,
           (1000 * 10::float8 ^ m.digits)::bigint AS full_wh
    FROM ({staged}) s
    LEFT JOIN customers_account a ON a.number = s.number
    LEFT JOIN {meter}
), span AS MATERIALIZED (
    SELECT meter_id, min(day) AS first_on, max(day) AS last_on
    FROM placed WHERE meter_id IS NOT NULL GROUP BY meter_id
), known AS (
    SELECT r.* FROM span CROSS JOIN LATERAL (
        SELECT r.id, r.meter_id, r.day, r.index_wh, r.quality FROM billing_read r
        WHERE r.meter_id = span.meter_id AND r.day BETWEEN span.first_on AND span.last_on
        OFFSET 0
    ) r
), eve AS (
    -- The last stored read before each meter's first staged day.
    SELECT span.meter_id, r.index_wh
    FROM span CROSS JOIN LATERAL billing_read_before(span.meter_id, span.first_on) r
)
SELECT p.*, known.id AS read_id,
       known.id IS NOT NULL AND (
           known.index_wh <> p.index_wh
           OR (known.quality <> p.quality AND known.quality <> 'corrected')
       ) AS differs,
       coalesce(lag(p.index_wh) OVER by_day, eve.index_wh) AS before_wh,
       p.day = lag(p.day) OVER by_day AS is_repeated
FROM placed p
LEFT JOIN known ON known.meter_id = p.meter_id AND known.day = p.day
LEFT JOIN eve ON eve.meter_id = p.meter_id
WINDOW by_day AS (PARTITION BY p.meter_id ORDER BY p.day, p.row_number);
