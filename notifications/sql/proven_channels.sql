-- Grain: one account and channel that stands for its bills, and whether it is proven: the planner's own
-- statement would use it today, and it confirmed a notice to the account lately (proven_since). The
-- one home of "proven". A part of other statements: "undecided" is theirs, with accounts for notices.
-- Safe to rerun: it only reads.
SELECT s.account_id, s.channel, c.channel IS NOT NULL AS is_proven
FROM (
    SELECT DISTINCT d.notice_id AS account_id, d.channel
    FROM (
        {decided}
    ) d
    -- Who is told beside the holder is nobody's way to them.
    WHERE d.recipient <> 'linked'
      AND (d.status IN ('queued', 'held') OR d.channel = 'inbox' AND d.is_timed)
) s
LEFT JOIN (
    SELECT DISTINCT n.account_id, n.reached_by AS channel
    FROM undecided u
    JOIN notifications_notice n ON n.account_id = u.account_id
    WHERE n.reach IN ('delivered', 'seen')
      AND n.planned_at >= %(proven_since)s AND n.planned_at < %(at)s
) c ON c.account_id = s.account_id AND c.channel = s.channel
