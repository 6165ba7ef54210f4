
import customers.models.arrangements
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0019_asked_loads'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='arrangement',
            options={'permissions': [('decide_arrangement', 'Can approve or refuse arrangements'), ('load_arrangement', 'Can load files of arrangements')], 'verbose_name': 'arrangement', 'verbose_name_plural': 'arrangements'},
        ),
        migrations.AddField(
            model_name='arrangement',
            name='agreed_on',
            field=models.DateField(editable=False, help_text='The day of the agreement that a file brought; empty: agreed when recorded.', null=True, verbose_name='agreed on paper on'),
        ),
        migrations.AddField(
            model_name='arrangement',
            name='load',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='arrangements', to='customers.load', verbose_name='brought by the file'),
        ),
        migrations.AddField(
            model_name='historicalarrangement',
            name='agreed_on',
            field=models.DateField(editable=False, help_text='The day of the agreement that a file brought; empty: agreed when recorded.', null=True, verbose_name='agreed on paper on'),
        ),
        migrations.AddField(
            model_name='historicalarrangement',
            name='load',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.load', verbose_name='brought by the file'),
        ),
        migrations.AddField(
            model_name='historicalautodebit',
            name='agreed_on',
            field=models.DateField(editable=False, help_text='The day of the agreement that a file brought; empty: agreed when recorded.', null=True, verbose_name='agreed on paper on'),
        ),
        migrations.AddField(
            model_name='historicalautodebit',
            name='load',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.load', verbose_name='brought by the file'),
        ),
        migrations.AddField(
            model_name='historicalmonthendreading',
            name='agreed_on',
            field=models.DateField(editable=False, help_text='The day of the agreement that a file brought; empty: agreed when recorded.', null=True, verbose_name='agreed on paper on'),
        ),
        migrations.AddField(
            model_name='historicalmonthendreading',
            name='load',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.load', verbose_name='brought by the file'),
        ),
        migrations.AddField(
            model_name='historicalrelativecontact',
            name='agreed_on',
            field=models.DateField(editable=False, help_text='The day of the agreement that a file brought; empty: agreed when recorded.', null=True, verbose_name='agreed on paper on'),
        ),
        migrations.AddField(
            model_name='historicalrelativecontact',
            name='load',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.load', verbose_name='brought by the file'),
        ),
        migrations.AddField(
            model_name='historicalsmsretention',
            name='agreed_on',
            field=models.DateField(editable=False, help_text='The day of the agreement that a file brought; empty: agreed when recorded.', null=True, verbose_name='agreed on paper on'),
        ),
        migrations.AddField(
            model_name='historicalsmsretention',
            name='load',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.load', verbose_name='brought by the file'),
        ),
        migrations.AddConstraint(
            model_name='arrangement',
            constraint=models.CheckConstraint(condition=models.Q(('agreed_on', None), ('requested_at__gte', customers.models.arrangements.StartOf('agreed_on')), _connector='OR'), name='arrangement_agreed_before'),
        ),
    ]
