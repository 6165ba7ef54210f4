"""A row of history for each change that people make to prices."""

import django.db.models.deletion
import simple_history.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0002_price_book'),
    ]

    operations = [
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
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
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
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
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
            name='HistoricalTariffPrice',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('register_or_step', models.CharField(help_text='0-50, 401+, normal, peak, offpeak, flat, all', max_length=10, null=True, verbose_name='step or band')),
                ('dong_per_kwh', models.PositiveIntegerField(null=True, verbose_name='đồng per kWh')),
                ('history_user_id', models.BigIntegerField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('tariff', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='billing.tariff', verbose_name='tariff')),
            ],
            options={
                'verbose_name': 'historical price',
                'verbose_name_plural': 'historical prices',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
