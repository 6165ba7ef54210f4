from datetime import timedelta

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


KINDS = [
    ('bill_issued', 'Bill issued'),
    ('payment_received', 'Payment received'),
    ('payment_reminder', 'Payment reminder'),
    ('payment_overdue', 'Payment overdue'),
    ('debit_failed', 'Failed debit'),
    ('disconnection', 'Disconnection in 24 hours'),
    ('planned_outage', 'Planned outage'),
    ('unplanned_outage', 'Unplanned outage and its end'),
    ('service_fee', 'Service fee'),
    ('survey', 'Survey'),
    ('advice', 'Advice on saving electricity'),
    ('announcement', 'Announcement'),
    ('unusual_use', 'Unusual use'),
    ('use_threshold', 'Use above my threshold'),
    ('reading_schedule', 'Reading schedule'),
    ('security', 'Security of my account'),
    ('contact_check', 'Is this contact still yours?'),
    ('test_message', 'Test message'),
]


def add_policy(apps, schema_editor):
    day = timedelta(days=1)
    apps.get_model("notifications", "KindPolicy").objects.create(
        kind="unusual_use",
        legal_class="service",
        priority=6,
        channels=["inbox", "push", "zalo", "email"],
        useful_for=3 * day,
        confirm_within=day,
        price_ceiling=300,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0012_unusual_use'),
        ('customers', '0013_loads'),
        ('notifications', '0007_what_loads_change'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='unusual',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='billing.unusualuse', verbose_name='unusual use'),
        ),
        migrations.AlterField(
            model_name='channelstate',
            name='stopped_kinds',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=KINDS, max_length=20), blank=True, default=list, help_text='Notices whose words the provider does not approve.', size=None, verbose_name='stopped kinds'),
        ),
        migrations.AlterField(
            model_name='halt',
            name='kind',
            field=models.CharField(blank=True, choices=KINDS, max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='historicalchannelstate',
            name='stopped_kinds',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=KINDS, max_length=20), blank=True, help_text='Notices whose words the provider does not approve.', null=True, size=None, verbose_name='stopped kinds'),
        ),
        migrations.AlterField(
            model_name='historicalhalt',
            name='kind',
            field=models.CharField(blank=True, choices=KINDS, max_length=20, null=True, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='historicalkindpolicy',
            name='kind',
            field=models.CharField(choices=KINDS, db_index=True, max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='historicalleadtime',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=20, null=True, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='historicalownchoice',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=20, null=True, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='historicalpreference',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=20, null=True, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='historicalwordingchange',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=20, null=True, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='kindpolicy',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=20, primary_key=True, serialize=False, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='leadtime',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='ownchoice',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='preference',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='run',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='wording',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='wordingchange',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=20, verbose_name='kind'),
        ),
        migrations.RunPython(add_policy, migrations.RunPython.noop),
    ]
