"""Customers' data taken away as a file; looks found by their time."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0008_alarms'),
    ]

    operations = [
        migrations.CreateModel(
            name='Download',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=120, verbose_name='file')),
                ('key', models.CharField(editable=False, max_length=60)),
                ('rows', models.PositiveIntegerField(verbose_name='rows')),
                ('asked_at', models.DateTimeField(verbose_name='asked for at')),
                ('approved_at', models.DateTimeField(null=True, verbose_name='approved at')),
                ('taken_at', models.DateTimeField(null=True, verbose_name='downloaded at')),
            ],
            options={
                'verbose_name': "download of customers' data",
                'verbose_name_plural': "downloads of customers' data",
                'permissions': [('take_download', "Can download customers' data"), ('approve_download', "Can approve large downloads of customers' data")],
            },
        ),
        migrations.AddIndex(
            model_name='look',
            index=models.Index(fields=['at'], name='look_by_time'),
        ),
        migrations.AddField(
            model_name='download',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='download',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by'),
        ),
        migrations.AddIndex(
            model_name='download',
            index=models.Index(fields=['asked_by', '-asked_at'], name='download_by_person'),
        ),
        migrations.AddConstraint(
            model_name='download',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('asked_by')), _negated=True), _connector='OR'), name='download_two_people'),
        ),
        migrations.AddConstraint(
            model_name='download',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at', None), ('approved_by', None)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='download_approved_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='download',
            constraint=models.UniqueConstraint(condition=models.Q(('approved_at', None), ('taken_at', None)), fields=('asked_by', 'key'), name='download_asked_for_once'),
        ),
    ]
