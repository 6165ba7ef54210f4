-- Grain: one dispatch for each notice of the run, channel and address, and one decision a notice;
-- notices that nothing can reach go to the call list. Where each goes: decide_dispatches.sql.
-- Safe to rerun: only notices without any dispatch are looked at.
WITH undecided AS MATERIALIZED (
    {notices}
), decided AS MATERIALIZED (
    {decided}
), several AS (
    SELECT channel, address, recipient
    FROM decided
    WHERE status = 'queued' AND channel = ANY(%(digesting)s::text[])
    GROUP BY channel, address, recipient
    HAVING count(*) > 1
), quiet AS MATERIALIZED (
    -- When each notice's quiet hours end; most have the company's, which are worked out once. What
    -- would be useless by then goes at once, unless it is only advice.
    SELECT u.id AS notice_id, u.expires_at,
           CASE WHEN hours.until < u.expires_at OR %(consented)s THEN hours.until END AS until
    FROM undecided u
    LEFT JOIN notifications_ownquiethours w ON w.account_id = u.account_id
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN NOT %(keeps_quiet_hours)s THEN NULL
            WHEN w.id IS NULL
                THEN notifications_quiet_until(%(at)s, %(quiet_begins)s, %(quiet_ends)s)
            ELSE notifications_quiet_until(%(at)s, w.begins, w.ends)
        END AS until
        OFFSET 0
    ) hours
), timed AS MATERIALIZED (
    SELECT d.*, hours.until, coalesce(hours.until, CASE
        -- Several to one address wait for more; a single one never does.
        WHEN d.status = 'queued' AND d.channel = ANY(%(digesting)s::text[])
            AND %(at)s + %(digest_within)s::interval < q.expires_at
            AND ((d.channel, d.address, d.recipient) IN (SELECT s.* FROM several s) OR EXISTS (
                SELECT FROM notifications_dispatch o
                JOIN notifications_notice m ON m.id = o.notice_id
                WHERE o.status = 'queued' AND o.channel = 'email' AND o.channel = d.channel
                  AND o.address = d.address AND o.recipient = d.recipient
                  AND m.kind = %(kind)s
            )) THEN %(at)s + %(digest_within)s::interval
    END, %(at)s) AS due_at
    FROM decided d
    JOIN quiet q ON q.notice_id = d.notice_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN d.status = 'queued' THEN q.until END AS until OFFSET 0
    ) hours
), written AS (
    INSERT INTO notifications_dispatch (
        notice_id, channel, address, recipient, contact_id, step, reference, status, reason,
        priority, due_at, quiet_until, silent_at, tries, crashes, provider_ref, price, accepted_at
    )
    SELECT notice_id, channel, address, recipient, contact_id, step, gen_random_uuid(), status,
           reason, %(priority)s, due_at, until,
           CASE WHEN is_timed THEN due_at + %(confirm_within)s END,
           0, 0, '', coalesce((%(prices)s ->> channel)::int, 0),
           CASE WHEN status = 'accepted' THEN %(at)s END
    FROM timed
    ON CONFLICT DO NOTHING
    RETURNING 1
), cut_over AS MATERIALIZED (
    {cut_overs}
), left_out AS (
    -- Contacts that were no channel, with the first thing that kept them from being one.
    SELECT u.id AS notice_id, c.id AS contact, s.channel, CASE
        WHEN c.owner = 'relative' AND same.address IS NOT NULL THEN 'same_address'
        -- It would have been told by SMS, had the company not been cut over.
        WHEN c.owner = 'holder' AND c.kind = 'phone' AND c.suspended_at IS NULL
            AND v.id IS NOT NULL AND %(kind)s = ANY(%(bills)s)
            AND 'sms' = ANY(%(channels)s) AND NOT 'sms' = ANY(u.off)
            AND (%(statutory)s OR NOT EXISTS (
                SELECT FROM notifications_preference w
                WHERE w.account_id = u.account_id AND w.kind = %(kind)s
                  AND w.channel = 'sms' AND NOT w.wanted
            )) THEN 'cut_over'
        WHEN c.owner = 'relative' OR c.kind = 'phone' THEN 'no_agreement'
        WHEN NOT c.kind = ANY(%(channels)s) OR c.kind = ANY(u.off) THEN 'not_offered'
        ELSE 'same_address'
    END AS why
    FROM undecided u
    JOIN customers_account a ON a.id = u.account_id
    JOIN customers_contactpoint c ON c.account_id = u.account_id
    LEFT JOIN cut_over v ON v.unit_id = a.unit_id
    CROSS JOIN LATERAL (
        SELECT CASE c.kind WHEN 'phone' THEN 'sms' ELSE c.kind END AS channel,
               CASE c.kind WHEN 'phone' THEN 'zalo' ELSE c.kind END AS tried
    ) s
    LEFT JOIN decided t ON t.notice_id = u.id AND t.contact_id = c.id
    LEFT JOIN (SELECT DISTINCT notice_id, channel, address FROM decided) same
        ON same.notice_id = u.id AND same.address = c.value AND same.channel = s.tried
    WHERE t.notice_id IS NULL
), shared AS (
    -- Linked people whose own address is told already, in another's name.
    SELECT d.notice_id, jsonb_agg(DISTINCT jsonb_build_object(
        'link', p.link_id, 'channel', p.channel, 'why', 'same_address'
    )) AS people
    FROM undecided u
    JOIN (
        {people}
    ) p ON p.account_id = u.account_id AND p.kind = %(kind)s
    JOIN decided d ON d.notice_id = u.id AND d.recipient <> 'linked'
        AND d.channel <> 'inbox' AND lower(d.address) = lower(p.address)
    GROUP BY d.notice_id
), traced AS (
    INSERT INTO notifications_decision (
        notice_id, decided_at, policy_version, cutover_id, left_out
    )
    SELECT u.id, %(at)s, %(version)s, CASE WHEN %(kind)s = ANY(%(bills)s) THEN v.id END, coalesce(
        jsonb_agg(
            jsonb_build_object('contact', l.contact, 'channel', l.channel, 'why', l.why)
            ORDER BY l.contact
        ) FILTER (WHERE l.contact IS NOT NULL),
        '[]'::jsonb
    ) || coalesce(s.people, '[]'::jsonb)
    FROM undecided u
    LEFT JOIN left_out l ON l.notice_id = u.id
    LEFT JOIN shared s ON s.notice_id = u.id
    JOIN customers_account a ON a.id = u.account_id
    LEFT JOIN cut_over v ON v.unit_id = a.unit_id
    GROUP BY u.id, s.people, v.id
    ON CONFLICT DO NOTHING
), lost AS (
    UPDATE notifications_notice n SET
        reach = CASE WHEN f.is_unwanted THEN 'ended' ELSE 'unreachable' END,
        reason = CASE WHEN f.is_unwanted THEN 'no_consent' ELSE 'no_channel' END
    FROM (
        SELECT notice_id AS id, bool_or(reason = 'no_consent') AS is_unwanted
        FROM decided
        -- Who is told beside the holder is nobody's way to them.
        WHERE recipient <> 'linked'
        GROUP BY notice_id
        HAVING NOT bool_or(is_timed OR status IN ('queued', 'held'))
    ) f
    WHERE n.id = f.id
    RETURNING 1
)
SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM lost);
