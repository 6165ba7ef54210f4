-- Grain: what some waiting rows of a load belong to that do not stand side by side.
-- Safe to rerun: it fills a temporary table.
DROP TABLE IF EXISTS apart;
CREATE TEMPORARY TABLE apart ON COMMIT DROP AS
SELECT {together} AS together FROM customers_loadrow r
WHERE r.load_id = {load}
GROUP BY 1 HAVING max(r.place) - min(r.place) >= count(*);
