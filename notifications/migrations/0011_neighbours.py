from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0010_thresholds_in_units'),
    ]

    operations = [
        migrations.AlterField(
            model_name='historicalkindpolicy',
            name='consent',
            field=models.CharField(blank=True, choices=[('advice', 'Advice on saving electricity'), ('survey', 'Surveys'), ('neighbours', 'Comparison with homes of my ward')], help_text='Told only to those who consented to this; asked again before each message.', max_length=10, null=True, verbose_name='consent'),
        ),
        migrations.AlterField(
            model_name='kindpolicy',
            name='consent',
            field=models.CharField(blank=True, choices=[('advice', 'Advice on saving electricity'), ('survey', 'Surveys'), ('neighbours', 'Comparison with homes of my ward')], help_text='Told only to those who consented to this; asked again before each message.', max_length=10, verbose_name='consent'),
        ),
    ]
