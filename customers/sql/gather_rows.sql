-- Grain: one waiting row of a load that belongs to what stands apart: it goes behind all others,
-- beside its like. Safe to rerun: once they stand side by side, none is apart.
WITH last AS (
    SELECT max(r.place) AS place FROM customers_loadrow r WHERE r.load_id = %(load)s
), moved AS (
    DELETE FROM customers_loadrow r USING apart
    WHERE r.load_id = %(load)s AND {together} = apart.together
    RETURNING r.*
)
INSERT INTO customers_loadrow (load_id, place, row, together, cells)
SELECT r.load_id, last.place + row_number() OVER (ORDER BY {together}, r.place),
       coalesce(r.row, r.place), r.together, r.cells
FROM moved r, last;
