"""What each channel was expected to cost stood in the settings; now it is data like every price."""

from datetime import date

from django.db import migrations

SINCE = date(2026, 1, 1)
PRICES = {"inbox": 0, "push": 0, "zalo": 200, "email": 0, "sms": 500}


def fill(apps, schema_editor):
    prices = apps.get_model("notifications", "ChannelPrice").objects
    for channel, price in PRICES.items():
        prices.get_or_create(channel=channel, starts_on=SINCE, defaults={"price": price})


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0022_halts'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
