"""Stops of supply for unpaid bills."""

import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0006_money_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                ('overridden_at', models.DateTimeField(null=True, verbose_name='allowed at')),
                ('overridden_why', models.CharField(blank=True, max_length=200, null=True, verbose_name='why it was allowed')),
                ('history_user_id', models.BigIntegerField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('asked_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('bill', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='billing.bill', verbose_name='bill')),
                ('called_off_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='called off by')),
                ('overridden_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='allowed by')),
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
            name='SupplyStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cut_at', models.DateTimeField(verbose_name='to be cut at')),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('called_off', 'Called off')], default='planned', max_length=10, verbose_name='state')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('called_off_at', models.DateTimeField(null=True, verbose_name='called off at')),
                ('called_off_why', models.CharField(blank=True, max_length=200, verbose_name='why it was called off')),
                ('overridden_for', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, default=list, size=None, verbose_name='allowed although')),
                ('overridden_at', models.DateTimeField(null=True, verbose_name='allowed at')),
                ('overridden_why', models.CharField(blank=True, max_length=200, verbose_name='why it was allowed')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='billing.bill', verbose_name='bill')),
                ('called_off_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='called off by')),
                ('overridden_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='allowed by')),
            ],
            options={
                'verbose_name': 'stop of supply',
                'verbose_name_plural': 'stops of supply',
                'permissions': [('override_supplystop', 'Can let a stop through that the guard holds')],
                'indexes': [models.Index(condition=models.Q(('state', 'planned')), fields=['cut_at'], name='supply_stop_planned')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'planned')), fields=('bill',), name='supply_stop_once_a_bill'), models.CheckConstraint(condition=models.Q(('cut_at__gt', models.F('asked_at'))), name='supply_stop_lies_ahead'), models.CheckConstraint(condition=models.Q(models.Q(('called_off_at', None), ('called_off_by', None), ('state', 'planned')), models.Q(('called_off_at__isnull', False), ('called_off_by__isnull', False), ('state', 'called_off'), models.Q(('called_off_why', ''), _negated=True)), _connector='OR'), name='supply_stop_called_off_with_a_reason'), models.CheckConstraint(condition=models.Q(('overridden_for__contained_by', ['notices', 'stale_payments', 'arrangement'])), name='supply_stop_law_is_not_waived'), models.CheckConstraint(condition=models.Q(models.Q(('overridden_at', None), ('overridden_by', None), ('overridden_for', [])), models.Q(('overridden_at__isnull', False), ('overridden_by__isnull', False), models.Q(('overridden_why', ''), _negated=True), models.Q(('overridden_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='supply_stop_allowed_by_a_second_person')],
            },
        ),
    ]
