"""Alarms about linking are of logins, networks and the site."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0007_protection'),
    ]

    operations = [
        migrations.AlterField(
            model_name='linkfreeze',
            name='kind',
            field=models.CharField(choices=[('login', 'One login tried many customer codes'), ('network', 'Many customer codes from one network'), ('site', 'Far more failures than usual')], max_length=8, verbose_name='alarm'),
        ),
        migrations.AlterField(
            model_name='linkfreeze',
            name='subject',
            field=models.CharField(blank=True, help_text='Key of the login, or the network as a hash.', max_length=64, verbose_name='about'),
        ),
    ]
