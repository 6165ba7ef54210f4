-- Grain: one contact that a list names as in use. Safe to rerun: unique (account, kind, value); only a
-- contact that an earlier list had ended comes back. Nothing is sent to an address that looks mistyped
-- until somebody confirms it.
INSERT INTO customers_contactpoint AS c
    (account_id, kind, value, owner, source, suspended_at, suspended_why)
SELECT a.id, s.kind, s.value, 'holder', 'list',
       CASE WHEN doubt.is_mistyped THEN %(at)s::timestamptz END,
       CASE WHEN doubt.is_mistyped THEN 'mistyped' ELSE '' END
FROM staged_contact s
JOIN customers_account a ON a.number = s.number
CROSS JOIN LATERAL (
    SELECT s.kind = 'email' AND s.value ~ %(mistyped)s AS is_mistyped
) AS doubt
WHERE NOT s.is_ended
ON CONFLICT (account_id, kind, value) DO UPDATE SET suspended_at = NULL, suspended_why = ''
WHERE c.suspended_why = 'ended'
RETURNING (SELECT number FROM customers_account a WHERE a.id = c.account_id), c.kind, c.value,
    xmax = 0 AS created;
