-- Grain: one account that a notice reached by no channel while telling it helps: a row of the work
-- list, one at a time. Rows of those whom something reached meanwhile, or whose time is over, close.
-- Safe to rerun: a row is made once for the oldest of an account's notices, whatever became of it.
WITH untold AS (
    SELECT n.account_id, min(n.id) AS notice_id
    FROM notifications_notice n
    WHERE n.reach = 'unreachable' AND n.expires_at > %(at)s
    GROUP BY n.account_id
), over AS (
    UPDATE customers_workitem w SET outcome = 'over', done_at = %(at)s
    WHERE w.kind = 'untold' AND w.outcome = ''
      AND NOT EXISTS (SELECT FROM untold u WHERE u.account_id = w.account_id)
)
INSERT INTO customers_workitem (
    account_id, kind, arrangement_id, subject, detail, made_at, due_on, tries, outcome, note
)
SELECT u.account_id, 'untold', NULL, 'untold-' || u.notice_id, '', %(at)s, %(day)s, 0, '', ''
FROM untold u
WHERE NOT EXISTS (
    SELECT FROM customers_workitem w
    WHERE w.account_id = u.account_id AND w.kind = 'untold' AND w.outcome = ''
)
ON CONFLICT (kind, subject) DO NOTHING
RETURNING id;
