-- Grain: one planned stop of supply, with everything that stands against telling of it (against),
-- whatever was allowed although (allowed), until when telling comes in time (useful_until), each
-- arrangement that protects, in the state it is in (protections), and each need that does (needs).
-- A part of other statements, so that planning, claiming and the desk judge alike.
-- Safe to rerun: it only reads.
SELECT s.id, b.account_id, s.cut_at,
    -- A yes to old payments is as old as they may be: whoever paid since is not cut by it.
    array_remove(array_remove(CASE
        WHEN s.overridden_at > %(at)s - make_interval(hours => t.payments_fresh_hours::int)
            THEN s.overridden_for::text[]
        ELSE array_remove(s.overridden_for::text[], 'stale_payments')
    END, 'arrangement'), 'need') AS allowed,
    s.cut_at - make_interval(hours => t.stop_hours_ahead::int) AS useful_until,
    array_remove(ARRAY[
        CASE WHEN b.paid_at IS NOT NULL THEN 'paid' END,
        CASE
            WHEN s.cut_at < %(at)s + make_interval(hours => t.stop_hours_ahead::int)
                THEN 'too_soon'
        END,
        CASE
            WHEN b.due_on >= %(day)s
                OR (s.cut_at AT TIME ZONE {zone})::date
                    < b.issued_on + t.stop_days_after::int
                THEN 'days'
        END,
        -- Told of the bill and of its being late, and so often as the terms ask: each notice
        -- arrived, or a provider was given it. What a browser shows or takes is no proof: it says so
        -- without anybody signed in. Who opens it there is found in the inbox.
        CASE
            WHEN NOT EXISTS (
                SELECT
                FROM notifications_notice e
                WHERE e.bill_id = b.id
                  AND e.kind IN ('bill_issued', 'payment_reminder', 'payment_overdue')
                  AND (EXISTS (
                      -- A person read it to them, and not the one who wants this stop.
                      SELECT FROM notifications_telling y
                      WHERE y.notice_id = e.id AND y.by_id IS DISTINCT FROM s.asked_by_id
                  ) OR EXISTS (
                      SELECT FROM notifications_dispatch d
                      WHERE d.notice_id = e.id AND d.recipient <> 'linked'
                        AND d.channel <> 'push' AND (
                          d.status IN ('delivered', 'seen') OR EXISTS (
                              SELECT FROM notifications_attempt x
                              WHERE x.dispatch_id = d.id
                                AND x.outcome IN ('accepted', 'undeliverable', 'doubtful')
                          )
                      )
                  ))
                HAVING count(*) >= t.stop_notices
                   AND bool_or(e.kind = 'payment_overdue')
            ) THEN 'notices'
        END,
        CASE
            WHEN NOT EXISTS (
                SELECT FROM billing_paymentfeed p
                WHERE p.unit_id = a.unit_id AND p.known_until
                    > %(at)s - make_interval(hours => t.payments_fresh_hours::int)
            ) THEN 'stale_payments'
        END,
        -- One that came up, or was decided on, after somebody allowed it although, was not allowed.
        CASE
            WHEN s.overridden_protections::text[] @> k.protections
                AND 'arrangement' = ANY(s.overridden_for) THEN NULL
            WHEN k.protections <> '{}' THEN 'arrangement'
        END,
        CASE
            WHEN s.overridden_protections::text[] @> h.needs
                AND 'need' = ANY(s.overridden_for) THEN NULL
            WHEN h.needs <> '{}' THEN 'need'
        END
    ], NULL) AS against, k.protections, h.needs
FROM billing_supplystop s
JOIN billing_bill b ON b.id = s.bill_id
JOIN customers_account a ON a.id = b.account_id
CROSS JOIN LATERAL (
    {terms}
) t
-- The bank pays, or the reading day moves; whatever else was asked waits for us. So does an
-- auto-debit whose debits are still held back: it protects, but as what waits, so that a yes to
-- that says nothing about the bank that may pay afterwards. What expired waits for our call. A
-- mandate that failed once protects as that; one that the bank suspended or closed does not.
CROSS JOIN LATERAL (
    SELECT ARRAY(
        SELECT g.id || ':' || CASE
            WHEN g.state = 'in_force' AND g.mandate = 'failed' THEN 'failed'
            WHEN g.state = 'in_force' AND g.first_debit_on > %(day)s THEN 'held_back'
            ELSE g.state
        END
        FROM customers_arrangement g
        WHERE g.account_id = b.account_id AND (
            g.state = 'requested'
            OR g.state IN ('in_force', 'expired')
                AND g.kind IN ('auto_debit', 'month_end_reading')
                AND g.mandate IN ('', 'active', 'failed')
                AND (g.ends_on IS NULL OR g.ends_on > %(day)s)
            -- Who wants this stop does not clear its way: what they closed lately stands as before.
            OR g.closed_by_id = s.asked_by_id AND g.closed_at > s.asked_at - interval '90 days'
            OR g.state = 'refused' AND g.decided_by_id = s.asked_by_id
                AND g.decided_at > s.asked_at - interval '90 days'
        )
    ) AS protections
) k
-- A home whose supply must not be cut without a visit, also where its yearly question is late. Who
-- wants this stop does not take the need away for it: ended by them lately, it protects as before.
CROSS JOIN LATERAL (
    SELECT ARRAY(
        SELECT 'need:' || n.id
        FROM customers_need n
        WHERE n.account_id = b.account_id AND n.kind = 'keep_supply' AND (
            n.ended_at IS NULL
            OR n.ended_by_id = s.asked_by_id AND n.ended_at > s.asked_at - interval '90 days'
        )
    ) AS needs
) h
WHERE s.state = 'planned'
