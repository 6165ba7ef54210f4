"""Without a lock: notices go on being planned meanwhile."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('notifications', '0008_unusual_use'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='notice',
            index=models.Index(condition=models.Q(('unusual__isnull', False)), fields=['unusual'], name='notice_of_unusual'),
        ),
    ]
