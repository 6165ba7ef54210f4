-- Grain: one unpaid bill of the month whose last day of paying is near. Where a bank pays on that
-- day by itself, there is nothing to remind of. Where the company's payments are not known lately,
-- who has paid would be reminded as well: it waits for them.
-- Safe to rerun: it writes nothing.
SELECT b.account_id, %(subject)s AS subject, b.id AS fact_id,
       (b.due_on + 1)::timestamp AT TIME ZONE {zone} AS useful_until
FROM billing_bill b
JOIN customers_account a ON a.id = b.account_id
CROSS JOIN LATERAL (
    {terms}
) t
JOIN billing_paymentfeed p ON p.unit_id = a.unit_id
    AND p.known_until > %(at)s - make_interval(hours => t.payments_fresh_hours::int)
WHERE b.month = %(month)s AND b.paid_at IS NULL AND b.total > 0
  AND b.due_on BETWEEN %(day)s AND %(day)s + t.remind_days_before::int
  AND (b.debit_failed_on IS NOT NULL OR NOT EXISTS (
      SELECT FROM customers_arrangement g
      WHERE g.account_id = b.account_id
        AND customers_bank_pays(g.state, g.mandate, g.first_debit_on, g.ends_on, b.due_on)
  ))
