-- Grain: the age group of the account "a", as a part of other statements; the keys of the proof.
-- Safe to rerun: it only reads.
CASE
    WHEN a.holder_born_in IS NULL THEN 'unknown'
    WHEN a.holder_born_in > %(year)s - 60 THEN 'under-60'
    WHEN a.holder_born_in > %(year)s - 70 THEN '60-69'
    ELSE '70+'
END
