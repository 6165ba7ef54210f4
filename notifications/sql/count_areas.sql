-- Grain: one place of an area with its accounts, and one whole area (position NULL) with each of
-- its accounts once. Steps along the index of company, ward and street.
-- Safe to rerun: it only reads.
WITH place AS MATERIALIZED (
    SELECT r.key, r.position, r.unit, r.street_key, r.first_number, r.last_number,
           ARRAY(SELECT jsonb_array_elements_text(r.ward_keys)) AS ward_keys
    FROM jsonb_to_recordset(%(places)s::jsonb) AS r (
        key bigint, position int, unit bigint, ward_keys jsonb, street_key text,
        first_number int, last_number int
    )
)
SELECT p.key, p.position, count(DISTINCT a.id)
FROM place p
JOIN customers_account a ON a.unit_id = p.unit AND a.ward_key = ANY(p.ward_keys)
WHERE (p.street_key = '' OR a.street_key = p.street_key)
  AND (p.first_number IS NULL OR a.house_number BETWEEN p.first_number AND p.last_number)
  AND (a.ends_on IS NULL OR a.ends_on > %(day)s)
GROUP BY GROUPING SETS ((p.key, p.position), (p.key));
