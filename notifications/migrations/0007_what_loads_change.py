from importlib import import_module

from django.db import migrations

TABLES = [
    "notifications_outage",
]

triggers = import_module("customers.migrations.0013_loads").triggers


class Migration(migrations.Migration):

    dependencies = [
        ("notifications", "0006_answers_to_cases"),
        ("customers", "0013_loads"),
    ]

    operations = [triggers(TABLES)]
