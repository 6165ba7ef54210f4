"""What was measured and what is owed: reads, prices, bills, payments, fees, stops of supply."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from portal.lib.tables import CreateModels


class Migration(migrations.Migration):

    initial = True

    # With the files after it, in place of 13 earlier ones. The first and the last of those are here
    # together, and 0002 asks for the last: a database that has only some of them is refused.
    replaces = [
        ('billing', '0001_initial'),
        ('billing', '0004_step_help'),
        ('billing', '0006_money_indexes'),
        ('billing', '0007_supply_stops'),
        ('billing', '0008_service_fees'),
        ('billing', '0009_payment_feeds'),
        ('billing', '0010_overridden_protections'),
        ('billing', '0011_payments_known_until'),
        ('billing', '0012_bills_by_learning'),
        ('billing', '0013_debits'),
    ]

    dependencies = [
        ('customers', '0005_terms_and_consent_texts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Bill',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bills', to='customers.account', verbose_name='account')),
                    ('month', models.DateField(help_text='First day of the month it is named after.', verbose_name='billing month')),
                    ('starts_on', models.DateField(verbose_name='from')),
                    ('ends_before', models.DateField(verbose_name='before')),
                    ('index_from_wh', models.BigIntegerField(verbose_name='first index')),
                    ('index_to_wh', models.BigIntegerField(verbose_name='last index')),
                    ('usage_kwh', models.PositiveIntegerField(verbose_name='use in kWh')),
                    ('households', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='households')),
                    ('net', models.BigIntegerField(verbose_name='before VAT')),
                    ('vat_percent', models.DecimalField(decimal_places=2, max_digits=4, verbose_name='VAT in percent')),
                    ('vat', models.BigIntegerField(verbose_name='VAT')),
                    ('total', models.BigIntegerField(verbose_name='total')),
                    ('issued_on', models.DateField(verbose_name='issued on')),
                    ('due_on', models.DateField(verbose_name='pay by')),
                    ('paid_at', models.DateTimeField(blank=True, null=True, verbose_name='paid at')),
                    ('debit_failed_on', models.DateField(editable=False, help_text='Of the last try, where the bank refused: then no bank pays this bill.', null=True, verbose_name='debit failed on')),
                    ('learned_at', models.DateTimeField(verbose_name='learned at')),
                ],
                options={
                    'verbose_name': 'bill',
                    'verbose_name_plural': 'bills',
                    'indexes': [models.Index(fields=['month', 'account'], name='bill_by_month'), models.Index(condition=models.Q(('paid_at', None), ('total__gt', 0)), fields=['due_on', 'month'], name='bill_unpaid_by_due'), django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['learned_at'], name='bill_by_learning')],
                    'constraints': [models.UniqueConstraint(fields=('account', 'starts_on'), name='bill_once_per_period'), models.UniqueConstraint(fields=('account', 'month'), name='bill_once_per_month'), models.CheckConstraint(condition=models.Q(('total', django.db.models.expressions.CombinedExpression(models.F('net'), '+', models.F('vat')))), name='bill_total_adds_up'), models.CheckConstraint(condition=models.Q(('total__gte', 0)), name='bill_total_not_negative'), models.CheckConstraint(condition=models.Q(('ends_before__gt', models.F('starts_on'))), name='bill_period_has_days'), models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('issued_on'))), name='bill_due_after_issue')],
                },
            ),
            migrations.CreateModel(
                name='Debit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='debits', to='customers.account', verbose_name='account')),
                    ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='debits', to='billing.bill', verbose_name='bill')),
                    ('amount', models.BigIntegerField(verbose_name='amount')),
                    ('result', models.CharField(choices=[('debited', 'Debited'), ('funds', 'Not enough money'), ('limit', 'Above the limit'), ('system', 'Fault at the bank'), ('blocked', 'Account blocked'), ('wrong', 'Wrong account number'), ('closed', 'Account closed'), ('revoked', 'Authorisation taken back'), ('expired', 'Authorisation run out')], max_length=8, verbose_name='result')),
                    ('debited_on', models.DateField(help_text='The day of the try.', verbose_name='debited on')),
                    ('learned_at', models.DateTimeField(verbose_name='learned at')),
                ],
                options={
                    'verbose_name': 'result of a debit',
                    'verbose_name_plural': 'results of debits',
                    'indexes': [models.Index(fields=['learned_at'], name='debit_by_learning')],
                    'constraints': [models.UniqueConstraint(fields=('bill', 'debited_on'), name='debit_once_a_day'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='debit_of_money')],
                },
            ),
            migrations.CreateModel(
                name='ServiceFee',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fees', to='customers.account', verbose_name='account')),
                    ('reference', models.CharField(max_length=40, unique=True, verbose_name='fee number')),
                    ('what', models.CharField(max_length=120, verbose_name='what for')),
                    ('amount', models.BigIntegerField(verbose_name='amount')),
                    ('due_on', models.DateField(verbose_name='pay by')),
                    ('learned_at', models.DateTimeField(verbose_name='learned at')),
                ],
                options={
                    'verbose_name': 'service fee',
                    'verbose_name_plural': 'service fees',
                    'indexes': [models.Index(fields=['due_on'], name='fee_by_day')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='fee_amount_positive')],
                },
            ),
            migrations.CreateModel(
                name='Payment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='customers.account', verbose_name='account')),
                    ('bill', models.ForeignKey(blank=True, help_text='Empty while the bill of that month is not loaded.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='billing.bill', verbose_name='bill')),
                    ('month', models.DateField(verbose_name='billing month')),
                    ('amount', models.BigIntegerField(verbose_name='amount')),
                    ('paid_at', models.DateTimeField(verbose_name='paid at')),
                    ('collected_by', models.CharField(max_length=40, verbose_name='paid through')),
                    ('reference', models.CharField(max_length=40, unique=True, verbose_name='transaction number')),
                    ('learned_at', models.DateTimeField(verbose_name='learned at')),
                ],
                options={
                    'verbose_name': 'payment',
                    'verbose_name_plural': 'payments',
                    'indexes': [models.Index(fields=['account', 'month'], name='payment_by_month'), models.Index(fields=['learned_at'], name='payment_by_learning')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payment_is_money_in')],
                },
            ),
            migrations.CreateModel(
                name='PaymentFeed',
                fields=[
                    ('unit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='payment_feed', serialize=False, to='customers.operatingunit', verbose_name='company')),
                    ('known_until', models.DateTimeField(verbose_name='known until')),
                ],
                options={
                    'verbose_name': 'state of the payments of a company',
                    'verbose_name_plural': 'states of the payments of companies',
                },
            ),
            migrations.CreateModel(
                name='Read',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('meter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reads', to='customers.meter', verbose_name='meter')),
                    ('day', models.DateField(verbose_name='day')),
                    ('index_wh', models.BigIntegerField(help_text='Register in thousandths of a kWh, before the multiplier.', verbose_name='index')),
                    ('quality', models.CharField(choices=[('measured', 'Measured'), ('estimated', 'Estimated'), ('corrected', 'Corrected')], default='measured', max_length=9, verbose_name='quality')),
                    ('learned_at', models.DateTimeField(verbose_name='learned at')),
                ],
                options={
                    'verbose_name': 'daily read',
                    'verbose_name_plural': 'daily reads',
                    'constraints': [models.UniqueConstraint(fields=('meter', 'day'), name='read_once_per_day'), models.CheckConstraint(condition=models.Q(('index_wh__gte', 0)), name='read_index_not_negative')],
                },
            ),
            migrations.CreateModel(
                name='SupplyStop',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='billing.bill', verbose_name='bill')),
                    ('cut_at', models.DateTimeField(verbose_name='to be cut at')),
                    ('state', models.CharField(choices=[('planned', 'Planned'), ('called_off', 'Called off')], default='planned', max_length=10, verbose_name='state')),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                    ('asked_at', models.DateTimeField(verbose_name='asked at')),
                    ('called_off_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='called off by')),
                    ('called_off_at', models.DateTimeField(null=True, verbose_name='called off at')),
                    ('called_off_why', models.CharField(blank=True, max_length=200, verbose_name='why it was called off')),
                    ('overridden_for', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, default=list, size=None, verbose_name='allowed although')),
                    ('overridden_protections', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='Each in the state it was in; one that came later holds the stop again.', size=None, verbose_name='arrangements allowed although')),
                    ('overridden_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='allowed by')),
                    ('overridden_at', models.DateTimeField(null=True, verbose_name='allowed at')),
                    ('overridden_why', models.CharField(blank=True, max_length=200, verbose_name='why it was allowed')),
                ],
                options={
                    'verbose_name': 'stop of supply',
                    'verbose_name_plural': 'stops of supply',
                    'permissions': [('override_supplystop', 'Can let a stop through that the guard holds')],
                    'indexes': [models.Index(condition=models.Q(('state', 'planned')), fields=['cut_at'], name='supply_stop_planned')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'planned')), fields=('bill',), name='supply_stop_once_a_bill'), models.CheckConstraint(condition=models.Q(('cut_at__gt', models.F('asked_at'))), name='supply_stop_lies_ahead'), models.CheckConstraint(condition=models.Q(models.Q(('called_off_at', None), ('called_off_by', None), ('state', 'planned')), models.Q(('called_off_at__isnull', False), ('called_off_by__isnull', False), ('state', 'called_off'), models.Q(('called_off_why', ''), _negated=True)), _connector='OR'), name='supply_stop_called_off_with_a_reason'), models.CheckConstraint(condition=models.Q(('overridden_for__contained_by', ['notices', 'stale_payments', 'arrangement'])), name='supply_stop_law_is_not_waived'), models.CheckConstraint(condition=models.Q(models.Q(('overridden_at', None), ('overridden_by', None), ('overridden_for', [])), models.Q(('overridden_at__isnull', False), ('overridden_by__isnull', False), models.Q(('overridden_why', ''), _negated=True), models.Q(('overridden_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='supply_stop_allowed_by_a_second_person')],
                },
            ),
            migrations.CreateModel(
                name='Tariff',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('decision', models.CharField(max_length=40, verbose_name='decision')),
                    ('group', models.CharField(max_length=60, verbose_name='group')),
                    ('voltage', models.CharField(blank=True, max_length=20, verbose_name='voltage')),
                    ('valid_from', models.DateField(verbose_name='valid from')),
                    ('valid_before', models.DateField(blank=True, null=True, verbose_name='valid before')),
                    ('confirmed', models.BooleanField(default=False, help_text='Unconfirmed prices are never used for a real bill.', verbose_name='confirmed')),
                    ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed at')),
                ],
                options={
                    'verbose_name': 'tariff',
                    'verbose_name_plural': 'tariffs',
                    'constraints': [models.UniqueConstraint(fields=('group', 'voltage', 'valid_from'), name='tariff_once_per_date'), models.CheckConstraint(condition=models.Q(('valid_before', None), ('valid_before__gt', models.F('valid_from')), _connector='OR'), name='tariff_ends_after_start')],
                },
            ),
            migrations.CreateModel(
                name='TariffPrice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tariff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='billing.tariff', verbose_name='tariff')),
                    ('register_or_step', models.CharField(help_text='A step in kWh a month, such as 0-50 or 401+; normal, peak or offpeak for hours; flat or all for one price.', max_length=10, verbose_name='step or band')),
                    ('dong_per_kwh', models.PositiveIntegerField(verbose_name='đồng per kWh')),
                ],
                options={
                    'verbose_name': 'price',
                    'verbose_name_plural': 'prices',
                    'constraints': [models.UniqueConstraint(fields=('tariff', 'register_or_step'), name='price_once_per_step')],
                },
            ),
            migrations.CreateModel(
                name='VatRate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('valid_from', models.DateField(unique=True, verbose_name='valid from')),
                    ('valid_before', models.DateField(blank=True, null=True, verbose_name='valid before')),
                    ('percent', models.DecimalField(decimal_places=2, max_digits=4, verbose_name='percent')),
                    ('confirmed', models.BooleanField(default=False, verbose_name='confirmed')),
                    ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed at')),
                ],
                options={
                    'verbose_name': 'VAT rate',
                    'verbose_name_plural': 'VAT rates',
                    'constraints': [models.CheckConstraint(condition=models.Q(('valid_before', None), ('valid_before__gt', models.F('valid_from')), _connector='OR'), name='vat_rate_ends_after_start')],
                },
            ),
            migrations.CreateModel(
                name='PaymentTerms',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('unit', models.ForeignKey(blank=True, help_text='Empty: every company without terms of its own.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payment_terms', to='customers.operatingunit', verbose_name='company')),
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
                    'constraints': [models.UniqueConstraint(fields=('unit', 'valid_from'), name='payment_terms_once', nulls_distinct=False)],
                },
            ),
        ]),
    ]
