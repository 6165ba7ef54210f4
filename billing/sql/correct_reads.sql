-- Grain: one known read of which the file says something else. Safe to rerun: a read that says the
-- same writes nothing; another index for a known day is a correction and marked as one.
UPDATE billing_read r SET
    index_wh = p.index_wh,
    quality = CASE
        WHEN r.quality = 'estimated' THEN p.quality
        WHEN p.quality = 'estimated' THEN p.quality
        ELSE 'corrected'
    END,
    learned_at = %(at)s
FROM placed_read p
WHERE r.id = p.read_id AND p.differs;
