-- Grain: one staged registration of no known account.
-- Safe to rerun: it only takes rows out of the staging table.
DELETE FROM staged_registration s
WHERE NOT EXISTS (SELECT FROM customers_account a WHERE a.number = s.number)
RETURNING s.row_number, 'number', 'unknown_account', s.number;
