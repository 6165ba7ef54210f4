-- Grain: one bill of a month whose own total is not what our prices give now.
-- Safe to rerun: a bill that was worked out so already is left alone.
UPDATE billing_bill t SET worked_out = now_worked_out.total
FROM (
    SELECT b.id, worked_out.total
    FROM billing_bill b JOIN customers_account a ON a.id = b.account_id
    {billing.worked_out}
    WHERE b.month = %(month)s
) now_worked_out
WHERE t.id = now_worked_out.id AND t.worked_out IS DISTINCT FROM now_worked_out.total
RETURNING t.id;
