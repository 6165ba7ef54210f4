import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0011_earlier_bills'),
        ('customers', '0013_loads'),
    ]

    operations = [
        migrations.CreateModel(
            name='UnusualUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(choices=[('jump', 'suddenly much more'), ('rise', 'a little more each day')], max_length=4, verbose_name='what')),
                ('first_on', models.DateField(verbose_name='first day')),
                ('last_on', models.DateField(verbose_name='last day')),
                ('since', models.DateField(verbose_name='held against the days since')),
                ('wh', models.BigIntegerField(verbose_name='Wh a day')),
                ('usual_wh', models.BigIntegerField(verbose_name='usual Wh a day')),
                ('shift', models.PositiveSmallIntegerField(verbose_name='use of all houses, in per cent of their usual')),
                ('found_at', models.DateTimeField(verbose_name='found at')),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='unusual_use', to='customers.account', verbose_name='account')),
            ],
            options={
                'verbose_name': 'unusual use',
                'verbose_name_plural': 'unusual use',
                'indexes': [models.Index(fields=['found_at'], name='unusual_use_found')],
                'constraints': [models.UniqueConstraint(fields=('account', 'last_on'), name='unusual_use_once_a_day'), models.CheckConstraint(condition=models.Q(('first_on__lte', models.F('last_on')), ('since__lt', models.F('first_on'))), name='unusual_use_after_the_usual'), models.CheckConstraint(condition=models.Q(('wh__gt', models.F('usual_wh'))), name='unusual_use_is_more')],
            },
        ),
    ]
