-- Grain: one of the given notices. Given with what is asked of them, so that the database knows how many
-- they are: of rows written a moment ago it has no statistics, takes a run for one row, and would
-- go through the whole round again for each. Safe to rerun: it only reads.
-- A threshold of use is told to whoever set it: by the contract's contacts only where that is the
-- holder. The other kinds do not look.
SELECT given.id, given.account_id, given.expires_at, CASE
    WHEN %(kind)s = 'use_threshold' AND EXISTS (
        SELECT FROM notifications_notice n
        JOIN notifications_thresholdpassing t ON t.id = n.passing_id
        JOIN customers_accountlink l ON l.id = t.link_id
        WHERE n.id = given.id AND l.role <> 'holder'
    ) THEN ARRAY['zalo', 'email', 'sms']
    ELSE '{}'::text[]
END AS off
FROM unnest(
    %(notices)s::bigint[], %(accounts)s::bigint[], %(expiries)s::timestamptz[]
) AS given(id, account_id, expires_at)
