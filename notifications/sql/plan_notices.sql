-- Grain: one notice for each fact of the kind that its account was not told of yet. The facts are
-- a statement of their own (facts_of_….sql): account, subject, key, and until when telling helps
-- where that is known better than by the policy. What needs consent is told only where it holds.
-- Safe to rerun: the natural key (kind, account, subject) keeps what is there. A check code that
-- was drawn before leaves its row out; the planner repeats while fewer were added than lacked.
WITH untold AS MATERIALIZED (
    SELECT f.account_id, f.subject, f.fact_id, notifications_new_code() AS code,
           least(f.useful_until, %(at)s + %(useful_for)s) AS expires_at
    FROM ({facts}) f
    WHERE (f.useful_until IS NULL OR f.useful_until > %(at)s) AND NOT EXISTS (
        SELECT FROM notifications_notice n
        WHERE n.kind = %(kind)s AND n.account_id = f.account_id AND n.subject = f.subject
    ) AND (%(consent)s = '' OR EXISTS (
        SELECT FROM customers_consent y
        WHERE y.account_id = f.account_id AND y.purpose = %(consent)s AND y.withdrawn_at IS NULL
    ))
), added AS (
    INSERT INTO notifications_notice (
        account_id, kind, subject, run_id, {fact}, code, reach, reached_by, reason,
        planned_at, expires_at
    )
    SELECT account_id, %(kind)s, subject, %(run)s, fact_id, code, 'trying', '', '', %(at)s,
           expires_at
    FROM untold
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM untold), (SELECT count(*) FROM added);
