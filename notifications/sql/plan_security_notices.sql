-- Grain: one notice for each change of access that is told about and happened lately.
-- Safe to rerun: the natural key (kind, account, subject) keeps what is there. A check code that
-- was drawn before leaves its row out; the planner repeats while fewer were added than lacked.
WITH untold AS MATERIALIZED (
    SELECT e.id, e.account_id, notifications_new_code() AS code
    FROM customers_accountevent e
    WHERE e.at > %(since)s AND e.kind = ANY(%(told)s)
      AND NOT EXISTS (
          SELECT FROM notifications_notice n
          WHERE n.kind = %(kind)s AND n.account_id = e.account_id
            AND n.subject = 'event-' || e.id
      )
), added AS (
    INSERT INTO notifications_notice (
        account_id, kind, subject, run_id, event_id, code, reach, reached_by, reason,
        planned_at, expires_at
    )
    SELECT
        account_id, %(kind)s, 'event-' || id, %(run)s, id, code, 'trying', '', '',
        %(at)s, %(at)s + %(useful_for)s
    FROM untold
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM untold), (SELECT count(*) FROM added);
