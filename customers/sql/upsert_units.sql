-- Grain: one regional company. Safe to rerun: the same name writes nothing.
INSERT INTO customers_operatingunit AS u (code, name)
SELECT s.code, s.name FROM staged_unit s
ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name WHERE u.name <> EXCLUDED.name
RETURNING code, xmax = 0 AS created;
