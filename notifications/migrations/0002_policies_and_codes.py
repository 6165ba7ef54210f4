"""What a new installation starts with: how each kind is treated, every channel open, check codes."""

from datetime import timedelta

from django.db import migrations

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ALL = ["inbox", "zalo", "email", "sms"]
# SMS costs most: kept for what must be told, or cannot wait.
NO_SMS = ["inbox", "zalo", "email"]

POLICIES = [
    # kind, legal class, priority, channels in order, useful for, confirmation expected within
    ("bill_issued", "statutory", 6, ALL, 45 * DAY, 24 * HOUR),
    ("payment_received", "service", 7, NO_SMS, 7 * DAY, 24 * HOUR),
    ("payment_reminder", "service", 5, ALL, 3 * DAY, 12 * HOUR),
    ("payment_overdue", "statutory", 4, ALL, 7 * DAY, 12 * HOUR),
    ("disconnection", "statutory", 1, ALL, 24 * HOUR, 2 * HOUR),
    ("planned_outage", "statutory", 3, ALL, 5 * DAY, 12 * HOUR),
    ("unplanned_outage", "service", 0, ALL, 6 * HOUR, 15 * MINUTE),
    ("service_fee", "statutory", 6, ALL, 30 * DAY, 24 * HOUR),
    ("survey", "advice", 9, NO_SMS, 14 * DAY, 48 * HOUR),
    ("use_threshold", "service", 6, NO_SMS, 3 * DAY, 24 * HOUR),
    ("reading_schedule", "service", 7, NO_SMS, 7 * DAY, 24 * HOUR),
    ("security", "statutory", 0, ALL, 7 * DAY, 1 * HOUR),
    ("test_message", "service", 2, ALL, 1 * HOUR, 15 * MINUTE),
]
CHANNELS = ["inbox", "push", "zalo", "email", "sms"]

# Eight characters of 32, without 0, O, 1 and I: 40 bits from the server's strong source of
# randomness. Bytes 6 to 8 of a version 4 UUID are left out because some of their bits are fixed.
CODE = """
CREATE FUNCTION notifications_new_code() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT string_agg(
        substr('23456789ABCDEFGHJKLMNPQRSTUVWXYZ', (get_byte(noise, position) & 31) + 1, 1), ''
    )
    FROM (SELECT uuid_send(gen_random_uuid()) AS noise) AS drawn,
         unnest(ARRAY[0, 1, 2, 3, 4, 5, 9, 10]) AS position
$$
"""


def fill(apps, schema_editor):
    policy, state = (apps.get_model("notifications", m) for m in ("KindPolicy", "ChannelState"))
    names = ["kind", "legal_class", "priority", "channels", "useful_for", "confirm_within"]
    policy.objects.bulk_create(policy(**dict(zip(names, row))) for row in POLICIES)
    state.objects.bulk_create(state(channel=channel) for channel in CHANNELS)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(CODE, "DROP FUNCTION notifications_new_code()"),
    ]
