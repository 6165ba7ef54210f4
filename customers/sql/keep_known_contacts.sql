-- Grain: one listed contact of which more is known here than in the list: it was stopped for a reason
-- of ours, or it is in use by the customer's word or by what was arranged with them. Such a row
-- changes nothing.
-- Safe to rerun: it only takes rows out of the staging table.
WITH known AS (
    SELECT named.row_number, named.is_ended, c.*, {customers.said_not_theirs} AS not_theirs
    FROM staged_contact named
    JOIN customers_account a ON a.number = named.number
    LEFT JOIN customers_contactpoint c
        ON c.account_id = a.id AND c.kind = named.kind AND c.value = named.value
), kept AS (
    SELECT row_number, CASE
        WHEN is_ended AND suspended_at IS NULL AND (
            source IN ('code', 'agent') OR verified_at IS NOT NULL OR confirmed_at IS NOT NULL
            OR EXISTS (
                SELECT FROM customers_smsretention r
                JOIN customers_arrangement g ON g.id = r.arrangement_ptr_id
                WHERE r.contact_id = known.id AND g.state IN ('requested', 'in_force', 'expired')
            )
        ) THEN 'in_use'
        WHEN is_ended THEN ''
        WHEN suspended_why = 'replaced' THEN 'replaced'
        WHEN suspended_at IS NOT NULL AND suspended_why <> 'ended' THEN 'stopped'
        WHEN not_theirs AND (id IS NULL OR suspended_at IS NOT NULL) THEN 'not_theirs'
        ELSE ''
    END AS code, suspended_why
    FROM known
), gone AS (
    DELETE FROM staged_contact s USING kept k WHERE s.row_number = k.row_number AND k.code <> ''
)
SELECT row_number, code, suspended_why FROM kept WHERE code <> '' ORDER BY row_number;
