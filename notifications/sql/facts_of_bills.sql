-- Grain: one bill of the month: a fact that its account is told of.
-- Safe to rerun: it writes nothing.
SELECT b.account_id, %(subject)s AS subject, b.id AS fact_id, NULL::timestamptz AS useful_until
FROM billing_bill b
WHERE b.month = %(month)s
