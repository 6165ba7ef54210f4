-- Grain: one need in force that is to be confirmed again soon, or should have been; once for each
-- day by which it is.
-- Safe to rerun: a row is made once for its subject, whatever became of it.
INSERT INTO customers_workitem (
    account_id, kind, arrangement_id, subject, detail, made_at, due_on, tries, outcome, note
)
SELECT n.account_id, 'need', NULL, 'need-' || n.id || '-' || n.confirm_by, '', %(at)s, %(day)s, 0,
    '', ''
FROM customers_need n
WHERE n.ended_at IS NULL AND n.confirm_by <= %(confirm_before)s
ON CONFLICT (kind, subject) DO NOTHING
RETURNING id;
