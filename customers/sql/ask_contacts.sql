-- Grain: one contact of the holder whose last proof is older than the terms allow, of a contract
-- that runs: the question whether it is still theirs. What nobody ever proved, because the contract
-- named it, counts from the day it was loaded; a relative's contact is reviewed with its arrangement.
-- Safe to rerun: one question for each contact and proof.
INSERT INTO customers_contactcheck
    (account_id, contact_id, proven_at, asked_at, due_on, answer, reference, recognised, code_hash,
     codes, tries)
SELECT c.account_id, c.id, coalesce(greatest(c.verified_at, c.confirmed_at), c.known_since), %(at)s,
       %(day)s::date + %(answer_days)s, '', '', '', '', 0, 0
FROM customers_contactpoint c
JOIN customers_account a ON a.id = c.account_id
WHERE c.owner = 'holder' AND c.kind IN ('phone', 'email') AND c.suspended_at IS NULL
  AND coalesce(greatest(c.verified_at, c.confirmed_at), c.known_since) <= %(proven_since)s
  AND (a.ends_on IS NULL OR a.ends_on > %(day)s)
ON CONFLICT (contact_id, proven_at) DO NOTHING
RETURNING id
