-- Grain: one fact of one account that it was not told of yet and that is worth telling: as the
-- planner takes them up, by the same statement of facts, for one account alone.
-- Safe to rerun: it writes nothing.
SELECT f.fact_id
FROM ({facts}) f
WHERE f.account_id = %(account)s
  AND (f.useful_until IS NULL OR f.useful_until > %(then)s)
  AND NOT EXISTS (
      SELECT FROM notifications_notice n
      WHERE n.kind = %(kind)s AND n.account_id = f.account_id AND n.subject = f.subject
  )
ORDER BY f.fact_id;
