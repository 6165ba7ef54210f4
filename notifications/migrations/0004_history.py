"""A row of history for each change that people make to how customers are told."""

import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0005_history'),
        ('notifications', '0003_direct_messages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalChannelState',
            fields=[
                ('channel', models.CharField(choices=[('inbox', 'App and website'), ('push', 'Push message'), ('zalo', 'Zalo'), ('email', 'E-mail'), ('sms', 'SMS')], db_index=True, max_length=8, verbose_name='channel')),
                ('stopped_at', models.DateTimeField(blank=True, help_text='Until staff start it again.', null=True, verbose_name='stopped at')),
                ('stopped_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], max_length=20), blank=True, help_text='Notices whose words the provider does not approve.', null=True, size=None, verbose_name='stopped kinds')),
                ('history_user_id', models.BigIntegerField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical state of a channel',
                'verbose_name_plural': 'historical states of channels',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalKindPolicy',
            fields=[
                ('kind', models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], db_index=True, max_length=20, verbose_name='kind')),
                ('legal_class', models.CharField(choices=[('statutory', 'Required by law or contract'), ('service', 'Service'), ('advice', 'Advice')], max_length=10, null=True, verbose_name='legal class')),
                ('priority', models.PositiveSmallIntegerField(help_text='Smaller goes first: 0 urgent, 9 bulk.', null=True, verbose_name='priority')),
                ('channels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('inbox', 'App and website'), ('push', 'Push message'), ('zalo', 'Zalo'), ('email', 'E-mail'), ('sms', 'SMS')], max_length=8), help_text='The first that works is used; the next when it fails or stays unconfirmed.', null=True, size=None, verbose_name='channels in order')),
                ('useful_for', models.DurationField(help_text='Not sent any more after this time.', null=True, verbose_name='useful for')),
                ('confirm_within', models.DurationField(help_text='Then the next channel is tried.', null=True, verbose_name='confirmation expected within')),
                ('history_user_id', models.BigIntegerField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical policy of a kind',
                'verbose_name_plural': 'historical policies of kinds',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalPreference',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('kind', models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], max_length=20, null=True, verbose_name='kind')),
                ('channel', models.CharField(choices=[('inbox', 'App and website'), ('push', 'Push message'), ('zalo', 'Zalo'), ('email', 'E-mail'), ('sms', 'SMS')], max_length=8, null=True, verbose_name='channel')),
                ('wanted', models.BooleanField(null=True, verbose_name='wanted')),
                ('set_at', models.DateTimeField(null=True, verbose_name='set at')),
                ('history_user_id', models.BigIntegerField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('account', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.account', verbose_name='account')),
                ('set_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by')),
            ],
            options={
                'verbose_name': 'historical preference',
                'verbose_name_plural': 'historical preferences',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
