-- Grain: none: the first day that lies in no closed month, NULL where none is closed.
-- Safe to rerun: it only reads.
(SELECT (max(u.month) + interval '1 month')::date FROM billing_usualmoments u)
