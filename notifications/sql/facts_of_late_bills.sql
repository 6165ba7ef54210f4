-- Grain: one unpaid bill of the month whose last day of paying is over. Where the company's
-- payments are not known lately, who has paid would be told as well: it waits for them.
-- Safe to rerun: it writes nothing.
SELECT b.account_id, %(subject)s AS subject, b.id AS fact_id,
       NULL::timestamptz AS useful_until
FROM billing_bill b
JOIN customers_account a ON a.id = b.account_id
CROSS JOIN LATERAL (
    {terms}
) t
JOIN billing_paymentfeed p ON p.unit_id = a.unit_id
    AND p.known_until > %(at)s - make_interval(hours => t.payments_fresh_hours::int)
WHERE b.month = %(month)s AND b.paid_at IS NULL AND b.total > 0
  AND b.due_on >= %(due_since)s AND b.due_on + t.overdue_days_after::int <= %(day)s
