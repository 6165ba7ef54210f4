import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0009_closed_months'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BillCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bill_learned_at', models.DateTimeField(verbose_name='bill learned at')),
                ('total', models.BigIntegerField(verbose_name='total of the bill')),
                ('worked_out', models.BigIntegerField(verbose_name='our own total')),
                ('outcome', models.CharField(choices=[('ours', 'our calculation is wrong'), ('billed', 'the billing system is wrong'), ('known', 'a known exception')], max_length=6, verbose_name='outcome')),
                ('note', models.CharField(max_length=300, verbose_name='note')),
                ('at', models.DateTimeField(verbose_name='looked at on')),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='billing.bill', verbose_name='bill')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='looked at by')),
            ],
            options={
                'verbose_name': 'check of a bill',
                'verbose_name_plural': 'checks of bills',
                'constraints': [models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='bill_check_has_a_note'), models.CheckConstraint(condition=models.Q(('total', models.F('worked_out')), _negated=True), name='bill_check_of_a_difference')],
            },
        ),
    ]
