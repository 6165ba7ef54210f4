"""What a new installation starts with: how each kind is treated, channels, prices and times."""

from datetime import date, time, timedelta

from django.db import migrations


DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

# What each channel is expected to cost, in đồng a message; all of them are open.
CHANNELS = {"inbox": 0, "push": 0, "zalo": 200, "email": 0, "sms": 500}
ALL = ["inbox", "push", "zalo", "email", "sms"]
# SMS costs most: kept for what must be told, or cannot wait.
NO_SMS = ["inbox", "push", "zalo", "email"]

POLICIES = [
    # kind, legal class, priority, channels in order, useful for, confirmation expected within
    ("bill_issued", "statutory", 6, ALL, 45 * DAY, 24 * HOUR),
    ("payment_received", "service", 7, NO_SMS, 7 * DAY, 24 * HOUR),
    ("payment_reminder", "service", 5, ALL, 3 * DAY, 12 * HOUR),
    ("payment_overdue", "statutory", 4, ALL, 7 * DAY, 12 * HOUR),
    # What has to be paid by hand now can wait until morning, not for days.
    ("debit_failed", "service", 4, ALL, 14 * DAY, 24 * HOUR),
    ("disconnection", "statutory", 1, ALL, 24 * HOUR, 2 * HOUR),
    ("planned_outage", "statutory", 3, ALL, 7 * DAY, 12 * HOUR),
    ("unplanned_outage", "service", 0, ALL, 6 * HOUR, 15 * MINUTE),
    ("service_fee", "statutory", 6, ALL, 30 * DAY, 24 * HOUR),
    ("survey", "advice", 9, NO_SMS, 14 * DAY, 48 * HOUR),
    ("advice", "advice", 9, NO_SMS, 14 * DAY, 48 * HOUR),
    ("announcement", "service", 7, NO_SMS, 14 * DAY, 24 * HOUR),
    ("use_threshold", "service", 6, NO_SMS, 3 * DAY, 24 * HOUR),
    ("reading_schedule", "service", 7, NO_SMS, 7 * DAY, 24 * HOUR),
    ("security", "statutory", 0, ALL, 7 * DAY, 1 * HOUR),
    # A question that can wait until morning; no SMS, which costs most and needs an agreement.
    ("contact_check", "service", 7, NO_SMS, 30 * DAY, 48 * HOUR),
    ("test_message", "service", 2, ALL, 1 * HOUR, 15 * MINUTE),
]
COLUMNS = ["kind", "legal_class", "priority", "channels", "useful_for", "confirm_within"]

# Useless or harmful when it is read hours later, or needed before the next morning's work begins.
AT_ONCE = ["disconnection", "planned_outage", "unplanned_outage", "security", "test_message"]
# A kind that asks for consent is named as its purpose.
BY_CONSENT = ["survey", "advice"]
# In đồng: one Zalo message and change. What the law requires has no ceiling.
CEILINGS = {
    "payment_received": 300,
    "survey": 300,
    "advice": 300,
    "use_threshold": 300,
    "reading_schedule": 300,
}
# So long several bills to one e-mail address are gathered, to go as one e-mail.
DIGESTS = {"bill_issued": 30 * MINUTE}
# A change of access is told to every contact of the holder at once.
EVERYWHERE = ["security"]

# Five days ahead for what is planned, a day for what is not; a week before a new reading day.
LEAD_TIMES = {"planned_outage": 5 * DAY, "unplanned_outage": 24 * HOUR, "reading_schedule": 7 * DAY}
LEAD_TIMES_SINCE = date(2025, 1, 1)
SINCE = date(2026, 1, 1)
QUIET = {"begins": time(21), "ends": time(7)}


def _policy(*row):
    """One line of the table above, with what is said of its kind below it."""
    kind = row[0]
    return dict(
        zip(COLUMNS, row),
        keeps_quiet_hours=kind not in AT_ONCE,
        consent=kind if kind in BY_CONSENT else "",
        price_ceiling=CEILINGS.get(kind),
        digest_within=DIGESTS.get(kind),
        everywhere=kind in EVERYWHERE,
    )


def fill(apps, schema_editor):
    def rows(model):
        return apps.get_model("notifications", model).objects

    for row in POLICIES:
        rows("KindPolicy").create(**_policy(*row))
    for channel, price in CHANNELS.items():
        rows("ChannelState").create(channel=channel)
        rows("ChannelPrice").create(channel=channel, starts_on=SINCE, price=price)
    for kind, within in LEAD_TIMES.items():
        rows("LeadTime").create(kind=kind, from_on=LEAD_TIMES_SINCE, within=within)
    rows("QuietHours").create(starts_on=SINCE, **QUIET)


class Migration(migrations.Migration):

    replaces = [
        ('notifications', '0002_policies_and_codes'),
        ('notifications', '0011_announce_known_outages'),
        ('notifications', '0023_channel_prices'),
    ]

    dependencies = [
        ('notifications', '0003_functions'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
