-- Grain: one threshold that may have been passed: of a link in force, not told in a period that
-- still runs, and below all that its meters went since the last bill. An index that went down, a
-- roll-over among them, tells too little here, so it is weighed as well. Never fewer than were
-- passed: what exactly was used, in which period, the queries of the pages say.
-- Safe to rerun: it only reads.
WITH live AS MATERIALIZED (
    SELECT t.id, l.account_id,
           -- The least use that can be above: whoever is told of a step has used something.
           coalesce(t.kwh * 1000::bigint, t.dong * 1000 / %(dearest)s, 0) AS wh,
           greatest(last_bill.ends_before, %(since)s::date) AS since
    FROM notifications_usethreshold t
    JOIN customers_accountlink l ON l.id = t.link_id
    LEFT JOIN LATERAL (
        SELECT b.ends_before FROM billing_bill b
        WHERE b.account_id = l.account_id
        ORDER BY b.starts_on DESC, b.id DESC
        LIMIT 1
    ) last_bill ON true
    WHERE l.rights @> %(needed)s::varchar[]
      AND (l.moved_in_on IS NULL OR l.moved_in_on <= %(day)s)
      AND {customers.link_holds}
      AND NOT EXISTS (
          SELECT FROM notifications_thresholdpassing p
          WHERE p.link_id = t.link_id AND p.ends_before > %(day)s
            AND (p.kwh >= t.kwh OR p.dong >= t.dong OR p.step >= t.step)
      )
)
SELECT live.id
FROM live
JOIN customers_meter m ON m.account_id = live.account_id
CROSS JOIN LATERAL (
    SELECT r.index_wh - lag(r.index_wh) OVER (ORDER BY r.day) AS wh
    FROM billing_reads(m.id, live.since - 1, %(day)s::date + 1, NULL, false) r
) went
GROUP BY live.id, live.wh
HAVING bool_or(went.wh < 0) OR sum(went.wh * m.multiplier) > live.wh
ORDER BY live.id
