-- Grain: one arrangement whose review is near, late or over, once for each review date.
-- Safe to rerun: a row is made once for its subject, whatever became of it.
INSERT INTO customers_workitem (
    account_id, kind, arrangement_id, subject, detail, made_at, due_on, tries, outcome, note
)
SELECT g.account_id, 'review', g.id, 'review-' || g.id || '-' || g.review_on, '', %(at)s, %(day)s,
    0, '', ''
FROM customers_arrangement g
WHERE g.state IN ('in_force', 'expired') AND g.review_on <= %(review_before)s
ON CONFLICT (kind, subject) DO NOTHING
RETURNING id;
