"""More kinds of change that are written down; the right to change says no more than it gives."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_rights"),
    ]

    operations = [
        migrations.AlterField(
            model_name="accountevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("link_asked", "Someone asked to see this address"),
                    ("linked", "A login was linked"),
                    ("link_frozen", "A link was stopped after a warning"),
                    ("link_restored", "A stopped link was put back in force"),
                    ("link_ended", "A link ended"),
                    ("rights_changed", "What a login may see was changed"),
                    ("invited", "Someone was invited"),
                    ("invitation_closed", "An invitation was declined or taken back"),
                    ("moved_out", "A move-out was recorded"),
                    ("contact_changed", "A phone number or e-mail address was changed"),
                    ("channel_changed", "Where notices go was changed"),
                    ("arranged", "An arrangement was made"),
                    ("arrangement_ended", "An arrangement ended"),
                    ("exported", "The data of this address was downloaded"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="accountlink",
            name="rights",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("totals", "Use and amount of each month"),
                        ("bills", "Bills and payments"),
                        ("notices", "What was told, and where"),
                        ("days", "Use of each day"),
                        ("change", "Change where notices go"),
                    ],
                    max_length=8,
                ),
                size=None,
                verbose_name="may see",
            ),
        ),
    ]
