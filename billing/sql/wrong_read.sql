-- Grain: one placed read: why it is refused, nothing where it is not. Safe to rerun: it only reads.
CASE
    WHEN NOT p.is_known THEN 'unknown_account'
    WHEN p.meter_id IS NULL THEN 'other_meter'
    WHEN p.is_elsewhere THEN 'meter_not_in_place'
    WHEN p.index_wh >= p.full_wh THEN 'too_many_digits'
    -- Over the top of the register: from its last tenth into its first tenth.
    WHEN p.index_wh < p.before_wh
        AND NOT (p.before_wh * 10 >= p.full_wh * 9 AND p.index_wh * 10 < p.full_wh) THEN 'goes_back'
END
