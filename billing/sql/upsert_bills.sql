-- Grain: one account and billing period. Safe to rerun: a bill that says the same writes nothing.
INSERT INTO billing_bill AS b (
    account_id, month, starts_on, ends_before, index_from_wh, index_to_wh, usage_kwh, households,
    net, vat_percent, vat, total, issued_on, due_on, learned_at
)
SELECT
    a.id, s.month, s.starts_on, s.ends_before, s.index_from_wh, s.index_to_wh, s.usage_kwh,
    s.households, s.net, s.vat_percent, s.vat, s.total, s.issued_on, s.due_on, %(at)s
FROM staged_bill s
JOIN customers_account a ON a.number = s.number
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
    issued_on = EXCLUDED.issued_on,
    due_on = EXCLUDED.due_on,
    -- A bill that grew is no longer settled by what was paid; match_payments decides anew.
    paid_at = CASE WHEN EXCLUDED.total > b.total THEN NULL ELSE b.paid_at END,
    learned_at = EXCLUDED.learned_at
WHERE (
    b.ends_before, b.index_from_wh, b.index_to_wh, b.usage_kwh, b.households, b.net, b.vat_percent,
    b.vat, b.total, b.issued_on, b.due_on
) IS DISTINCT FROM (
    EXCLUDED.ends_before, EXCLUDED.index_from_wh, EXCLUDED.index_to_wh, EXCLUDED.usage_kwh,
    EXCLUDED.households, EXCLUDED.net, EXCLUDED.vat_percent, EXCLUDED.vat, EXCLUDED.total,
    EXCLUDED.issued_on, EXCLUDED.due_on
)
RETURNING xmax = 0 AS created;
