-- Grain: one bill b of an account a, joined to our own total of it; a part of what stores or asks it.
-- Safe to rerun: it writes nothing. NULL where the kWh alone do not make the price. VAT is rounded
-- half up once on the sum, as the rating does it; corners, nets and prices are the rating's own.
LEFT JOIN staged_curve c ON (c."group", c.voltage, c.starts_on, c.ends_before, c.households)
    = (a."group", a.voltage, b.starts_on, b.ends_before, b.households)
LEFT JOIN staged_kwh k ON k.shape = c.shape AND k.usage_kwh = b.usage_kwh
CROSS JOIN LATERAL (
    SELECT COALESCE(k.total, line.net + (line.net * c.vat + 5000) / 10000) AS total
    -- OFFSET keeps each an answer of its own: else every mention would search the corners again.
    FROM (
        SELECT c.nets[at.corner] + (b.usage_kwh - c.corners[at.corner]) * c.prices[at.corner] AS net
        FROM (SELECT width_bucket(b.usage_kwh, c.corners) AS corner OFFSET 0) at
        OFFSET 0
    ) line
) worked_out
