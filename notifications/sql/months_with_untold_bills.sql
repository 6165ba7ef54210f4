-- Grain: one billing month that has bills without their notice and is still worth telling, among
-- those learned of since a moment.
-- Steps from month to month along the index, so old months cost nothing.
-- Safe to rerun: it writes nothing.
WITH RECURSIVE months AS (
    (SELECT month FROM billing_bill ORDER BY month DESC LIMIT 1)
    UNION ALL
    SELECT (SELECT b.month FROM billing_bill b WHERE b.month < m.month
            ORDER BY b.month DESC LIMIT 1)
    FROM months m WHERE m.month >= %(oldest)s
)
SELECT m.month
FROM months m
WHERE m.month >= %(oldest)s AND EXISTS (
    SELECT FROM billing_bill b
    WHERE b.month = m.month AND b.issued_on >= %(issued_since)s
      AND b.learned_at >= %(learned_since)s AND NOT EXISTS (
        SELECT FROM notifications_notice n
        WHERE n.kind = 'bill_issued' AND n.account_id = b.account_id
          AND n.subject = to_char(m.month, 'YYYY-MM')
    )
)
ORDER BY m.month;
