-- Grain: one contact whose holder was asked whether it is still theirs, and did not say in time. Rows
-- of those who answered meanwhile close.
-- Safe to rerun: a row is made once for a question, whatever became of it.
WITH silent AS (
    -- As ContactCheck.objects.late_on() has it.
    SELECT c.id, c.account_id
    FROM customers_contactcheck c
    JOIN customers_contactpoint p ON p.id = c.contact_id
    WHERE c.answer = '' AND c.due_on < %(day)s AND p.suspended_at IS NULL
      AND (p.verified_at IS NULL OR p.verified_at <= c.proven_at)
), over AS (
    UPDATE customers_workitem w SET outcome = 'over', done_at = %(at)s
    WHERE w.kind = 'contact' AND w.outcome = ''
      AND NOT EXISTS (SELECT FROM silent s WHERE 'contact-' || s.id = w.subject)
)
INSERT INTO customers_workitem (
    account_id, kind, arrangement_id, subject, detail, made_at, due_on, tries, outcome, note
)
SELECT s.account_id, 'contact', NULL, 'contact-' || s.id, '', %(at)s, %(day)s, 0, '', ''
FROM silent s
ON CONFLICT (kind, subject) DO NOTHING
RETURNING id;
