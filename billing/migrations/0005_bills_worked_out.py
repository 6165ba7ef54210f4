from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0004_needs'),
    ]

    operations = [
        migrations.AddField(
            model_name='bill',
            name='worked_out',
            field=models.BigIntegerField(editable=False, help_text='What our prices give for these kWh; empty where the kWh alone do not tell.', null=True, verbose_name='our own total'),
        ),
    ]
