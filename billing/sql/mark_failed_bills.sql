-- Grain: one bill of which a result was learned just now: whether its newest try failed, and when.
-- Safe to rerun: it says the same again.
UPDATE billing_bill b SET debit_failed_on = d.failed_on
FROM (
    SELECT DISTINCT ON (bill_id) bill_id,
           CASE WHEN result <> 'debited' THEN debited_on END AS failed_on
    FROM billing_debit
    WHERE bill_id = ANY(%(bills)s)
    ORDER BY bill_id, debited_on DESC
) d
WHERE b.id = d.bill_id AND b.debit_failed_on IS DISTINCT FROM d.failed_on
RETURNING b.id;
