"""Draw check codes by one expression, which statements can take in: a run draws millions."""

from django.db import migrations

# 48 random bits as 8 characters of base64, two of which stand for each of the 32 that are used;
# the bits of a UUID that are fixed come later. Neither 0 nor 1, I nor O: read out, they are
# taken for each other.
CODE = """
CREATE OR REPLACE FUNCTION notifications_new_code() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT translate(
        left(encode(uuid_send(gen_random_uuid()), 'base64'), 8),
        'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
        '23456789ABCDEFGHJKLMNPQRSTUVWXYZ23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
    )
$$
"""
BEFORE = """
CREATE OR REPLACE FUNCTION notifications_new_code() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT string_agg(
        substr('23456789ABCDEFGHJKLMNPQRSTUVWXYZ', (get_byte(noise, position) & 31) + 1, 1), ''
    )
    FROM (SELECT uuid_send(gen_random_uuid()) AS noise) AS drawn,
         unnest(ARRAY[0, 1, 2, 3, 4, 5, 9, 10]) AS position
$$
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0026_lean_indexes")]

    operations = [migrations.RunSQL(CODE, BEFORE)]
