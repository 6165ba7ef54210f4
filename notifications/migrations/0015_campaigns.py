"""Notices that supervisors write by hand, and whom they are for."""

from datetime import timedelta

import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NO_SMS = ["inbox", "push", "zalo", "email"]
POLICIES = [
    # kind, legal class, priority, channels in order, useful for, confirmation expected within
    ("advice", "advice", 9, NO_SMS, 14 * DAY, 48 * HOUR),
    ("announcement", "service", 7, NO_SMS, 14 * DAY, 24 * HOUR),
]


def fill(apps, schema_editor):
    policy = apps.get_model("notifications", "KindPolicy")
    names = ["kind", "legal_class", "priority", "channels", "useful_for", "confirm_within"]
    policy.objects.bulk_create(policy(**dict(zip(names, row))) for row in POLICIES)


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0013_protection_history'),
        ('notifications', '0014_unsubscribing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='dispatch',
            name='reason',
            field=models.CharField(blank=True, choices=[('fallback', 'The channel before it failed or stayed silent'), ('kept', 'Not wanted, but the law asks for one channel that works'), ('not_wanted', 'The customer does not want it there'), ('suspended', 'The contact is suspended'), ('moved_out', 'Who owns this contact has moved out'), ('contact_changed', 'The contact was changed or removed'), ('no_agreement', 'No arrangement in force allows it'), ('reached', 'Reached the customer otherwise'), ('no_consent', 'The consent to it was withdrawn'), ('settled', 'Paid meanwhile'), ('superseded', 'Newer word took its place'), ('expired', 'Too late to be useful'), ('stopped', 'Stopped by a supervisor'), ('refused_address', 'The provider does not know this address'), ('refused_message', 'The provider refuses this message'), ('stopped_words', 'The provider does not approve these words'), ('exhausted', 'Tried as often as useful'), ('quarantined', 'It broke the sender several times'), ('doubtful', 'Unclear whether the provider took it'), ('bounced', 'Taken by the provider, but not delivered'), ('no_channel', 'No channel is known')], max_length=20, verbose_name='because'),
        ),
        migrations.AlterField(
            model_name='historicalleadtime',
            name='kind',
            field=models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('advice', 'Advice on saving electricity'), ('announcement', 'Announcement'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], max_length=20, null=True, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='leadtime',
            name='kind',
            field=models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('advice', 'Advice on saving electricity'), ('announcement', 'Announcement'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='reason',
            field=models.CharField(blank=True, choices=[('fallback', 'The channel before it failed or stayed silent'), ('kept', 'Not wanted, but the law asks for one channel that works'), ('not_wanted', 'The customer does not want it there'), ('suspended', 'The contact is suspended'), ('moved_out', 'Who owns this contact has moved out'), ('contact_changed', 'The contact was changed or removed'), ('no_agreement', 'No arrangement in force allows it'), ('reached', 'Reached the customer otherwise'), ('no_consent', 'The consent to it was withdrawn'), ('settled', 'Paid meanwhile'), ('superseded', 'Newer word took its place'), ('expired', 'Too late to be useful'), ('stopped', 'Stopped by a supervisor'), ('refused_address', 'The provider does not know this address'), ('refused_message', 'The provider refuses this message'), ('stopped_words', 'The provider does not approve these words'), ('exhausted', 'Tried as often as useful'), ('quarantined', 'It broke the sender several times'), ('doubtful', 'Unclear whether the provider took it'), ('bounced', 'Taken by the provider, but not delivered'), ('no_channel', 'No channel is known')], max_length=20, verbose_name='because'),
        ),
        migrations.AlterField(
            model_name='channelstate',
            name='stopped_kinds',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('advice', 'Advice on saving electricity'), ('announcement', 'Announcement'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], max_length=20), blank=True, default=list, help_text='Notices whose words the provider does not approve.', size=None, verbose_name='stopped kinds'),
        ),
        migrations.AlterField(
            model_name='historicalchannelstate',
            name='stopped_kinds',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('advice', 'Advice on saving electricity'), ('announcement', 'Announcement'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], max_length=20), blank=True, help_text='Notices whose words the provider does not approve.', null=True, size=None, verbose_name='stopped kinds'),
        ),
        migrations.AlterField(
            model_name='historicalkindpolicy',
            name='kind',
            field=models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('advice', 'Advice on saving electricity'), ('announcement', 'Announcement'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], db_index=True, max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='historicalpreference',
            name='kind',
            field=models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('advice', 'Advice on saving electricity'), ('announcement', 'Announcement'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], max_length=20, null=True, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='historicalwordingchange',
            name='kind',
            field=models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('advice', 'Advice on saving electricity'), ('announcement', 'Announcement'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], max_length=20, null=True, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='kindpolicy',
            name='kind',
            field=models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('advice', 'Advice on saving electricity'), ('announcement', 'Announcement'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], max_length=20, primary_key=True, serialize=False, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('advice', 'Advice on saving electricity'), ('announcement', 'Announcement'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='preference',
            name='kind',
            field=models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('advice', 'Advice on saving electricity'), ('announcement', 'Announcement'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='run',
            name='kind',
            field=models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('advice', 'Advice on saving electricity'), ('announcement', 'Announcement'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='wording',
            name='kind',
            field=models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('advice', 'Advice on saving electricity'), ('announcement', 'Announcement'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='wordingchange',
            name='kind',
            field=models.CharField(choices=[('bill_issued', 'Bill issued'), ('payment_received', 'Payment received'), ('payment_reminder', 'Payment reminder'), ('payment_overdue', 'Payment overdue'), ('disconnection', 'Disconnection in 24 hours'), ('planned_outage', 'Planned outage'), ('unplanned_outage', 'Unplanned outage and its end'), ('service_fee', 'Service fee'), ('survey', 'Survey'), ('advice', 'Advice on saving electricity'), ('announcement', 'Announcement'), ('use_threshold', 'Use above my threshold'), ('reading_schedule', 'Reading schedule'), ('security', 'Security of my account'), ('test_message', 'Test message')], max_length=20, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='Audience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('units', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), blank=True, default=list, size=None, verbose_name='companies')),
                ('wards', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None, verbose_name='wards or communes')),
                ('groups', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('residential', 'Residential'), ('production', 'Production'), ('business', 'Business'), ('hospital/kindergarten/school', 'Hospital, kindergarten, school'), ('public lighting/administrative', 'Public lighting, administration')], max_length=40), blank=True, default=list, size=None, verbose_name='use')),
                ('ages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('under-60', 'under 60'), ('60-69', '60 to 69'), ('70+', '70 and older'), ('unknown', 'age not known')], max_length=10), blank=True, default=list, size=None, verbose_name='age of the contract holder')),
                ('reached_by', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('zalo', 'Zalo'), ('email', 'E-mail'), ('sms', 'SMS by agreement'), ('nothing', 'No channel at all')], max_length=8), blank=True, default=list, size=None, verbose_name='can be reached by')),
                ('arrangements', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('auto_debit', 'Auto-debit'), ('month_end_reading', 'Month-end reading'), ('relative_contact', 'Relative is told too'), ('sms_retention', 'SMS kept by agreement')], max_length=20), blank=True, default=list, size=None, verbose_name='arrangement in force')),
                ('app', models.CharField(blank=True, choices=[('yes', 'uses the app'), ('no', 'does not use the app')], max_length=3, verbose_name='app')),
                ('owes', models.CharField(blank=True, choices=[('unpaid', 'has a bill to pay'), ('overdue', 'has a bill past its last day')], max_length=8, verbose_name='payment')),
                ('made_at', models.DateTimeField(editable=False, verbose_name='made at')),
                ('made_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('outage', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.outage', verbose_name='area of an outage')),
            ],
            options={
                'verbose_name': 'audience',
                'verbose_name_plural': 'audiences',
            },
        ),
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('announcement', 'Announcement'), ('survey', 'Survey'), ('advice', 'Advice on saving electricity')], max_length=20, verbose_name='kind')),
                ('title_vi', models.CharField(max_length=30, verbose_name='title in Vietnamese')),
                ('text_vi', models.CharField(max_length=200, verbose_name='text in Vietnamese')),
                ('title_en', models.CharField(max_length=60, verbose_name='title in English')),
                ('text_en', models.CharField(max_length=300, verbose_name='text in English')),
                ('made_at', models.DateTimeField(editable=False, verbose_name='written at')),
                ('counted_at', models.DateTimeField(editable=False, null=True, verbose_name='counted at')),
                ('recipients', models.PositiveIntegerField(default=0, editable=False, verbose_name='recipients')),
                ('alone_up_to', models.PositiveIntegerField(default=0, editable=False, help_text='So many recipients needed no second person when they were counted.', verbose_name='alone up to')),
                ('asked_at', models.DateTimeField(editable=False, null=True, verbose_name='asked for at')),
                ('approved_at', models.DateTimeField(editable=False, null=True, verbose_name='approved at')),
                ('goes_at', models.DateTimeField(editable=False, null=True, verbose_name='goes at')),
                ('planned_at', models.DateTimeField(editable=False, null=True, verbose_name='planned at')),
                ('stopped_at', models.DateTimeField(editable=False, null=True, verbose_name='stopped at')),
                ('approved_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by')),
                ('audience', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='notifications.audience', verbose_name='audience')),
                ('made_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                ('stopped_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='stopped by')),
            ],
            options={
                'verbose_name': 'campaign',
                'verbose_name_plural': 'campaigns',
                'permissions': [('approve_campaign', 'Can approve campaigns of somebody else'), ('stop_campaign', 'Can stop campaigns')],
            },
        ),
        migrations.AddField(
            model_name='notice',
            name='campaign',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='notifications.campaign', verbose_name='campaign'),
        ),
        migrations.CreateModel(
            name='CampaignMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.account')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='notifications.campaign')),
            ],
        ),
        migrations.CreateModel(
            name='HistoricalAudience',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(db_index=True, max_length=80, null=True, verbose_name='name')),
                ('units', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), blank=True, null=True, size=None, verbose_name='companies')),
                ('wards', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, null=True, size=None, verbose_name='wards or communes')),
                ('groups', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('residential', 'Residential'), ('production', 'Production'), ('business', 'Business'), ('hospital/kindergarten/school', 'Hospital, kindergarten, school'), ('public lighting/administrative', 'Public lighting, administration')], max_length=40), blank=True, null=True, size=None, verbose_name='use')),
                ('ages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('under-60', 'under 60'), ('60-69', '60 to 69'), ('70+', '70 and older'), ('unknown', 'age not known')], max_length=10), blank=True, null=True, size=None, verbose_name='age of the contract holder')),
                ('reached_by', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('zalo', 'Zalo'), ('email', 'E-mail'), ('sms', 'SMS by agreement'), ('nothing', 'No channel at all')], max_length=8), blank=True, null=True, size=None, verbose_name='can be reached by')),
                ('arrangements', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('auto_debit', 'Auto-debit'), ('month_end_reading', 'Month-end reading'), ('relative_contact', 'Relative is told too'), ('sms_retention', 'SMS kept by agreement')], max_length=20), blank=True, null=True, size=None, verbose_name='arrangement in force')),
                ('app', models.CharField(blank=True, choices=[('yes', 'uses the app'), ('no', 'does not use the app')], max_length=3, null=True, verbose_name='app')),
                ('owes', models.CharField(blank=True, choices=[('unpaid', 'has a bill to pay'), ('overdue', 'has a bill past its last day')], max_length=8, null=True, verbose_name='payment')),
                ('made_at', models.DateTimeField(editable=False, null=True, verbose_name='made at')),
                ('history_user_id', models.BigIntegerField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('made_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('outage', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='notifications.outage', verbose_name='area of an outage')),
            ],
            options={
                'verbose_name': 'historical audience',
                'verbose_name_plural': 'historical audiences',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalCampaign',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('kind', models.CharField(choices=[('announcement', 'Announcement'), ('survey', 'Survey'), ('advice', 'Advice on saving electricity')], max_length=20, null=True, verbose_name='kind')),
                ('title_vi', models.CharField(max_length=30, null=True, verbose_name='title in Vietnamese')),
                ('text_vi', models.CharField(max_length=200, null=True, verbose_name='text in Vietnamese')),
                ('title_en', models.CharField(max_length=60, null=True, verbose_name='title in English')),
                ('text_en', models.CharField(max_length=300, null=True, verbose_name='text in English')),
                ('made_at', models.DateTimeField(editable=False, null=True, verbose_name='written at')),
                ('counted_at', models.DateTimeField(editable=False, null=True, verbose_name='counted at')),
                ('recipients', models.PositiveIntegerField(editable=False, null=True, verbose_name='recipients')),
                ('alone_up_to', models.PositiveIntegerField(editable=False, help_text='So many recipients needed no second person when they were counted.', null=True, verbose_name='alone up to')),
                ('asked_at', models.DateTimeField(editable=False, null=True, verbose_name='asked for at')),
                ('approved_at', models.DateTimeField(editable=False, null=True, verbose_name='approved at')),
                ('goes_at', models.DateTimeField(editable=False, null=True, verbose_name='goes at')),
                ('planned_at', models.DateTimeField(editable=False, null=True, verbose_name='planned at')),
                ('stopped_at', models.DateTimeField(editable=False, null=True, verbose_name='stopped at')),
                ('history_user_id', models.BigIntegerField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('approved_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by')),
                ('audience', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='notifications.audience', verbose_name='audience')),
                ('made_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                ('stopped_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='stopped by')),
            ],
            options={
                'verbose_name': 'historical campaign',
                'verbose_name_plural': 'historical campaigns',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddConstraint(
            model_name='audience',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='audience_has_a_name'),
        ),
        migrations.AddIndex(
            model_name='campaign',
            index=models.Index(condition=models.Q(('goes_at__isnull', False), ('planned_at', None), ('stopped_at', None)), fields=['goes_at'], name='campaign_to_plan'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['announcement', 'survey', 'advice'])), name='campaign_of_a_kind_by_hand'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('made_by')), _negated=True), _connector='OR'), name='campaign_two_people'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('goes_at', None), ('approved_by__isnull', False), ('recipients__lte', models.F('alone_up_to')), _connector='OR'), name='campaign_large_ones_approved'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('goes_at', None), models.Q(('asked_at__isnull', False), ('counted_at__isnull', False)), _connector='OR'), name='campaign_counted_before_it_goes'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('planned_at', None), ('planned_at__gte', models.F('goes_at')), _connector='OR'), name='campaign_planned_after_its_hold'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at', None), ('approved_by', None)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='campaign_approved_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stopped_at', None), ('stopped_by', None)), models.Q(('stopped_at__isnull', False), ('stopped_by__isnull', False)), _connector='OR'), name='campaign_stopped_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='campaignmember',
            constraint=models.UniqueConstraint(fields=('campaign', 'account'), name='campaign_member_once'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
