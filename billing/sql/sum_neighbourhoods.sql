-- Grain: one ward of a company and month: the quarters of its households' use, of the homes whose
-- holder agreed to be compared and had agreed before the month was over. Fewer than "least" tell
-- nothing. Safe to rerun: what was worked out once stays, whoever agrees or withdraws later, so that
-- no two answers about one month can be held against each other.
INSERT INTO billing_neighbourhood (
    unit_id, ward_key, month, homes, low_kwh, middle_kwh, high_kwh, made_at
)
SELECT a.unit_id, a.ward_key, b.month, count(*) / 10 * 10,
       round(percentile_cont(0.25) WITHIN GROUP (ORDER BY b.usage_kwh / b.households) / 10) * 10,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY b.usage_kwh / b.households) / 10) * 10,
       round(percentile_cont(0.75) WITHIN GROUP (ORDER BY b.usage_kwh / b.households) / 10) * 10,
       %(at)s
FROM customers_consent c
JOIN customers_account a ON a.id = c.account_id
JOIN billing_bill b ON b.account_id = a.id AND b.month = %(month)s
WHERE c.purpose = 'neighbours' AND c.withdrawn_at IS NULL AND c.given_at < %(agreed_before)s
  AND a."group" = 'residential' AND a.ward_key <> '' AND b.households > 0
  -- A whole month: who was there for some days of it would look thrifty.
  AND b.ends_before - b.starts_on BETWEEN %(fewest_days)s AND %(most_days)s
  -- Whoever agreed lived there then: nobody came or went since the yes, or during the month.
  AND NOT EXISTS (
      SELECT FROM customers_accountlink l
      CROSS JOIN LATERAL (VALUES (l.moved_in_on), (l.moved_out_on)) AS moved(day)
      WHERE l.account_id = a.id AND l.role = 'holder'
        AND moved.day > least(b.starts_on, c.given_at::date) AND moved.day < b.ends_before
  )
GROUP BY a.unit_id, a.ward_key, b.month
-- By people, not by homes: who holds many would know the one home that is not theirs.
HAVING count(DISTINCT coalesce(c.given_by_id, -a.id)) >= %(least)s
ON CONFLICT DO NOTHING
RETURNING id;
