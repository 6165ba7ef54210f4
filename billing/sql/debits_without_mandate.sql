-- Grain: one debit, learned just now, that a bank made after its mandate was over.
-- Safe to rerun: it writes nothing.
SELECT d.account_id, d.bill_id, NULL::bigint, 'unexpected'
FROM billing_debit d
WHERE d.bill_id = ANY(%(bills)s) AND d.result = 'debited' AND d.learned_at = %(at)s
  AND NOT EXISTS (
      SELECT FROM customers_arrangement g
      WHERE g.account_id = d.account_id AND g.kind = 'auto_debit'
        AND g.first_debit_on <= d.debited_on AND (
            g.state IN ('in_force', 'expired') AND g.mandate IN ('active', 'failed', 'suspended')
            OR (g.closed_at AT TIME ZONE {zone})::date >= d.debited_on
        )
  )
