-- Grain: one call that ended, with what becomes of its dispatch.
-- Safe to rerun: the try's number is the key; a sender that lost its lease changes nothing but what
-- is certain, that the provider took the message.
WITH result AS (
    SELECT * FROM unnest(
        %(ids)s::bigint[], %(numbers)s::int[], %(outcomes)s::text[], %(details)s::text[],
        %(statuses)s::text[], %(reasons)s::text[], %(due)s::timestamptz[],
        %(silent)s::timestamptz[], %(crashes)s::int[], %(refs)s::text[]
    ) AS r (id, number, outcome, detail, status, reason, due_at, silent_at, crashes, provider_ref)
), noted AS (
    UPDATE notifications_attempt a SET
        outcome = r.outcome, detail = r.detail, ended_at = %(at)s
    FROM result r
    WHERE a.dispatch_id = r.id AND a.number = r.number AND a.outcome IN ('', 'lost')
), held AS MATERIALIZED (
    SELECT d.id, d.status = 'sending' AND d.tries = r.number AS is_ours
    FROM notifications_dispatch d
    JOIN result r ON r.id = d.id
    ORDER BY d.id
    FOR UPDATE OF d
)
UPDATE notifications_dispatch d SET
    status = CASE
        WHEN h.is_ours THEN r.status
        WHEN d.status IN ('queued', 'unknown') THEN 'accepted'
        ELSE d.status
    END,
    reason = CASE
        WHEN h.is_ours AND r.reason <> '' THEN r.reason
        WHEN d.reason = 'doubtful' THEN ''
        ELSE d.reason
    END,
    due_at = CASE WHEN h.is_ours THEN coalesce(r.due_at, d.due_at) ELSE d.due_at END,
    -- A repetition has no more time than the first try: silence counts from its turn.
    silent_at = CASE
        WHEN h.is_ours AND r.status = 'queued' THEN d.silent_at
        WHEN h.is_ours OR d.status IN ('queued', 'unknown') THEN r.silent_at
        ELSE d.silent_at
    END,
    lease_until = CASE WHEN h.is_ours OR d.status <> 'sending' THEN NULL ELSE d.lease_until END,
    crashes = d.crashes + CASE WHEN h.is_ours THEN r.crashes ELSE 0 END,
    -- What could not be made was not in the message that the others went in.
    digest = CASE WHEN h.is_ours AND r.outcome = 'broken' THEN NULL ELSE d.digest END,
    provider_ref = CASE WHEN r.provider_ref <> '' THEN r.provider_ref ELSE d.provider_ref END,
    accepted_at = CASE
        WHEN r.status = 'accepted' THEN coalesce(d.accepted_at, %(at)s)
        ELSE d.accepted_at
    END
FROM result r
JOIN held h ON h.id = r.id
WHERE d.id = r.id AND (h.is_ours OR r.status = 'accepted')
RETURNING d.id, d.notice_id, d.status;
