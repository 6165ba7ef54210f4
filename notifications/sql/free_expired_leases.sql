-- Grain: one dispatch whose sender died: a call that may have been taken, or not.
-- Safe to rerun: a freed dispatch is not "sending" any more.
WITH lost AS MATERIALIZED (
    SELECT d.id, d.tries,
        (SELECT count(*) FROM notifications_attempt a
         WHERE a.dispatch_id = d.id AND (a.outcome IN ('doubtful', 'lost') OR a.number = d.tries)
        ) AS possible_copies
    FROM notifications_dispatch d
    WHERE d.status = 'sending' AND d.lease_until <= clock_timestamp()
    ORDER BY d.id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), noted AS (
    UPDATE notifications_attempt a SET outcome = 'lost', ended_at = %(at)s
    FROM lost l
    WHERE a.dispatch_id = l.id AND a.number = l.tries AND a.outcome = ''
), judged AS (
    SELECT l.id, CASE WHEN d.recipient <> 'linked' THEN p.confirm_within END AS confirm_within,
        CASE
            WHEN NOT d.channel = ANY(%(deduplicating)s) AND l.possible_copies >= %(max_copies)s
                THEN 'unknown'
            WHEN d.crashes + 1 >= %(max_crashes)s THEN 'failed'
            ELSE 'queued'
        END AS status
    FROM lost l
    JOIN notifications_dispatch d ON d.id = l.id
    JOIN notifications_notice n ON n.id = d.notice_id
    JOIN notifications_kindpolicy p ON p.kind = n.kind
)
UPDATE notifications_dispatch d SET
    status = j.status,
    reason = CASE j.status
        WHEN 'unknown' THEN 'doubtful' WHEN 'failed' THEN 'quarantined' ELSE d.reason
    END,
    crashes = d.crashes + 1,
    lease_until = NULL,
    due_at = %(at)s,
    silent_at = CASE j.status
        WHEN 'unknown' THEN %(at)s + j.confirm_within WHEN 'failed' THEN NULL ELSE d.silent_at
    END
FROM judged j
WHERE d.id = j.id
RETURNING d.id, d.notice_id, d.status;
