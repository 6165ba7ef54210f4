-- Grain: one chunk of waiting rows: the place of its last row, and how many rows it has. It ends where
-- it has its size and the next row does not belong to its last one.
-- Safe to rerun: it only reads. Each step is one look into the order of the places.
WITH edge AS (
    SELECT r.place, {together} AS together
    FROM customers_loadrow r
    WHERE r.load_id = %(load)s AND r.place < %(size)s + (
        SELECT min(r.place) FROM customers_loadrow r
        WHERE r.load_id = %(load)s AND r.place > %(after)s
    )
    ORDER BY r.place DESC LIMIT 1
), chunk AS (
    SELECT coalesce(
        (
            SELECT r.place - 1 FROM customers_loadrow r
            WHERE r.load_id = %(load)s AND r.place > (SELECT place FROM edge)
              AND {together} <> (SELECT together FROM edge)
            ORDER BY r.place LIMIT 1
        ),
        (SELECT max(r.place) FROM customers_loadrow r WHERE r.load_id = %(load)s),
        0
    ) AS until
)
SELECT chunk.until, count(r.place)
FROM chunk LEFT JOIN customers_loadrow r
    ON r.load_id = %(load)s AND r.place > %(after)s AND r.place <= chunk.until
GROUP BY chunk.until;
