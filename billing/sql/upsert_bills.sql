-- Grain: one account and billing period. Safe to rerun: a bill that says the same writes nothing.
INSERT INTO billing_bill AS known (
    account_id, month, starts_on, ends_before, index_from_wh, index_to_wh, usage_kwh, households,
    net, vat_percent, vat, total, worked_out, issued_on, due_on, learned_at
)
SELECT
    a.id, b.month, b.starts_on, b.ends_before, b.index_from_wh, b.index_to_wh, b.usage_kwh,
    b.households, b.net, b.vat_percent, b.vat, b.total, worked_out.total, b.issued_on, b.due_on,
    %(at)s
FROM staged_bill b
JOIN customers_account a ON a.number = b.number
{billing.worked_out}
ON CONFLICT (account_id, starts_on) DO UPDATE SET
    ends_before = EXCLUDED.ends_before,
    index_from_wh = EXCLUDED.index_from_wh,
    index_to_wh = EXCLUDED.index_to_wh,
    usage_kwh = EXCLUDED.usage_kwh,
    households = EXCLUDED.households,
    net = EXCLUDED.net,
    vat_percent = EXCLUDED.vat_percent,
    vat = EXCLUDED.vat,
    total = EXCLUDED.total,
    worked_out = EXCLUDED.worked_out,
    issued_on = EXCLUDED.issued_on,
    due_on = EXCLUDED.due_on,
    -- A bill that grew is no longer settled by what was paid; match_payments decides anew.
    paid_at = CASE WHEN EXCLUDED.total > known.total THEN NULL ELSE known.paid_at END,
    learned_at = EXCLUDED.learned_at
WHERE (
    known.ends_before, known.index_from_wh, known.index_to_wh, known.usage_kwh, known.households,
    known.net, known.vat_percent, known.vat, known.total, known.issued_on, known.due_on
) IS DISTINCT FROM (
    EXCLUDED.ends_before, EXCLUDED.index_from_wh, EXCLUDED.index_to_wh, EXCLUDED.usage_kwh,
    EXCLUDED.households, EXCLUDED.net, EXCLUDED.vat_percent, EXCLUDED.vat, EXCLUDED.total,
    EXCLUDED.issued_on, EXCLUDED.due_on
)
RETURNING xmax = 0 AS created;
