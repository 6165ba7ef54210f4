-- Grain: one auto-debit of which the bank said something newer: its mandate as the newest word has it.
-- A word about a try before this mandate began is about another bank account. What is cancelled or
-- run out at the bank stays so, whatever comes.
-- Safe to rerun: an older word, or the same one, changes nothing.
UPDATE customers_arrangement g SET mandate = n.mandate, mandate_on = n.debited_on
FROM (
    SELECT DISTINCT ON (d.account_id) d.account_id, d.debited_on,
           CASE
               WHEN d.result = 'debited' THEN 'active'
               WHEN d.result IN ('blocked', 'wrong') THEN 'suspended'
               WHEN d.result IN ('closed', 'revoked') THEN 'cancelled'
               WHEN d.result = 'expired' THEN 'expired'
               ELSE 'failed'
           END AS mandate
    FROM billing_debit d
    WHERE d.bill_id = ANY(%(bills)s)
    ORDER BY d.account_id, d.debited_on DESC, d.bill_id DESC
) n
WHERE g.account_id = n.account_id AND g.kind = 'auto_debit' AND g.state IN ('in_force', 'expired')
  AND n.debited_on >= g.first_debit_on
  AND (g.mandate_on IS NULL OR n.debited_on >= g.mandate_on)
  AND g.mandate IN ('active', 'failed', 'suspended')
RETURNING g.id;
