-- Grain: one dispatch that this sender took: why it may not go (now, or any more), empty where it may.
-- Safe to rerun: it changes nothing.
SELECT d.id, t.link_id, t.in_full, quiet.until AS quiet_until,
    n.kind, d.address, d.recipient,
    -- What was refused together with others is asked for by itself.
    %(digests)s AND p.digest_within IS NOT NULL AND NOT EXISTS (
        SELECT FROM notifications_attempt a
        WHERE a.dispatch_id = d.id AND a.outcome = 'undeliverable'
    ) AS gathers,
    -- Nobody waits for the receipt of who is told beside the holder.
    CASE WHEN d.recipient <> 'linked' THEN p.confirm_within END AS confirm_within,
    CASE
        -- One kind or one run is stopped: the others do not wait behind it.
        WHEN EXISTS (
            SELECT FROM notifications_halt h
            WHERE (h.ended_at IS NULL OR h.way = 'cancel' AND h.closed_at IS NULL)
              AND (h.kind = n.kind OR h.run_id = n.run_id)
        ) THEN 'halted'
        WHEN r.stopped_at IS NOT NULL OR m.stopped_at IS NOT NULL THEN 'stopped'
        WHEN n.expires_at <= %(at)s THEN 'expired'
        -- That a stop of supply does not take place is told whatever was paid since, but not
        -- once another one is planned for the same bill.
        WHEN off.is_off AND EXISTS (
            SELECT FROM billing_supplystop newer
            WHERE newer.bill_id = st.bill_id AND newer.state = 'planned'
        ) THEN 'superseded'
        WHEN NOT off.is_off AND n.kind = ANY(%(payable)s) AND b.paid_at IS NOT NULL
            THEN 'settled'
        WHEN NOT off.is_off AND st.state = 'called_off' THEN 'called_off'
        -- The guard of stops of supply judges once more.
        WHEN n.kind = 'disconnection' AND NOT off.is_off AND NOT EXISTS (
            SELECT FROM (
                {guard}
            ) g
            WHERE g.id = n.stop_id AND g.against <@ g.allowed
        ) THEN 'guarded'
        -- The outage is over, withdrawn, or at other hours than this would say.
        WHEN EXISTS (
            SELECT FROM notifications_announcement newer
            WHERE newer.outage_id = said.outage_id AND newer.revision > said.revision
        ) OR EXISTS (
            SELECT FROM customers_readingdaychange newer
            WHERE newer.account_id = n.account_id AND newer.id > n.reading_change_id
        ) THEN 'superseded'
        WHEN EXISTS (
            SELECT FROM customers_contactcheck k
            WHERE k.id = n.contact_check_id AND k.answer <> ''
        ) THEN 'answered'
        WHEN p.consent <> '' AND NOT EXISTS (
            SELECT FROM customers_consent y
            WHERE y.account_id = n.account_id AND y.purpose = p.consent
              AND y.withdrawn_at IS NULL
        ) THEN 'no_consent'
        -- A linked person: their link, its dates and rights, their wish and their address.
        WHEN d.recipient = 'linked' AND (
            t.link_id IS NULL OR p.everywhere OR p.consent <> ''
        ) THEN 'no_right'
        WHEN d.recipient = 'linked' AND (
            coalesce(b.starts_on, (
                coalesce(said.starts_at, n.planned_at) AT TIME ZONE {zone}
            )::date) < t.moved_in_on
            OR coalesce(b.ends_before - 1, (
                coalesce(said.starts_at, n.planned_at) AT TIME ZONE {zone}
            )::date) >= t.moved_out_on
        ) THEN 'not_their_days'
        -- Whoever set the threshold took it off, or sees the address no more.
        WHEN n.passing_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM notifications_usethreshold h
            JOIN customers_accountlink l ON l.id = h.link_id
            WHERE h.link_id = pa.link_id
              AND l.rights @> %(needed)s::varchar[]
              AND {customers.link_holds}
        ) THEN 'no_consent'
        WHEN d.recipient <> 'linked' AND NOT p.everywhere AND EXISTS (
            SELECT FROM notifications_dispatch other
            WHERE other.notice_id = d.notice_id AND other.recipient = d.recipient
              AND other.status IN ('delivered', 'seen')
        ) THEN 'reached'
        WHEN d.channel NOT IN ('inbox', 'push') AND d.recipient <> 'linked'
            AND c.value IS DISTINCT FROM d.address THEN 'contact_changed'
        -- A browser is told while it is theirs who live there: see decide_dispatches.sql.
        WHEN d.channel = 'push' AND NOT EXISTS (
            SELECT FROM notifications_pushdevice v
            JOIN customers_user u ON u.id = v.user_id
            JOIN customers_accountlink l ON l.user_id = u.id
            WHERE v.key = d.address AND v.retired_at IS NULL AND u.is_active
              AND l.account_id = n.account_id
              AND (l.role = 'holder' OR l.role = 'household' AND NOT p.everywhere
                   OR l.id = pa.link_id)
              AND (pa.link_id IS NULL OR l.id = pa.link_id)
              AND (l.moved_in_on IS NULL OR l.moved_in_on <= %(day)s)
              AND {customers.link_holds}
        ) THEN 'contact_changed'
        WHEN c.suspended_at IS NOT NULL AND NOT (
            n.kind = 'security' AND c.suspended_why = ANY(%(replaced)s)
            AND c.suspended_at > %(replaced_since)s
        ) AND NOT last_word.is_told THEN 'suspended'
        -- Who moved out hears nothing of later days. A holder does until the contract is over
        -- or somebody else's: the bill is still theirs.
        WHEN EXISTS (
            SELECT FROM customers_accountlink l
            JOIN customers_user u ON u.id = l.user_id
            JOIN customers_account a ON a.id = l.account_id
            WHERE l.account_id = n.account_id AND l.moved_out_on IS NOT NULL
              AND (c.value = u.email OR c.value = u.phone AND u.phone_verified_at IS NOT NULL)
              AND (
                  b.ends_before > l.moved_out_on
                  OR (said.starts_at AT TIME ZONE {zone})::date >= l.moved_out_on
                  OR n.kind IN ('service_fee', 'reading_schedule', 'unusual_use')
                  AND (n.planned_at AT TIME ZONE {zone})::date >= l.moved_out_on
              )
              AND (
                  l.role <> 'holder' OR a.ends_on <= l.moved_out_on OR EXISTS (
                      SELECT FROM customers_accountlink h
                      WHERE h.account_id = l.account_id AND h.role = 'holder'
                        AND h.state <> 'ended' AND h.moved_out_on IS NULL
                  )
              )
        ) THEN 'moved_out'
        WHEN d.recipient = 'relative' AND NOT EXISTS (
            SELECT FROM customers_arrangement g
            JOIN customers_relativecontact rc ON rc.arrangement_ptr_id = g.id
            WHERE rc.contact_id = d.contact_id AND g.account_id = n.account_id
              AND (g.state = 'in_force'
                   OR g.state = 'expired' AND p.legal_class = 'statutory')
              AND g.starts_on <= %(day)s
              AND (g.ends_on IS NULL OR g.ends_on > %(day)s)
        ) THEN 'no_agreement'
        WHEN d.channel = 'sms' AND NOT last_word.is_told AND NOT EXISTS (
            SELECT FROM customers_arrangement g
            JOIN customers_smsretention s ON s.arrangement_ptr_id = g.id
            WHERE s.contact_id = d.contact_id AND g.account_id = n.account_id
              AND g.state IN ('in_force', 'expired') AND g.starts_on <= %(day)s
              AND (g.ends_on IS NULL OR g.ends_on > %(day)s)
        ) AND NOT (
            -- Bills also to the phones of contracts, until the company's cut-over.
            n.kind = ANY(%(bills)s) AND d.recipient = 'holder' AND EXISTS (
                SELECT FROM customers_account a
                JOIN (
                    {by_sms}
                ) still ON still.unit_id = a.unit_id
                WHERE a.id = n.account_id
            )
        ) THEN CASE
            WHEN n.kind = ANY(%(bills)s) AND EXISTS (
                SELECT FROM customers_account a
                JOIN (
                    {cut_overs}
                ) past ON past.unit_id = a.unit_id
                WHERE a.id = n.account_id
            ) THEN 'cut_over'
            ELSE 'no_agreement'
        END
        WHEN d.recipient = 'holder' AND d.reason <> 'kept' AND NOT p.everywhere AND EXISTS (
            SELECT FROM notifications_preference wish
            WHERE wish.account_id = n.account_id AND wish.kind = n.kind
              AND wish.channel = d.channel AND NOT wish.wanted
        ) AND (p.legal_class <> 'statutory' OR EXISTS (
            -- Somewhere else is still open, so the law is kept without this one.
            SELECT FROM notifications_dispatch other
            WHERE other.notice_id = d.notice_id AND other.id <> d.id AND other.channel <> 'inbox'
              AND other.recipient <> 'linked'
              AND other.status IN ('held', 'queued', 'sending', 'accepted')
        )) THEN 'not_wanted'
        WHEN n.kind = ANY(s.stopped_kinds) THEN 'stopped_words'
        -- The provider may have forgotten our reference: a repetition would be a copy.
        WHEN EXISTS (
            SELECT FROM notifications_attempt a
            WHERE a.dispatch_id = d.id AND a.outcome IN ('doubtful', 'lost')
              AND (
                  a.started_at < %(doubts_since)s
                  -- Nor does another provider know what the one before was asked.
                  OR d.channel = 'sms' AND a.outcome = 'doubtful' AND NOT %(deduplicates)s
              )
        ) THEN 'doubtful'
        -- Last of all: what may not go at all does not wait for the morning. What would be
        -- useless by then goes at once, unless it is only advice.
        WHEN quiet.until < n.expires_at OR quiet.until IS NOT NULL AND p.consent <> ''
            THEN 'quiet'
        ELSE ''
    END AS hindrance
