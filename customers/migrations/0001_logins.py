"""Companies and logins: what the tables of Django and allauth point to.

Alone, since those are changed faster while there are no other tables of ours.
"""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    # With the files after it, in place of 30 earlier ones. The first and the last of those are here
    # together, and 0002 asks for the last: a database that has only some of them is refused.
    replaces = [
        ('customers', '0001_initial'),
        ('customers', '0030_scripts_and_consent_texts'),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='OperatingUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=8, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('bills_by_sms', models.BooleanField(db_default=False, default=False, help_text='To the phones of its contracts without an agreement, until its cut-over.', verbose_name='bills by SMS')),
            ],
            options={
                'verbose_name': 'regional company',
                'verbose_name_plural': 'regional companies',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(blank=True, max_length=254, null=True, unique=True, verbose_name='e-mail')),
                ('phone', models.CharField(blank=True, max_length=16, null=True, unique=True, verbose_name='phone')),
                ('phone_verified_at', models.DateTimeField(blank=True, null=True, verbose_name='phone verified at')),
                ('name', models.CharField(blank=True, max_length=150, verbose_name='full name')),
                ('unit', models.ForeignKey(blank=True, help_text='Staff of a regional company see only its accounts.', null=True, on_delete=django.db.models.deletion.PROTECT, to='customers.operatingunit', verbose_name='own company')),
                ('is_staff', models.BooleanField(default=False, verbose_name='staff')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='joined at')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'login',
                'verbose_name_plural': 'logins',
                'constraints': [models.CheckConstraint(condition=models.Q(('email__isnull', False), ('phone__isnull', False), ('is_active', False), _connector='OR'), name='user_can_be_reached')],
            },
        ),
    ]
