"""Notices of changes of access: of which change, and everywhere at once."""

import django.db.models.deletion
from django.db import migrations, models


def tell_everywhere(apps, schema_editor):
    policies = apps.get_model("notifications", "KindPolicy").objects
    policies.filter(kind="security").update(everywhere=True)


def everywhere(**how):
    return models.BooleanField(**how, editable=False, help_text='To every contact of the holder, whatever was switched off; not to relatives.', verbose_name='everywhere at once')


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0002_rights'),
        ('notifications', '0004_history'),
    ]

    operations = [
        migrations.AddField('kindpolicy', 'everywhere', everywhere(default=False)),
        migrations.AddField('historicalkindpolicy', 'everywhere', everywhere(null=True)),
        migrations.AddField(
            model_name='notice',
            name='event',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='customers.accountevent', verbose_name='change of access'),
        ),
        migrations.RunPython(tell_everywhere, migrations.RunPython.noop),
    ]
