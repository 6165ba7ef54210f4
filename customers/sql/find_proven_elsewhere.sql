-- Grain: one listed contact that is new to its account, and that the holder of another one has proven
-- to be theirs. Safe to rerun: it only reads.
SELECT s.row_number
FROM staged_contact s
JOIN customers_account a ON a.number = s.number
WHERE NOT s.is_ended
  AND NOT EXISTS (
      SELECT FROM customers_contactpoint c
      WHERE c.account_id = a.id AND c.kind = s.kind AND c.value = s.value
  )
  AND EXISTS (
      SELECT FROM customers_contactpoint c
      WHERE c.value = s.value AND c.account_id <> a.id AND c.owner = 'holder'
        AND c.suspended_at IS NULL AND c.verified_at IS NOT NULL
  )
ORDER BY s.row_number;
