-- Grain: one dispatch for each undecided notice, channel and address: where each would go, and why.
-- Who is told where: docs/notices.md. A part of other statements, so that whoever plans and whoever
-- only asks what a plan would be ask the same: "undecided" is theirs, with the notices (id,
-- account_id) and channels that are switched off for a notice whatever its account has (off).
-- Safe to rerun: it only reads.
WITH fresh AS MATERIALIZED (
    SELECT u.id, u.account_id, u.off, a.number, a.unit_id,
           -- Withdrawn since the notice was planned: then not even the inbox.
           %(consent)s = '' OR EXISTS (
               SELECT FROM customers_consent y
               WHERE y.account_id = a.id AND y.purpose = %(consent)s AND y.withdrawn_at IS NULL
           ) AS has_consent,
           a.has_app OR EXISTS (
               SELECT FROM customers_accountlink l
               WHERE l.account_id = a.id AND {customers.link_holds}
           ) AS has_reader
    FROM undecided u
    JOIN customers_account a ON a.id = u.account_id
), in_force AS (
    SELECT g.id, g.account_id, g.kind
    FROM customers_arrangement g
    WHERE g.starts_on <= %(day)s AND (g.ends_on IS NULL OR g.ends_on > %(day)s)
      -- Not confirmed in time: until a person has settled it, SMS goes on, since nobody may be left
      -- without it, and a relative gets what the law requires.
      AND (g.state = 'in_force' OR g.state = 'expired'
           AND (g.kind = 'sms_retention' OR %(statutory)s))
), last_words AS (
    -- What was said to be somebody else's is told so once, with the number to call if it is wrong.
    SELECT f.id AS notice_id, c.id AS contact_id
    FROM fresh f
    JOIN notifications_notice n ON n.id = f.id
    JOIN customers_accountevent e ON e.id = n.event_id AND e.kind = 'contact_disowned'
    JOIN customers_contactpoint c ON c.account_id = e.account_id
        AND c.suspended_why = 'not_mine' AND c.suspended_at = e.at
    WHERE %(kind)s = 'security'
), contacts AS (
    SELECT f.id AS notice_id, f.account_id, f.off, 'holder' AS recipient, c.kind AS channel,
           c.id
    FROM fresh f
    JOIN customers_contactpoint c ON c.account_id = f.account_id
    WHERE c.owner = 'holder' AND c.kind IN ('zalo', 'email')
    UNION ALL
    SELECT f.id, f.account_id, f.off, 'holder', 'sms', s.contact_id
    FROM fresh f
    JOIN in_force g ON g.account_id = f.account_id AND g.kind = 'sms_retention'
    JOIN customers_smsretention s ON s.arrangement_ptr_id = g.id
    UNION ALL
    SELECT f.id, f.account_id, f.off, 'holder', 'sms', c.id
    FROM fresh f
    JOIN last_words w ON w.notice_id = f.id
    JOIN customers_contactpoint c ON c.id = w.contact_id
    WHERE c.owner = 'holder' AND c.kind = 'phone'
    UNION ALL
    -- Bills of a company that was not cut over yet; a number that was agreed on comes in its place.
    SELECT f.id, f.account_id, f.off, 'holder', 'sms', c.id
    FROM fresh f
    JOIN customers_contactpoint c ON c.account_id = f.account_id
    WHERE %(kind)s = ANY(%(bills)s) AND c.owner = 'holder' AND c.kind = 'phone'
      AND f.unit_id IN (
          {by_sms}
      )
      AND NOT EXISTS (
          SELECT FROM in_force g
          WHERE g.account_id = f.account_id AND g.kind = 'sms_retention'
      )
    UNION ALL
    -- A relative's phone is told by Zalo: SMS needs an agreement of its own.
    SELECT f.id, f.account_id, f.off, 'relative',
           CASE c.kind WHEN 'email' THEN 'email' ELSE 'zalo' END, c.id
    FROM fresh f
    JOIN in_force g ON g.account_id = f.account_id AND g.kind = 'relative_contact'
    JOIN customers_relativecontact r ON r.arrangement_ptr_id = g.id
    JOIN customers_contactpoint c ON c.id = r.contact_id
    WHERE NOT %(everywhere)s AND %(kind)s NOT IN ('use_threshold', 'unusual_use', 'contact_check')
), unanswered AS MATERIALIZED (
    -- Asked whether it is still theirs, and silent beyond the last day to answer: only what the law
    -- requires goes there, and the question itself. No change of access: its code stops a login.
    SELECT k.account_id, c.value
    FROM customers_contactcheck k
    JOIN customers_contactpoint c ON c.id = k.contact_id
    WHERE k.answer = '' AND k.due_on < %(day)s
      AND coalesce(greatest(c.verified_at, c.confirmed_at) <= k.proven_at, true)
      AND (NOT %(statutory)s OR %(kind)s = 'security') AND %(kind)s <> 'contact_check'
), candidates AS (
    -- One address is told once, in the holder's name where it is both.
    (SELECT DISTINCT ON (k.notice_id, k.channel, c.value)
        k.notice_id, k.recipient, k.channel, c.id AS contact_id, c.value AS address,
        array_position(%(channels)s::text[], k.channel) AS place,
        -- What was proven long ago counts as what was never proven.
        coalesce(greatest(c.verified_at, c.confirmed_at) <= %(proven_since)s, true) AS unverified,
        CASE
            -- Whoever was replaced just now may be the rightful one: they hear of changes of access.
            WHEN c.suspended_at IS NOT NULL AND NOT (
                %(kind)s = 'security' AND c.suspended_why = ANY(%(replaced)s)
                AND c.suspended_at > %(replaced_since)s
            ) AND NOT EXISTS (
                SELECT FROM last_words w WHERE w.notice_id = k.notice_id AND w.contact_id = c.id
            ) THEN 'suspended'
            WHEN EXISTS (
                SELECT FROM unanswered w WHERE w.account_id = k.account_id AND w.value = c.value
            ) THEN 'not_confirmed'
            WHEN k.recipient = 'holder' AND NOT %(everywhere)s AND EXISTS (
                SELECT FROM notifications_preference p
                WHERE p.account_id = k.account_id AND p.kind = %(kind)s
                  AND p.channel = k.channel AND NOT p.wanted
            ) THEN 'not_wanted'
            ELSE ''
        END AS hindrance
    FROM contacts k
    JOIN customers_contactpoint c ON c.id = k.id
    WHERE k.channel = ANY(%(channels)s) AND NOT k.channel = ANY(k.off)
    ORDER BY k.notice_id, k.channel, c.value, k.recipient)
    UNION ALL
    -- Every browser of those who live there, together: it is one step, and costs nothing.
    SELECT f.id, 'holder', 'push', NULL, v.key, array_position(%(channels)s::text[], 'push'),
        false,
        CASE
            WHEN NOT %(everywhere)s AND EXISTS (
                SELECT FROM notifications_preference p
                WHERE p.account_id = f.account_id AND p.kind = %(kind)s
                  AND p.channel = 'push' AND NOT p.wanted
            ) THEN 'not_wanted'
            ELSE ''
        END
    FROM fresh f
    JOIN customers_accountlink l ON l.account_id = f.account_id
    JOIN customers_user u ON u.id = l.user_id
    JOIN notifications_pushdevice v ON v.user_id = u.id
    WHERE 'push' = ANY(%(channels)s) AND NOT 'push' = ANY(f.off)
      AND v.retired_at IS NULL AND u.is_active
      -- Changes of access are shown to the holder alone, some of them.
      AND (l.role = 'holder' OR l.role = 'household' AND NOT %(everywhere)s
           OR %(kind)s = 'use_threshold')
      -- By what a household's link opens, as in the inbox; unusual use tells of days.
      AND (l.role = 'holder' OR %(kind)s = 'use_threshold' OR 'notices' = ANY(l.rights))
      AND (%(kind)s <> 'unusual_use' OR 'days' = ANY(l.rights))
      -- A threshold of use is told to whoever set it, and to nobody else.
      AND (%(kind)s <> 'use_threshold' OR EXISTS (
          SELECT FROM notifications_notice n
          JOIN notifications_thresholdpassing t ON t.id = n.passing_id
          WHERE n.id = f.id AND t.link_id = l.id
      ))
      AND (l.moved_in_on IS NULL OR l.moved_in_on <= %(day)s)
      AND {customers.link_holds}
), linked AS (
    -- Beside the chains, each at once: who chose to be told at an address of their own. One that
    -- the contract or an arrangement has as well is told in their name, on whatever channel.
    SELECT f.id AS notice_id, p.channel, p.address
    FROM fresh f
    JOIN (
        {people}
    ) p ON p.account_id = f.account_id AND p.kind = %(kind)s
    WHERE p.channel = ANY(%(channels)s) AND CASE
        -- A threshold of use is told to whoever set it.
        WHEN %(kind)s = 'use_threshold' THEN EXISTS (
            SELECT FROM notifications_notice n
            JOIN notifications_thresholdpassing t ON t.id = n.passing_id
            WHERE n.id = f.id AND t.link_id = p.link_id
        )
        ELSE NOT p.channel = ANY(f.off)
    END
      -- A consent is the holder's; changes of access go to who has a say in them.
      AND %(consent)s = '' AND NOT %(everywhere)s AND %(kind)s <> 'contact_check'
      AND NOT EXISTS (
          SELECT FROM candidates c
          WHERE c.notice_id = f.id AND lower(c.address) = lower(p.address)
      )
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
        rank() OVER chain AS step,
        rank() OVER (
            PARTITION BY notice_id, recipient, hindrance = '' OR kept
            ORDER BY place, unverified, contact_id
        ) = 1 AS is_first
    FROM weighed
    WINDOW chain AS (PARTITION BY notice_id, recipient ORDER BY place, unverified, contact_id)
)
SELECT f.id AS notice_id, 'inbox' AS channel, f.number AS address, 'holder' AS recipient,
       NULL::bigint AS contact_id, 0 AS step,
       CASE WHEN f.has_consent THEN 'accepted' ELSE 'cancelled' END AS status,
       CASE WHEN f.has_consent THEN '' ELSE 'no_consent' END AS reason,
       -- Silence of an inbox that nobody opens says nothing.
       f.has_reader AND f.has_consent AS is_timed
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
WHERE f.has_consent
UNION ALL
SELECT notice_id, channel, address, 'linked', NULL, 1, 'queued', 'own_choice', false
FROM linked
