-- Grain: one account that would lose the only way it had, with its company.
-- Safe to rerun: it only reads.
SELECT DISTINCT a.id, a.unit_id
FROM dry_notice n
JOIN customers_account a ON a.id = n.account_id
WHERE EXISTS (SELECT FROM dry_before b WHERE b.notice_id = n.id AND NOT b.is_beside)
  AND NOT EXISTS (SELECT FROM dry_after c WHERE c.notice_id = n.id AND NOT c.is_beside)
ORDER BY 1;
