-- Grain: one account of the campaign's audience as it is now; which accounts, the audience says.
-- Safe to rerun: whoever is in it stays.
INSERT INTO notifications_campaignmember (campaign_id, account_id)
SELECT %s, chosen.id FROM ({accounts}) chosen (id)
ON CONFLICT DO NOTHING;
