-- Grain: one wish of a linked person that holds at this moment: which kind of which account, on
-- which channel, at which address of their own, and whether they may read it in full (in_full).
-- A part of other statements, so that planning and claiming judge alike: the link is in force and
-- within its dates, it opens notices and what this kind tells, the address is verified and theirs.
-- Safe to rerun: it only reads.
SELECT l.id AS link_id, l.account_id, l.moved_in_on, l.moved_out_on, w.kind, w.channel,
    CASE w.channel WHEN 'email' THEN u.email ELSE u.phone END AS address,
    'bills' = ANY(l.rights) OR NOT w.kind = ANY(%(about_money)s) AS in_full
FROM notifications_ownchoice w
JOIN customers_accountlink l ON l.id = w.link_id
JOIN customers_user u ON u.id = l.user_id
WHERE w.wanted AND u.is_active
  AND l.role = ANY(%(choosers)s) AND (l.moved_in_on IS NULL OR l.moved_in_on <= %(day)s)
  AND {customers.link_holds}
  AND 'notices' = ANY(l.rights)
  AND (w.kind <> 'unusual_use' OR 'days' = ANY(l.rights))
  AND (
      NOT w.kind = ANY(%(about_money)s) OR 'bills' = ANY(l.rights)
      -- Of a bill the use and the amount alone, in words of their own that no template of Zalo has.
      OR w.kind = 'bill_issued' AND w.channel = 'email' AND 'totals' = ANY(l.rights)
  )
  AND CASE w.channel
      WHEN 'email' THEN EXISTS (
          SELECT FROM account_emailaddress e
          WHERE e.user_id = u.id AND e.verified AND lower(e.email) = lower(u.email)
      )
      ELSE u.phone IS NOT NULL AND u.phone_verified_at IS NOT NULL
  END
