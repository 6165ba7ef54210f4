"""Preferences that nobody signed in for: the button in a mail."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0013_payments'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='historicalpreference',
            name='set_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, help_text='Empty where it was the button in a mail.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by'),
        ),
        migrations.AlterField(
            model_name='preference',
            name='set_by',
            field=models.ForeignKey(help_text='Empty where it was the button in a mail.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by'),
        ),
    ]
