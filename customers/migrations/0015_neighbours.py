from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0014_powers_stay'),
    ]

    operations = [
        migrations.AlterField(
            model_name='consent',
            name='purpose',
            field=models.CharField(choices=[('advice', 'Advice on saving electricity'), ('survey', 'Surveys'), ('neighbours', 'Comparison with homes of my ward')], max_length=10, verbose_name='purpose'),
        ),
        migrations.AlterField(
            model_name='historicalconsent',
            name='purpose',
            field=models.CharField(choices=[('advice', 'Advice on saving electricity'), ('survey', 'Surveys'), ('neighbours', 'Comparison with homes of my ward')], max_length=10, null=True, verbose_name='purpose'),
        ),
    ]
