-- Grain: one dispatch that this sender took: leased for a call that is written down as begun, or put
-- aside with the reason why it may not go (any more). Those that gather and may go share one
-- message, and its reference.
-- Safe to rerun: only what was taken in this transaction is touched, and nobody else holds it.
WITH judged AS (
    {hindrances}
), packed AS MATERIALIZED (
    SELECT *, (row_number() OVER (
        PARTITION BY kind, address, recipient, gathers AND hindrance = '' ORDER BY id
    ) - 1) / %(most)s AS pack
    FROM judged
), digests AS MATERIALIZED (
    SELECT kind, address, recipient, pack, gen_random_uuid() AS reference
    FROM packed
    WHERE gathers AND hindrance = ''
    GROUP BY kind, address, recipient, pack
    HAVING count(*) > 1
), claimed AS (
    UPDATE notifications_dispatch d SET
        status = CASE
            WHEN j.hindrance = '' THEN 'sending'
            WHEN j.hindrance IN ('quiet', 'halted') THEN 'queued'
            WHEN j.hindrance IN (
                'stopped', 'expired', 'settled', 'answered', 'superseded', 'called_off', 'guarded',
                'no_consent', 'reached'
            ) THEN 'cancelled'
            WHEN j.hindrance = 'stopped_words' THEN 'failed'
            WHEN j.hindrance = 'doubtful' THEN 'unknown'
            ELSE 'suppressed'
        END,
        reason = CASE WHEN j.hindrance IN ('', 'quiet', 'halted') THEN d.reason ELSE j.hindrance END,
        silent_at = CASE
            WHEN j.hindrance = '' THEN d.silent_at
            WHEN j.hindrance = 'quiet' THEN j.quiet_until + j.confirm_within
            WHEN j.hindrance = 'halted' AND d.silent_at IS NOT NULL
                THEN %(at)s + %(put_off)s + j.confirm_within
            WHEN j.hindrance = 'doubtful' THEN %(at)s + j.confirm_within
        END,
        due_at = CASE j.hindrance
            WHEN 'quiet' THEN j.quiet_until
            WHEN 'halted' THEN %(at)s + %(put_off)s
            ELSE d.due_at
        END,
        quiet_until = CASE WHEN j.hindrance = 'quiet' THEN j.quiet_until ELSE d.quiet_until END,
        -- What a sender died over may have arrived with others: their receipt is still its own.
        digest = CASE WHEN j.hindrance = '' AND d.crashes = 0 THEN g.reference ELSE d.digest END,
        tries = d.tries + CASE WHEN j.hindrance = '' THEN 1 ELSE 0 END,
        -- The database's clock: senders may disagree about the time.
        lease_until = CASE WHEN j.hindrance = '' THEN clock_timestamp() + %(lease)s END
    FROM packed j
    LEFT JOIN digests g ON j.gathers AND j.hindrance = '' AND g.kind = j.kind
        AND g.address = j.address AND g.recipient = j.recipient AND g.pack = j.pack
    WHERE d.id = j.id
    RETURNING d.id, d.notice_id, d.status, d.tries, d.reference, d.address, d.contact_id,
              d.crashes, j.confirm_within, j.link_id, j.in_full, g.reference AS digest,
              d.priority, d.due_at
), begun AS (
    INSERT INTO notifications_attempt (dispatch_id, number, started_at, outcome, detail)
    SELECT id, tries, %(at)s, '', '' FROM claimed WHERE status = 'sending'
)
SELECT id, notice_id, status, tries, reference, address, contact_id, crashes, confirm_within,
    link_id, coalesce(in_full, true), digest
FROM claimed ORDER BY priority, due_at, id;
