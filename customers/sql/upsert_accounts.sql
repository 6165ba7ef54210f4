-- Grain: one account. Safe to rerun: a row that says the same writes nothing.
INSERT INTO customers_account AS a (
    number, unit_id, holder_name, holder_born_in, address, ward, "group", voltage, households,
    reading_day, has_app, search_text, ward_key, street_key, house_number
)
SELECT
    s.number, u.id, s.holder_name, s.holder_born_in, s.address, s.ward, s.tariff_group,
    CASE WHEN s.tariff_group = 'residential' THEN '' ELSE '<6kV' END, s.households, s.reading_day, s.has_app, s.search_text,
    s.ward_key, s.street_key, s.house_number
FROM staged_account s
JOIN customers_operatingunit u ON u.code = s.unit
ON CONFLICT (number) DO UPDATE SET
    unit_id = EXCLUDED.unit_id,
    holder_name = EXCLUDED.holder_name,
    holder_born_in = EXCLUDED.holder_born_in,
    address = EXCLUDED.address,
    ward = EXCLUDED.ward,
    "group" = EXCLUDED."group",
    voltage = CASE WHEN a."group" = EXCLUDED."group" THEN a.voltage ELSE EXCLUDED.voltage END,
    households = EXCLUDED.households,
    has_app = EXCLUDED.has_app,
    search_text = EXCLUDED.search_text,
    ward_key = EXCLUDED.ward_key,
    street_key = EXCLUDED.street_key,
    house_number = EXCLUDED.house_number,
    reading_day = EXCLUDED.reading_day
WHERE (
    a.unit_id, a.holder_name, a.holder_born_in, a.address, a.ward, a."group", a.households,
    a.has_app, a.search_text, a.reading_day, a.ward_key, a.street_key, a.house_number
) IS DISTINCT FROM (
    EXCLUDED.unit_id, EXCLUDED.holder_name, EXCLUDED.holder_born_in, EXCLUDED.address,
    EXCLUDED.ward, EXCLUDED."group", EXCLUDED.households, EXCLUDED.has_app, EXCLUDED.search_text,
    EXCLUDED.reading_day, EXCLUDED.ward_key, EXCLUDED.street_key, EXCLUDED.house_number
)
RETURNING number, xmax = 0 AS created;