FROM notifications_dispatch d
JOIN notifications_notice n ON n.id = d.notice_id
JOIN notifications_run r ON r.id = n.run_id
LEFT JOIN notifications_campaign m ON m.id = n.campaign_id
LEFT JOIN notifications_thresholdpassing pa ON pa.id = n.passing_id
JOIN notifications_kindpolicy p ON p.kind = n.kind
JOIN notifications_channelstate s ON s.channel = d.channel
LEFT JOIN billing_supplystop st ON st.id = n.stop_id
LEFT JOIN billing_payment paid ON paid.id = n.payment_id
LEFT JOIN billing_bill b ON b.id = coalesce(n.bill_id, st.bill_id, paid.bill_id)
LEFT JOIN notifications_announcement said ON said.id = n.announcement_id
LEFT JOIN customers_contactpoint c ON c.id = d.contact_id
LEFT JOIN customers_accountevent e ON e.id = n.event_id
LEFT JOIN notifications_ownquiethours own ON own.account_id = n.account_id
LEFT JOIN LATERAL (
    SELECT * FROM (
        {people}
    ) one
    WHERE one.account_id = n.account_id AND one.kind = n.kind AND one.channel = d.channel
      AND one.address = d.address
) t ON d.recipient = 'linked'
CROSS JOIN LATERAL (
    SELECT n.stop_id IS NOT NULL AND n.subject = 'stop-' || n.stop_id || '-off' AS is_off
) off
-- Told once that it is told no more: see decide_dispatches.sql.
CROSS JOIN LATERAL (
    SELECT coalesce(
        e.kind = 'contact_disowned' AND c.suspended_why = 'not_mine' AND c.suspended_at = e.at,
        false
    ) AS is_told
) last_word
CROSS JOIN LATERAL (
    SELECT CASE WHEN p.keeps_quiet_hours AND d.channel <> 'inbox' THEN
        notifications_quiet_until(
            %(at)s, coalesce(own.begins, %(quiet_begins)s), coalesce(own.ends, %(quiet_ends)s)
        )
    END AS until
) quiet
WHERE d.id = ANY(%(taken)s)
