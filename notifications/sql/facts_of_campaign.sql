-- Grain: one account of the campaign's audience as it was counted, that may (still) be told: its
-- contract is in force, and where the kind asks for consent, it was not withdrawn.
-- Safe to rerun: it writes nothing.
SELECT m.account_id, 'campaign-' || m.campaign_id AS subject, m.campaign_id AS fact_id,
       NULL::timestamptz AS useful_until
FROM notifications_campaignmember m
JOIN notifications_campaign k ON k.id = m.campaign_id
JOIN customers_account a ON a.id = m.account_id
WHERE m.campaign_id = %(campaign)s AND k.stopped_at IS NULL
  AND (a.starts_on IS NULL OR a.starts_on <= %(day)s)
  AND (a.ends_on IS NULL OR a.ends_on > %(day)s)
  AND (NOT %(consented)s OR EXISTS (
      SELECT FROM customers_consent c
      WHERE c.account_id = m.account_id AND c.purpose = k.kind AND c.withdrawn_at IS NULL
  ))
