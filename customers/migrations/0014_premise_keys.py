"""Wards, streets and house numbers in the form in which outages are matched with addresses."""

from django.db import migrations, models

from customers.premises import premise

BATCH = 5_000
KEYS = ("ward_key", "street_key", "house_number")


def fill(apps, schema_editor):
    accounts = apps.get_model("customers", "Account").objects
    batch = []
    for account in accounts.only("pk", "address", "ward").order_by("pk").iterator(BATCH):
        found = premise(address=account.address, ward=account.ward)
        for key in KEYS:
            setattr(account, key, getattr(found, key))
        batch.append(account)
        if len(batch) == BATCH:
            accounts.bulk_update(batch, KEYS)
            batch = []
    accounts.bulk_update(batch, KEYS)


class Migration(migrations.Migration):
    dependencies = [("customers", "0013_protection_history")]

    operations = [
        migrations.AddField(
            "account",
            "house_number",
            models.PositiveIntegerField(editable=False, null=True, verbose_name="house number"),
        ),
        migrations.AddField(
            "account",
            "street_key",
            models.CharField(
                default="", editable=False, max_length=200, verbose_name="street as compared"
            ),
        ),
        migrations.AddField(
            "account",
            "ward_key",
            models.CharField(
                default="", editable=False, max_length=100, verbose_name="ward as compared"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
