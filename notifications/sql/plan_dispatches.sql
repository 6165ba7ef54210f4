-- Grain: one dispatch for each notice of the run, channel and address; notices that nothing can
-- reach go to the call list. Who is told where: docs/notices.md.
-- Safe to rerun: only notices without any dispatch are looked at.
WITH fresh AS MATERIALIZED (
    SELECT n.id, n.account_id, a.number,
           a.has_app OR EXISTS (
               SELECT FROM customers_accountlink l
               WHERE l.account_id = a.id AND l.state = 'active'
                 AND (l.ends_at IS NULL OR l.ends_at > %(at)s)
                 AND (l.moved_out_on IS NULL OR l.moved_out_on > %(day)s)
           ) AS has_reader
    FROM notifications_notice n
    JOIN customers_account a ON a.id = n.account_id
    WHERE n.run_id = %(run)s
      AND NOT EXISTS (SELECT FROM notifications_dispatch d WHERE d.notice_id = n.id)
), in_force AS (
    SELECT g.id, g.account_id, g.kind
    FROM customers_arrangement g
    WHERE g.state = 'in_force' AND g.starts_on <= %(day)s
      AND (g.ends_on IS NULL OR g.ends_on > %(day)s)
), contacts AS (
    SELECT f.id AS notice_id, f.account_id, 'holder' AS recipient, c.kind AS channel, c.id
    FROM fresh f
    JOIN customers_contactpoint c ON c.account_id = f.account_id
    WHERE c.owner = 'holder' AND c.kind IN ('zalo', 'email')
    UNION ALL
    SELECT f.id, f.account_id, 'holder', 'sms', s.contact_id
    FROM fresh f
    JOIN in_force g ON g.account_id = f.account_id AND g.kind = 'sms_retention'
    JOIN customers_smsretention s ON s.arrangement_ptr_id = g.id
    UNION ALL
    -- A relative's phone is told by Zalo: SMS needs an agreement of its own.
    SELECT f.id, f.account_id, 'relative',
           CASE c.kind WHEN 'email' THEN 'email' ELSE 'zalo' END, c.id
    FROM fresh f
    JOIN in_force g ON g.account_id = f.account_id AND g.kind = 'relative_contact'
    JOIN customers_relativecontact r ON r.arrangement_ptr_id = g.id
    JOIN customers_contactpoint c ON c.id = r.contact_id
    WHERE NOT %(everywhere)s
), candidates AS (
    -- One address is told once, in the holder's name where it is both.
    SELECT DISTINCT ON (k.notice_id, k.channel, c.value)
        k.notice_id, k.recipient, k.channel, c.id AS contact_id, c.value AS address,
        array_position(%(channels)s::text[], k.channel) AS place,
        c.verified_at IS NULL AS unverified,
        CASE
            -- Whoever was replaced just now may be the rightful one: they hear of changes of access.
            WHEN c.suspended_at IS NOT NULL AND NOT (
                %(kind)s = 'security' AND c.suspended_why = ANY(%(replaced)s)
                AND c.suspended_at > %(replaced_since)s
            ) THEN 'suspended'
            WHEN k.recipient = 'holder' AND NOT %(everywhere)s AND EXISTS (
                SELECT FROM notifications_preference p
                WHERE p.account_id = k.account_id AND p.kind = %(kind)s
                  AND p.channel = k.channel AND NOT p.wanted
            ) THEN 'not_wanted'
            ELSE ''
        END AS hindrance
    FROM contacts k
    JOIN customers_contactpoint c ON c.id = k.id
    WHERE k.channel = ANY(%(channels)s)
    ORDER BY k.notice_id, k.channel, c.value, k.recipient
), weighed AS (
    SELECT *,
        -- The law asks for one channel that works, whatever was switched off.
        %(statutory)s AND hindrance = 'not_wanted'
            AND count(*) FILTER (WHERE hindrance = '') OVER (PARTITION BY notice_id) = 0
            AND row_number() OVER (
                PARTITION BY notice_id, hindrance ORDER BY place, unverified, contact_id
            ) = 1 AS kept
    FROM candidates
), ranked AS (
    SELECT *,
        row_number() OVER chain AS step,
        row_number() OVER (
            PARTITION BY notice_id, recipient, hindrance = '' OR kept
            ORDER BY place, unverified, contact_id
        ) = 1 AS is_first
    FROM weighed
    WINDOW chain AS (PARTITION BY notice_id, recipient ORDER BY place, unverified, contact_id)
), decided AS MATERIALIZED (
    SELECT f.id AS notice_id, 'inbox' AS channel, f.number AS address, 'holder' AS recipient,
           NULL::bigint AS contact_id, 0 AS step, 'accepted' AS status, '' AS reason,
           -- Silence of an inbox that nobody opens says nothing.
           f.has_reader AS is_timed
    FROM fresh f
    UNION ALL
    SELECT r.notice_id, r.channel, r.address, r.recipient, r.contact_id, r.step,
           CASE
               WHEN r.hindrance <> '' AND NOT r.kept THEN 'suppressed'
               WHEN r.kept AND f.has_reader THEN 'held'
               WHEN r.is_first OR %(everywhere)s THEN 'queued'
               ELSE 'held'
           END,
           CASE WHEN r.kept THEN 'kept' ELSE r.hindrance END,
           (r.is_first OR %(everywhere)s)
               AND (r.hindrance = '' OR r.kept AND NOT f.has_reader)
    FROM ranked r
    JOIN fresh f ON f.id = r.notice_id
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
    FROM fresh f
    WHERE n.id = f.id AND NOT EXISTS (
        SELECT FROM decided d
        WHERE d.notice_id = f.id AND (d.is_timed OR d.status IN ('queued', 'held'))
    )
    RETURNING 1
)
SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM lost);
