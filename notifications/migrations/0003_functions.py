"""What statements ask of the database: a new code, the end of the quiet hours, what can be paid."""

from django.db import migrations


# 48 random bits from the server's strong source, as 8 characters of base64, two of which stand for
# each of the 32 that are used; the bits of a UUID that are fixed come later. One expression, which
# statements can take in: a run draws millions. Neither 0 nor 1, I nor O: read out, they are taken
# for each other.
NEW_CODE = """
CREATE FUNCTION notifications_new_code() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT translate(
        left(encode(uuid_send(gen_random_uuid()), 'base64'), 8),
        'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
        '23456789ABCDEFGHJKLMNPQRSTUVWXYZ23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
    )
$$
"""

# NULL outside of the quiet hours, else the instant at which they end, on Viet Nam's clock. The
# same time twice is never quiet.
QUIET_UNTIL = """
CREATE FUNCTION notifications_quiet_until(at timestamptz, begins time, ends time)
RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN begins < ends AND (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::time >= begins
            AND (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::time < ends
            OR begins > ends AND (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::time < ends
        THEN ((at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + ends) AT TIME ZONE 'Asia/Ho_Chi_Minh'
        WHEN begins > ends AND (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::time >= begins
        THEN ((at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 1 + ends)
            AT TIME ZONE 'Asia/Ho_Chi_Minh'
    END
$$
"""

# Which messages of a notice go, in the order in which they are tried, if none is ever confirmed:
# those that always do, and others while the sum stays within the ceiling. NULL: there is none.
AFFORDABLE = """
CREATE FUNCTION notifications_affordable(prices int[], always boolean[], ceiling int)
RETURNS boolean[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    spent int := 0;
    goes boolean[] := always;
BEGIN
    FOR i IN 1 .. cardinality(prices) LOOP
        goes[i] := always[i] OR prices[i] = 0 OR ceiling IS NULL OR spent + prices[i] <= ceiling;
        IF goes[i] THEN
            spent := spent + prices[i];
        END IF;
    END LOOP;
    RETURN goes;
END
$$
"""


class Migration(migrations.Migration):

    replaces = [
        ('notifications', '0027_codes_from_base64'),
    ]

    dependencies = [
        ('notifications', '0002_histories'),
    ]

    operations = [
        migrations.RunSQL(NEW_CODE, "DROP FUNCTION notifications_new_code()"),
        migrations.RunSQL(
            QUIET_UNTIL, "DROP FUNCTION notifications_quiet_until(timestamptz, time, time)"
        ),
        migrations.RunSQL(
            AFFORDABLE, "DROP FUNCTION notifications_affordable(int[], boolean[], int)"
        ),
    ]
