-- Grain: none: how many tariffs and VAT rates there are, and when the newest was changed. Every page
-- with an amount asks for it. Safe to rerun: it only reads.
SELECT t.newest, t.number, v.newest, v.number
FROM (SELECT max(changed_at) AS newest, count(*) AS number FROM billing_tariff) t,
     (SELECT max(changed_at) AS newest, count(*) AS number FROM billing_vatrate) v
