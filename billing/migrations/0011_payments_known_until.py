"""What counts is until when payments are known, no longer when a file of them was loaded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_overridden_protections")]

    operations = [
        migrations.RenameField("paymentfeed", "learned_at", "known_until"),
        migrations.AlterField(
            "paymentfeed", "known_until", models.DateTimeField(verbose_name="known until")
        ),
    ]
