-- Grain: one notice for each account with a bill of the month.
-- Safe to rerun: the natural key (kind, account, subject) keeps what is there. A check code that
-- was drawn before leaves its row out; the planner repeats while fewer were added than lacked.
WITH untold AS MATERIALIZED (
    SELECT b.id, b.account_id, notifications_new_code() AS code
    FROM billing_bill b
    WHERE b.month = %(month)s
      AND NOT EXISTS (
          SELECT FROM notifications_notice n
          WHERE n.kind = %(kind)s AND n.account_id = b.account_id AND n.subject = %(subject)s
      )
), added AS (
    INSERT INTO notifications_notice (
        account_id, kind, subject, run_id, bill_id, code, reach, reached_by, reason,
        planned_at, expires_at
    )
    SELECT
        account_id, %(kind)s, %(subject)s, %(run)s, id, code, 'trying', '', '',
        %(at)s, %(at)s + %(useful_for)s
    FROM untold
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM untold), (SELECT count(*) FROM added);
