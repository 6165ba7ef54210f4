-- Grain: one phone number that stands as the holder's on more contracts in force than one person
-- usually has; the row is of the account that has had it longest. Rows whose number was put right
-- meanwhile close.
-- Safe to rerun: a row is made once for the oldest of the contacts, whatever became of it.
WITH shared AS (
    SELECT min(c.account_id) AS account_id, min(c.id) AS contact_id,
           count(DISTINCT c.account_id) AS accounts
    FROM customers_contactpoint c
    JOIN customers_account a ON a.id = c.account_id
    WHERE c.kind = 'phone' AND c.owner = 'holder' AND c.suspended_at IS NULL
      AND (a.ends_on IS NULL OR a.ends_on > %(day)s)
    GROUP BY c.value
    HAVING count(DISTINCT c.account_id) > %(most)s
), over AS (
    UPDATE customers_workitem w SET outcome = 'over', done_at = %(at)s
    WHERE w.kind = 'shared' AND w.outcome = ''
      AND NOT EXISTS (SELECT FROM shared s WHERE 'shared-' || s.contact_id = w.subject)
)
INSERT INTO customers_workitem (
    account_id, kind, arrangement_id, subject, detail, made_at, due_on, tries, outcome, note
)
SELECT s.account_id, 'shared', NULL, 'shared-' || s.contact_id, s.accounts, %(at)s, %(day)s, 0, '',
    ''
FROM shared s
ON CONFLICT (kind, subject) DO NOTHING
RETURNING id;
