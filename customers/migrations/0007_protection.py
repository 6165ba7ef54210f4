"""Accounts that only supervisors open; alarms of many looks."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_my_data"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Protection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(max_length=200, verbose_name='why')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='protection', to='customers.account', verbose_name='account')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'protected account',
                'verbose_name_plural': 'protected accounts',
                'permissions': [('see_protected', 'Can see and protect accounts that only supervisors open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='protection_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='LookAlarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('accounts', 'many accounts opened'), ('reveals', 'many contacts shown in full')], max_length=8, verbose_name='what')),
                ('count', models.PositiveIntegerField(verbose_name='how many in one hour')),
                ('raised_at', models.DateTimeField(verbose_name='raised at')),
                ('read_at', models.DateTimeField(null=True, verbose_name='looked into at')),
                ('read_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='looked into by')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'alarm of many looks',
                'verbose_name_plural': 'alarms of many looks',
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('read_at', None)), fields=('user', 'kind'), name='look_alarm_one_unread_per_kind'),
                    models.CheckConstraint(condition=models.Q(models.Q(('read_at', None), ('read_by', None)), models.Q(('read_at__isnull', False), ('read_by__isnull', False)), _connector='OR'), name='look_alarm_read_by_someone'),
                    models.CheckConstraint(condition=models.Q(('read_by', None), models.Q(('read_by', models.F('user')), _negated=True), _connector='OR'), name='look_alarm_two_people'),
                ],
            },
        ),
    ]
