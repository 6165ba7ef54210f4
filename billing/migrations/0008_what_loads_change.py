from importlib import import_module

from django.db import migrations

TABLES = [
    "billing_read",
    "billing_bill",
    "billing_payment",
    "billing_debit",
    "billing_servicefee",
]

triggers = import_module("customers.migrations.0013_loads").triggers


class Migration(migrations.Migration):

    dependencies = [
        ("billing", "0007_earlier_reads"),
        ("customers", "0013_loads"),
    ]

    operations = [triggers(TABLES)]
