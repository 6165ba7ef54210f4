-- Grain: whether the link "l" is in force and its person has not moved out, by the parameters "at"
-- and "day"; a part of other statements. Who may only see the days before moving in is asked there.
-- Safe to rerun: it only reads.
l.state = 'active'
AND (l.ends_at IS NULL OR l.ends_at > %(at)s)
AND (l.moved_out_on IS NULL OR l.moved_out_on > %(day)s)
