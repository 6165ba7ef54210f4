-- Grain: one counted day, and for it one company, ward and age group: accounts with a contract in
-- force, by what channels they can be told, proven ones apart, what is arranged with them, and what
-- became of the notices that were planned in a time. Whom only supervisors may find is left out.
-- Safe to rerun: a day that was counted is not counted again, by several at once neither.
WITH opened AS (
    INSERT INTO notifications_reachday (day, counted_at, notices_from, notices_until)
    VALUES (%(counted_day)s, %(at)s, %(notices_from)s, %(notices_until)s)
    ON CONFLICT DO NOTHING
    RETURNING day
), undecided AS MATERIALIZED (
    SELECT a.id, a.id AS account_id, '{}'::text[] AS off
    FROM customers_account a
    CROSS JOIN opened
    WHERE (a.starts_on IS NULL OR a.starts_on <= %(counted_day)s)
      AND (a.ends_on IS NULL OR a.ends_on > %(counted_day)s)
      AND NOT EXISTS (SELECT FROM customers_protection x WHERE x.account_id = a.id)
), reach AS (
    SELECT p.account_id,
           bool_or(p.is_proven) AS any,
           bool_or(p.is_proven AND p.channel = 'inbox') AS inbox,
           bool_or(p.is_proven AND p.channel = 'push') AS push,
           bool_or(p.is_proven AND p.channel = 'zalo') AS zalo,
           bool_or(p.is_proven AND p.channel = 'email') AS email,
           bool_or(p.is_proven AND p.channel = 'sms') AS sms
    FROM (
        {proven}
    ) p
    GROUP BY p.account_id
), arranged AS (
    SELECT g.account_id,
           bool_or(g.kind = 'sms_retention') AS sms_agreed,
           bool_or(g.kind = 'auto_debit') AS auto_debit,
           bool_or(g.kind = 'relative_contact') AS relative
    FROM customers_arrangement g
    WHERE g.state = 'in_force' AND g.starts_on <= %(counted_day)s
      AND (g.ends_on IS NULL OR g.ends_on > %(counted_day)s)
    GROUP BY g.account_id
), told AS (
    -- What was settled or taken back before it arrived had not to be told any more.
    SELECT n.account_id, count(*) AS notices,
           count(*) FILTER (WHERE n.reach IN ('delivered', 'seen')) AS in_time
    FROM notifications_notice n
    WHERE n.planned_at >= %(notices_from)s AND n.planned_at < %(notices_until)s
      AND n.kind <> 'test_message' AND (n.reach <> 'ended' OR n.reason = 'expired')
    GROUP BY n.account_id
)
INSERT INTO notifications_reachcount (
    day_id, unit_id, ward, age, accounts, reachable, inbox, push, zalo, email, sms, untold,
    sms_agreed, auto_debit, relative, notices, in_time
)
SELECT o.day, a.unit_id, a.ward, {age}, count(*),
       count(*) FILTER (WHERE r.any), count(*) FILTER (WHERE r.inbox),
       count(*) FILTER (WHERE r.push), count(*) FILTER (WHERE r.zalo),
       count(*) FILTER (WHERE r.email), count(*) FILTER (WHERE r.sms),
       count(*) FILTER (WHERE r.account_id IS NULL),
       count(*) FILTER (WHERE g.sms_agreed), count(*) FILTER (WHERE g.auto_debit),
       count(*) FILTER (WHERE g.relative),
       coalesce(sum(t.notices), 0)::int, coalesce(sum(t.in_time), 0)::int
FROM opened o
CROSS JOIN undecided u
JOIN customers_account a ON a.id = u.account_id
LEFT JOIN reach r ON r.account_id = a.id
LEFT JOIN arranged g ON g.account_id = a.id
LEFT JOIN told t ON t.account_id = a.id
GROUP BY 1, 2, 3, 4
RETURNING 1;
