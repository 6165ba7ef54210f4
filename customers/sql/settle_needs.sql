-- Grain: one row of the work list about a need that is over, or is to be confirmed by another day.
-- Safe to rerun: what is settled is left as it is.
UPDATE customers_workitem w SET outcome = 'over', done_at = %(at)s
WHERE w.kind = 'need' AND w.outcome = '' AND NOT EXISTS (
    SELECT FROM customers_need n
    WHERE n.account_id = w.account_id AND n.ended_at IS NULL
      AND w.subject = 'need-' || n.id || '-' || n.confirm_by
)
RETURNING w.id;
