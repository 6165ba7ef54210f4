"""Browsers that are told by push, and their place among the channels: before all that costs."""

import django.db.models.deletion
import notifications.models.devices
import portal.lib.sealed
from django.conf import settings
from django.db import migrations, models


def add_push(apps, schema_editor):
    """After the inbox; what a supervisor left out otherwise stays left out."""
    for policy in apps.get_model("notifications", "KindPolicy").objects.all():
        if "push" not in policy.channels:
            place = policy.channels.index("inbox") + 1 if "inbox" in policy.channels else 0
            policy.channels.insert(place, "push")
            policy.save(update_fields=["channels"])


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0008_waiting_runs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PushDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=notifications.models.devices._key, editable=False, help_text='What a dispatch calls it.', max_length=32, unique=True, verbose_name='name')),
                ('subscription', portal.lib.sealed.SealedField(help_text='As the browser gave it.', verbose_name='subscription')),
                ('endpoint_hash', models.CharField(max_length=64, unique=True, verbose_name='hash of the endpoint')),
                ('browser', models.CharField(blank=True, max_length=60, verbose_name='browser')),
                ('added_at', models.DateTimeField(verbose_name='added at')),
                ('used_at', models.DateTimeField(verbose_name='last used at')),
                ('retired_at', models.DateTimeField(blank=True, help_text='Its push service does not know it any more.', null=True, verbose_name='retired at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='push_devices', to=settings.AUTH_USER_MODEL, verbose_name='login')),
            ],
            options={
                'verbose_name': 'device for push messages',
                'verbose_name_plural': 'devices for push messages',
            },
        ),
        migrations.RunPython(add_push, migrations.RunPython.noop),
    ]
