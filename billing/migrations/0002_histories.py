"""A row of history for each change that people make to prices, terms and stops of supply."""

import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from portal.lib.tables import CreateModels


CHANGES = [
    ('+', 'Created'),
    ('~', 'Changed'),
    ('-', 'Deleted'),
]


class Migration(migrations.Migration):

    replaces = [
        ('billing', '0003_history'),
    ]

    dependencies = [
        # Which is 0001_tables, or missing; see there.
        ('billing', '0013_debits'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='HistoricalSupplyStop',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('cut_at', models.DateTimeField(null=True, verbose_name='to be cut at')),
                    ('state', models.CharField(choices=[('planned', 'Planned'), ('called_off', 'Called off')], max_length=10, null=True, verbose_name='state')),
                    ('asked_at', models.DateTimeField(null=True, verbose_name='asked at')),
                    ('called_off_at', models.DateTimeField(null=True, verbose_name='called off at')),
                    ('called_off_why', models.CharField(blank=True, max_length=200, null=True, verbose_name='why it was called off')),
                    ('overridden_for', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, null=True, size=None, verbose_name='allowed although')),
                    ('overridden_protections', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, help_text='Each in the state it was in; one that came later holds the stop again.', null=True, size=None, verbose_name='arrangements allowed although')),
                    ('overridden_at', models.DateTimeField(null=True, verbose_name='allowed at')),
                    ('overridden_why', models.CharField(blank=True, max_length=200, null=True, verbose_name='why it was allowed')),
                    ('history_user_id', models.BigIntegerField(null=True)),
                    ('bill', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='billing.bill', verbose_name='bill')),
                    ('asked_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                    ('called_off_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='called off by')),
                    ('overridden_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='allowed by')),
                    ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=CHANGES, max_length=1)),
                ],
                options={
                    'verbose_name': 'historical stop of supply',
                    'verbose_name_plural': 'historical stops of supply',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalTariff',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('decision', models.CharField(max_length=40, null=True, verbose_name='decision')),
                    ('group', models.CharField(max_length=60, null=True, verbose_name='group')),
                    ('voltage', models.CharField(blank=True, max_length=20, null=True, verbose_name='voltage')),
                    ('valid_from', models.DateField(null=True, verbose_name='valid from')),
                    ('valid_before', models.DateField(blank=True, null=True, verbose_name='valid before')),
                    ('confirmed', models.BooleanField(help_text='Unconfirmed prices are never used for a real bill.', null=True, verbose_name='confirmed')),
                    ('changed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='changed at')),
                    ('history_user_id', models.BigIntegerField(null=True)),
                    ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=CHANGES, max_length=1)),
                ],
                options={
                    'verbose_name': 'historical tariff',
                    'verbose_name_plural': 'historical tariffs',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalTariffPrice',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('register_or_step', models.CharField(help_text='A step in kWh a month, such as 0-50 or 401+; normal, peak or offpeak for hours; flat or all for one price.', max_length=10, null=True, verbose_name='step or band')),
                    ('dong_per_kwh', models.PositiveIntegerField(null=True, verbose_name='đồng per kWh')),
                    ('history_user_id', models.BigIntegerField(null=True)),
                    ('tariff', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='billing.tariff', verbose_name='tariff')),
                    ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=CHANGES, max_length=1)),
                ],
                options={
                    'verbose_name': 'historical price',
                    'verbose_name_plural': 'historical prices',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalVatRate',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('valid_from', models.DateField(db_index=True, null=True, verbose_name='valid from')),
                    ('valid_before', models.DateField(blank=True, null=True, verbose_name='valid before')),
                    ('percent', models.DecimalField(decimal_places=2, max_digits=4, null=True, verbose_name='percent')),
                    ('confirmed', models.BooleanField(null=True, verbose_name='confirmed')),
                    ('changed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='changed at')),
                    ('history_user_id', models.BigIntegerField(null=True)),
                    ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=CHANGES, max_length=1)),
                ],
                options={
                    'verbose_name': 'historical VAT rate',
                    'verbose_name_plural': 'historical VAT rates',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
            migrations.CreateModel(
                name='HistoricalPaymentTerms',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('valid_from', models.DateField(null=True, verbose_name='valid from')),
                    ('remind_days_before', models.PositiveSmallIntegerField(null=True, verbose_name='remind so many days before the last day of paying')),
                    ('overdue_days_after', models.PositiveSmallIntegerField(null=True, verbose_name='tell that it is late so many days after')),
                    ('stop_days_after', models.PositiveSmallIntegerField(null=True, verbose_name='days from issue before supply may be stopped')),
                    ('stop_notices', models.PositiveSmallIntegerField(null=True, verbose_name='notices that must have gone out before')),
                    ('stop_hours_ahead', models.PositiveSmallIntegerField(null=True, verbose_name='hours between the last notice and the stop')),
                    ('payments_fresh_hours', models.PositiveSmallIntegerField(null=True, verbose_name='hours for which loaded payments count as fresh')),
                    ('history_user_id', models.BigIntegerField(null=True)),
                    ('unit', models.ForeignKey(blank=True, db_constraint=False, db_index=False, help_text='Empty: every company without terms of its own.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.operatingunit', verbose_name='company')),
                    ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=CHANGES, max_length=1)),
                ],
                options={
                    'verbose_name': 'historical terms of paying',
                    'verbose_name_plural': 'historical terms of paying',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
        ]),
    ]
