import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0012_unusual_use'),
        ('customers', '0015_neighbours'),
    ]

    operations = [
        migrations.CreateModel(
            name='Neighbourhood',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ward_key', models.CharField(max_length=100, verbose_name='ward as compared')),
                ('month', models.DateField(verbose_name='billing month')),
                ('homes', models.PositiveIntegerField(verbose_name='homes, rounded down to tens')),
                ('low_kwh', models.PositiveIntegerField(verbose_name='a quarter used less')),
                ('middle_kwh', models.PositiveIntegerField(verbose_name='half used less')),
                ('high_kwh', models.PositiveIntegerField(verbose_name='a quarter used more')),
                ('made_at', models.DateTimeField(verbose_name='worked out at')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.operatingunit', verbose_name='company')),
            ],
            options={
                'verbose_name': 'use of a neighbourhood',
                'verbose_name_plural': 'use of neighbourhoods',
                'constraints': [models.UniqueConstraint(fields=('unit', 'ward_key', 'month'), name='neighbourhood_once_a_month'), models.CheckConstraint(condition=models.Q(('homes__gte', 20)), name='neighbourhood_of_many'), models.CheckConstraint(condition=models.Q(('low_kwh__lte', models.F('middle_kwh')), ('middle_kwh__lte', models.F('high_kwh'))), name='neighbourhood_in_order')],
            },
        ),
    ]
