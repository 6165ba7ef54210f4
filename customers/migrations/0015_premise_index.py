"""Finds the accounts of a ward or street without reading the table."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("customers", "0014_premise_keys")]

    operations = [
        AddIndexConcurrently(
            "account",
            models.Index(fields=["unit", "ward_key", "street_key"], name="account_by_premise"),
        ),
    ]
