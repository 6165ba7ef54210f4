-- Grain: one meter and month that is over, of the meters given, whose open reads were all learned
-- before a moment. Safe to rerun: what is closed is open no more; a late read of a closed month goes
-- before what stands there, which stays as an earlier read. A month whose indexes lie further apart
-- than an int4 holds stays open.
WITH due AS MATERIALIZED (
    SELECT r.meter_id, date_trunc('month', r.day::timestamp)::date AS month
    FROM billing_read r
    WHERE r.meter_id = ANY(%(meters)s) AND r.day < %(open_since)s
    GROUP BY 1, 2
    HAVING max(r.learned_at) < %(settled_before)s
), open_reads AS MATERIALIZED (
    SELECT r.id, r.meter_id, d.month, r.day, r.index_wh, r.quality, r.learned_at
    FROM due d
    JOIN billing_read r ON r.meter_id = d.meter_id
        AND r.day >= d.month AND r.day < (d.month + interval '1 month')::date
), closed_reads AS MATERIALIZED (
    SELECT d.meter_id, d.month, c.day, c.index_wh, c.quality, c.learned_at
    FROM due d
    CROSS JOIN LATERAL billing_closed_reads(
        d.meter_id, d.month, (d.month + interval '1 month')::date, true
    ) c
), standing AS MATERIALIZED (
    SELECT DISTINCT ON (meter_id, day) meter_id, month, day - month + 1 AS place,
           index_wh, quality, learned_at
    FROM (
        SELECT meter_id, month, day, index_wh, quality, learned_at, 1 AS rank FROM open_reads
        UNION ALL
        SELECT meter_id, month, day, index_wh, quality, learned_at, 2 FROM closed_reads
    ) found
    ORDER BY meter_id, day, rank
), spans AS MATERIALIZED (
    SELECT s.meter_id, s.month, min(s.index_wh) AS base_wh
    FROM standing s
    GROUP BY s.meter_id, s.month
    HAVING max(s.index_wh) - min(s.index_wh) <= 2147483647
), known AS MATERIALIZED (
    SELECT s.meter_id, s.month, s.base_wh, c.usual_id, u.moments
    FROM spans s
    LEFT JOIN billing_closedmonth c ON c.meter_id = s.meter_id AND c.month = s.month
    LEFT JOIN billing_usualmoments u ON u.id = c.usual_id
), usual AS (
    INSERT INTO billing_usualmoments (month, moments)
    SELECT m.month, array_agg(o.learned_at ORDER BY p.place)
    FROM (SELECT DISTINCT month FROM known WHERE usual_id IS NULL) m
    CROSS JOIN generate_series(1, 31) AS p (place)
    LEFT JOIN (
        SELECT s.month, s.place, mode() WITHIN GROUP (ORDER BY s.learned_at) AS learned_at
        FROM standing s
        JOIN known k ON k.meter_id = s.meter_id AND k.month = s.month AND k.usual_id IS NULL
        GROUP BY s.month, s.place
    ) o ON o.month = m.month AND o.place = p.place
    GROUP BY m.month
    RETURNING id, month, moments
), packed AS (
    SELECT k.meter_id, k.month, k.base_wh, coalesce(k.usual_id, u.id) AS usual_id,
           array_agg((s.index_wh - k.base_wh)::int ORDER BY p.place) AS over_wh,
           string_agg(coalesce(left(s.quality, 1), '-'), '' ORDER BY p.place) AS qualities,
           bool_or(s.quality <> 'measured') AS has_qualities,
           array_agg(
               nullif(s.learned_at, (coalesce(k.moments, u.moments))[p.place]) ORDER BY p.place
           ) AS own_learned,
           bool_or(
               s.learned_at IS DISTINCT FROM (coalesce(k.moments, u.moments))[p.place]
           ) FILTER (WHERE s.place IS NOT NULL) AS has_own
    FROM known k
    LEFT JOIN usual u ON k.usual_id IS NULL AND u.month = k.month
    CROSS JOIN LATERAL generate_series(
        1, (k.month + interval '1 month')::date - k.month
    ) AS p (place)
    LEFT JOIN standing s
        ON s.meter_id = k.meter_id AND s.month = k.month AND s.place = p.place
    GROUP BY k.meter_id, k.month, k.base_wh, coalesce(k.usual_id, u.id)
), written AS (
    INSERT INTO billing_closedmonth
        (meter_id, month, base_wh, usual_id, over_wh, qualities, own_learned)
    SELECT meter_id, month, base_wh, usual_id, over_wh,
           CASE WHEN has_qualities THEN qualities END, CASE WHEN has_own THEN own_learned END
    FROM packed ORDER BY meter_id, month
    ON CONFLICT (meter_id, month) DO UPDATE SET
        base_wh = EXCLUDED.base_wh, over_wh = EXCLUDED.over_wh,
        qualities = EXCLUDED.qualities, own_learned = EXCLUDED.own_learned
    RETURNING 1
), kept AS (
    -- Of a read that was replaced by another way than a file: files have kept it already.
    INSERT INTO billing_earlierread (meter_id, day, index_wh, quality, learned_at, replaced_at)
    SELECT c.meter_id, c.day, c.index_wh, c.quality, c.learned_at, o.learned_at
    FROM closed_reads c
    JOIN known k ON k.meter_id = c.meter_id AND k.month = c.month
    JOIN open_reads o ON o.meter_id = c.meter_id AND o.day = c.day
    WHERE (c.index_wh, c.quality) IS DISTINCT FROM (o.index_wh, o.quality)
      AND NOT EXISTS (
          SELECT FROM billing_earlierread e
          WHERE e.meter_id = c.meter_id AND e.day = c.day AND e.learned_at = c.learned_at
            AND e.index_wh = c.index_wh AND e.quality = c.quality
      )
), gone AS (
    -- Whoever changed one meanwhile keeps it open.
    DELETE FROM billing_read r
    USING open_reads o
    JOIN known k ON k.meter_id = o.meter_id AND k.month = o.month
    WHERE r.id = o.id
      AND (r.index_wh, r.quality, r.learned_at) = (o.index_wh, o.quality, o.learned_at)
    RETURNING 1
)
SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM gone),
       (SELECT count(*) FROM open_reads o
        JOIN known k ON k.meter_id = o.meter_id AND k.month = o.month)
