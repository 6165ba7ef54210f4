-- Grain: one staged registration with Zalo that contradicts what is in use: followed, but there is no
-- number to write to; or not followed any more, but the customer proved the contact here.
-- Safe to rerun: it only reads.
SELECT s.row_number, CASE WHEN s.is_registered THEN 'no_number' ELSE 'proven' END
FROM staged_registration s
JOIN customers_account a ON a.number = s.number
WHERE s.channel = 'zalo' AND s.is_registered <> EXISTS (
    SELECT FROM customers_contactpoint z
    WHERE z.account_id = a.id AND z.kind = 'zalo' AND z.owner = 'holder' AND z.suspended_at IS NULL
)
ORDER BY s.row_number;
