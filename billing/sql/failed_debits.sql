-- Grain: one bill whose newest try failed and was learned just now: account, bill, auto-debit, result.
-- Safe to rerun: it writes nothing.
SELECT d.account_id, d.bill_id, g.id, d.result
FROM (
    SELECT DISTINCT ON (bill_id) account_id, bill_id, result, debited_on, learned_at
    FROM billing_debit
    WHERE bill_id = ANY(%(bills)s)
    ORDER BY bill_id, debited_on DESC
) d
JOIN billing_bill b ON b.id = d.bill_id
LEFT JOIN customers_arrangement g ON g.account_id = d.account_id AND g.kind = 'auto_debit'
    AND g.state IN ('in_force', 'expired')
WHERE d.result <> 'debited' AND d.learned_at = %(at)s AND b.paid_at IS NULL
