-- Grain: one company whose bills still go by SMS on a day, to the phones of its contracts and without
-- an agreement: until its cut-over, or as if that were in force (cut_over). The one home of the rule.
-- Safe to rerun: it only reads.
SELECT o.id AS unit_id
FROM customers_operatingunit o
WHERE o.bills_by_sms AND NOT o.id = ANY(%(cut_over)s::bigint[])
  AND NOT EXISTS (
      SELECT FROM (
          {cut_overs}
      ) past
      WHERE past.unit_id = o.id
  )
