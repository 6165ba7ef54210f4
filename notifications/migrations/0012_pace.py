"""How fast each provider may be called, by all senders together."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0011_announce_known_outages'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pace',
            fields=[
                ('provider', models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name='provider')),
                ('calls', models.FloatField(default=0, verbose_name='calls that may start')),
                ('filled_at', models.DateTimeField(help_text="By the database's clock.", verbose_name='filled at')),
                ('quota', models.PositiveIntegerField(blank=True, null=True, verbose_name='messages a day')),
                ('left', models.PositiveIntegerField(blank=True, null=True, verbose_name='left today')),
                ('said_at', models.DateTimeField(blank=True, null=True, verbose_name='said at')),
            ],
            options={
                'verbose_name': 'pace of a provider',
                'verbose_name_plural': 'paces of providers',
            },
        ),
    ]
