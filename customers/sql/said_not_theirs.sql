-- Grain: whether somebody said that a contact which a file names (named.value) is not the customer's
-- (account a), or not any more, of whatever kind it was then: whoever has that phone now is not
-- written to by Zalo either. A part of other statements.
-- Safe to rerun: it only reads.
EXISTS (
    SELECT FROM customers_contactpoint said
    WHERE said.account_id = a.id AND said.value = named.value
      AND said.suspended_why IN ('changed', 'not_mine')
)
