"""Consent, ceiling, quiet hours and version of each kind's policy; what was decided, as data."""

from datetime import date, time

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

# Useless or harmful when it is read hours later, or needed before the next morning's work begins.
AT_ONCE = ["disconnection", "planned_outage", "unplanned_outage", "security", "test_message"]
# In đồng: one Zalo message and change. What the law requires has no ceiling.
CHEAP = {"payment_received": 300, "survey": 300, "advice": 300, "use_threshold": 300, "reading_schedule": 300}

# NULL outside of the quiet hours, else the instant at which they end, on Viet Nam's clock. The
# same time twice is never quiet.
QUIET_UNTIL = """
CREATE FUNCTION notifications_quiet_until(at timestamptz, begins time, ends time)
RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN begins < ends AND (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::time >= begins
            AND (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::time < ends
            OR begins > ends AND (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::time < ends
        THEN ((at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + ends) AT TIME ZONE 'Asia/Ho_Chi_Minh'
        WHEN begins > ends AND (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::time >= begins
        THEN ((at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 1 + ends)
            AT TIME ZONE 'Asia/Ho_Chi_Minh'
    END
$$
"""


def fill(apps, schema_editor):
    policies = apps.get_model("notifications", "KindPolicy").objects
    hours = apps.get_model("notifications", "QuietHours").objects
    hours.create(starts_on=date(2026, 1, 1), begins=time(21), ends=time(7))
    policies.filter(kind__in=AT_ONCE).update(keeps_quiet_hours=False)
    # A kind that asks for consent is named as its purpose.
    for purpose in ["survey", "advice"]:
        policies.filter(kind=purpose).update(consent=purpose)
    for kind, ceiling in CHEAP.items():
        optional = policies.filter(kind=kind, legal_class__in=["service", "advice"])
        optional.update(price_ceiling=ceiling)


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0013_protection_history'),
        ('notifications', '0016_notices_of_stops'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('notice', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='decision', serialize=False, to='notifications.notice', verbose_name='notice')),
                ('decided_at', models.DateTimeField(verbose_name='decided at')),
                ('policy_version', models.PositiveIntegerField(verbose_name='version of the policy')),
                ('left_out', models.JSONField(default=list, help_text='Contacts that were no channel: channel, contact, why.', verbose_name='left out')),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
            },
        ),
        migrations.CreateModel(
            name='HistoricalChannelPrice',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('channel', models.CharField(choices=[('inbox', 'App and website'), ('push', 'Push message'), ('zalo', 'Zalo'), ('email', 'E-mail'), ('sms', 'SMS')], max_length=8, null=True, verbose_name='channel')),
                ('starts_on', models.DateField(null=True, verbose_name='from the day')),
                ('price', models.PositiveIntegerField(null=True, verbose_name='price in đồng')),
                ('history_user_id', models.BigIntegerField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical price of a channel',
                'verbose_name_plural': 'historical prices of channels',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalQuietHours',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('starts_on', models.DateField(db_index=True, null=True, verbose_name='from the day')),
                ('begins', models.TimeField(null=True, verbose_name='quiet from')),
                ('ends', models.TimeField(help_text='The next morning where it is earlier; the same time: never quiet.', null=True, verbose_name='quiet until')),
                ('history_user_id', models.BigIntegerField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical quiet hours',
                'verbose_name_plural': 'historical quiet hours',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='QuietHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(unique=True, verbose_name='from the day')),
                ('begins', models.TimeField(verbose_name='quiet from')),
                ('ends', models.TimeField(help_text='The next morning where it is earlier; the same time: never quiet.', verbose_name='quiet until')),
            ],
            options={
                'verbose_name': 'quiet hours',
                'verbose_name_plural': 'quiet hours',
            },
        ),
        migrations.AddField(
            model_name='dispatch',
            name='quiet_until',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='waited for the quiet hours until'),
        ),
        migrations.AddField(
            model_name='historicalkindpolicy',
            name='consent',
            field=models.CharField(blank=True, choices=[('advice', 'Advice on saving electricity'), ('survey', 'Surveys')], help_text='Told only to those who consented to this; asked again before each message.', max_length=10, null=True, verbose_name='consent'),
        ),
        migrations.AddField(
            model_name='historicalkindpolicy',
            name='keeps_quiet_hours',
            field=models.BooleanField(help_text='Off for what cannot wait until morning.', null=True, verbose_name='waits in quiet hours'),
        ),
        migrations.AddField(
            model_name='historicalkindpolicy',
            name='price_ceiling',
            field=models.PositiveIntegerField(blank=True, help_text='In đồng: a further channel that would go beyond is not tried. Empty: whatever it costs.', null=True, verbose_name='most a notice may cost'),
        ),
        migrations.AddField(
            model_name='historicalkindpolicy',
            name='version',
            field=models.PositiveIntegerField(editable=False, null=True, verbose_name='version'),
        ),
        migrations.AddField(
            model_name='kindpolicy',
            name='consent',
            field=models.CharField(blank=True, choices=[('advice', 'Advice on saving electricity'), ('survey', 'Surveys')], help_text='Told only to those who consented to this; asked again before each message.', max_length=10, verbose_name='consent'),
        ),
        migrations.AddField(
            model_name='kindpolicy',
            name='keeps_quiet_hours',
            field=models.BooleanField(default=True, help_text='Off for what cannot wait until morning.', verbose_name='waits in quiet hours'),
        ),
        migrations.AddField(
            model_name='kindpolicy',
            name='price_ceiling',
            field=models.PositiveIntegerField(blank=True, help_text='In đồng: a further channel that would go beyond is not tried. Empty: whatever it costs.', null=True, verbose_name='most a notice may cost'),
        ),
        migrations.AddField(
            model_name='kindpolicy',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False, verbose_name='version'),
        ),
        migrations.AlterField(
            model_name='dispatch',
            name='price',
            field=models.PositiveIntegerField(default=0, help_text='As expected when it was decided.', verbose_name='price in đồng'),
        ),
        migrations.AlterField(
            model_name='dispatch',
            name='reason',
            field=models.CharField(blank=True, choices=[('fallback', 'The channel before it failed or stayed silent'), ('kept', 'Not wanted, but the law asks for one channel that works'), ('not_wanted', 'The customer does not want it there'), ('suspended', 'The contact is suspended'), ('moved_out', 'Who owns this contact has moved out'), ('contact_changed', 'The contact was changed or removed'), ('no_agreement', 'No arrangement in force allows it'), ('no_consent', 'The customer has not consented, or no longer'), ('over_ceiling', 'It would cost more than such a notice may'), ('not_offered', 'Notices of this kind do not go there'), ('same_address', 'The same address is told already'), ('reached', 'Reached the customer otherwise'), ('settled', 'Paid meanwhile'), ('superseded', 'Newer word took its place'), ('expired', 'Too late to be useful'), ('stopped', 'Stopped by a supervisor'), ('refused_address', 'The provider does not know this address'), ('refused_message', 'The provider refuses this message'), ('stopped_words', 'The provider does not approve these words'), ('exhausted', 'Tried as often as useful'), ('quarantined', 'It broke the sender several times'), ('doubtful', 'Unclear whether the provider took it'), ('bounced', 'Taken by the provider, but not delivered'), ('no_channel', 'No channel is known')], max_length=20, verbose_name='because'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='reason',
            field=models.CharField(blank=True, choices=[('fallback', 'The channel before it failed or stayed silent'), ('kept', 'Not wanted, but the law asks for one channel that works'), ('not_wanted', 'The customer does not want it there'), ('suspended', 'The contact is suspended'), ('moved_out', 'Who owns this contact has moved out'), ('contact_changed', 'The contact was changed or removed'), ('no_agreement', 'No arrangement in force allows it'), ('no_consent', 'The customer has not consented, or no longer'), ('over_ceiling', 'It would cost more than such a notice may'), ('not_offered', 'Notices of this kind do not go there'), ('same_address', 'The same address is told already'), ('reached', 'Reached the customer otherwise'), ('settled', 'Paid meanwhile'), ('superseded', 'Newer word took its place'), ('expired', 'Too late to be useful'), ('stopped', 'Stopped by a supervisor'), ('refused_address', 'The provider does not know this address'), ('refused_message', 'The provider refuses this message'), ('stopped_words', 'The provider does not approve these words'), ('exhausted', 'Tried as often as useful'), ('quarantined', 'It broke the sender several times'), ('doubtful', 'Unclear whether the provider took it'), ('bounced', 'Taken by the provider, but not delivered'), ('no_channel', 'No channel is known')], max_length=20, verbose_name='because'),
        ),
        migrations.CreateModel(
            name='ChannelPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('inbox', 'App and website'), ('push', 'Push message'), ('zalo', 'Zalo'), ('email', 'E-mail'), ('sms', 'SMS')], max_length=8, verbose_name='channel')),
                ('starts_on', models.DateField(verbose_name='from the day')),
                ('price', models.PositiveIntegerField(verbose_name='price in đồng')),
            ],
            options={
                'verbose_name': 'price of a channel',
                'verbose_name_plural': 'prices of channels',
                'constraints': [models.UniqueConstraint(fields=('channel', 'starts_on'), name='channel_price_once')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalOwnQuietHours',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('begins', models.TimeField(null=True, verbose_name='quiet from')),
                ('ends', models.TimeField(null=True, verbose_name='quiet until')),
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
                'verbose_name': 'historical own quiet hours',
                'verbose_name_plural': 'historical own quiet hours',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='OwnQuietHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins', models.TimeField(verbose_name='quiet from')),
                ('ends', models.TimeField(verbose_name='quiet until')),
                ('set_at', models.DateTimeField(verbose_name='set at')),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='quiet_hours', to='customers.account', verbose_name='account')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by')),
            ],
            options={
                'verbose_name': 'own quiet hours',
                'verbose_name_plural': 'own quiet hours',
            },
        ),
        migrations.RunSQL(
            QUIET_UNTIL, "DROP FUNCTION notifications_quiet_until(timestamptz, time, time)"
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
