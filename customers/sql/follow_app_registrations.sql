-- Grain: one account of which the app's provider says otherwise than is known.
-- Safe to rerun: an account that is the same is not written.
UPDATE customers_account a SET has_app = s.is_registered
FROM staged_registration s
WHERE s.channel = 'app' AND a.number = s.number AND a.has_app <> s.is_registered
RETURNING a.number, s.channel;
