"""Without a lock: a big installation goes on loading bills meanwhile."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('billing', '0005_bills_worked_out'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='bill',
            index=models.Index(condition=models.Q(('worked_out__isnull', False), models.Q(('worked_out', models.F('total')), _negated=True)), fields=['month'], name='bill_differs_from_ours'),
        ),
    ]
