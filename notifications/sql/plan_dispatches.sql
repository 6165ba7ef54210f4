-- Grain: one dispatch for each notice of the run, channel and address; notices that nothing can
-- reach go to the call list. Where each goes: decide_dispatches.sql.
-- Safe to rerun: only notices without any dispatch are looked at.
WITH undecided AS MATERIALIZED (
    {notices}
), decided AS MATERIALIZED (
    {decided}
), written AS (
    INSERT INTO notifications_dispatch (
        notice_id, channel, address, recipient, contact_id, step, reference, status, reason,
        priority, due_at, silent_at, tries, crashes, provider_ref, price, accepted_at
    )
    SELECT notice_id, channel, address, recipient, contact_id, step, gen_random_uuid(), status,
           reason, %(priority)s, %(at)s, CASE WHEN is_timed THEN %(at)s + %(confirm_within)s END,
           0, 0, '', 0, CASE WHEN channel = 'inbox' THEN %(at)s END
    FROM decided
    ON CONFLICT DO NOTHING
    RETURNING 1
), lost AS (
    UPDATE notifications_notice n SET reach = 'unreachable', reason = 'no_channel'
    FROM undecided f
    WHERE n.id = f.id AND NOT EXISTS (
        SELECT FROM decided d
        WHERE d.notice_id = f.id AND (d.is_timed OR d.status IN ('queued', 'held'))
    )
    RETURNING 1
)
SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM lost);
