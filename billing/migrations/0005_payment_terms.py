"""Deadlines of paying, with what the law asks as everybody's terms."""

from datetime import date

import django.db.models.deletion
import simple_history.models
from django.db import migrations, models


def fill(apps, schema_editor):
    apps.get_model("billing", "PaymentTerms").objects.create(valid_from=date(2020, 1, 1))


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0004_step_help'),
        ('customers', '0013_protection_history'),
    ]

    operations = [
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
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical terms of paying',
                'verbose_name_plural': 'historical terms of paying',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='PaymentTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('remind_days_before', models.PositiveSmallIntegerField(default=1, verbose_name='remind so many days before the last day of paying')),
                ('overdue_days_after', models.PositiveSmallIntegerField(default=1, verbose_name='tell that it is late so many days after')),
                ('stop_days_after', models.PositiveSmallIntegerField(default=15, verbose_name='days from issue before supply may be stopped')),
                ('stop_notices', models.PositiveSmallIntegerField(default=2, verbose_name='notices that must have gone out before')),
                ('stop_hours_ahead', models.PositiveSmallIntegerField(default=24, verbose_name='hours between the last notice and the stop')),
                ('payments_fresh_hours', models.PositiveSmallIntegerField(default=36, verbose_name='hours for which loaded payments count as fresh')),
            ],
            options={
                'verbose_name': 'terms of paying',
                'verbose_name_plural': 'terms of paying',
            },
        ),
        migrations.AddField(
            model_name='historicalpaymentterms',
            name='unit',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, help_text='Empty: every company without terms of its own.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.operatingunit', verbose_name='company'),
        ),
        migrations.AddField(
            model_name='paymentterms',
            name='unit',
            field=models.ForeignKey(blank=True, help_text='Empty: every company without terms of its own.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payment_terms', to='customers.operatingunit', verbose_name='company'),
        ),
        migrations.AddConstraint(
            model_name='paymentterms',
            constraint=models.UniqueConstraint(fields=('unit', 'valid_from'), name='payment_terms_once', nulls_distinct=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
