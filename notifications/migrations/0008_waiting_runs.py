"""Runs that wait for two people, and runs that are stopped; how many notices each has."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


COUNT = '''
UPDATE notifications_run r SET size = n.size
FROM (SELECT run_id, count(*) AS size FROM notifications_notice GROUP BY run_id) n
WHERE n.run_id = r.id
'''


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0007_wordings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='run',
            options={'permissions': [('check_run', 'Can confirm the numbers of a run that is larger than usual'), ('release_run', 'Can release a run that is larger than usual')], 'verbose_name': 'run', 'verbose_name_plural': 'runs'},
        ),
        migrations.AddField(
            model_name='run',
            name='checked_at',
            field=models.DateTimeField(null=True, verbose_name='checked at'),
        ),
        migrations.AddField(
            model_name='run',
            name='checked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked by'),
        ),
        migrations.AddField(
            model_name='run',
            name='released_at',
            field=models.DateTimeField(null=True, verbose_name='released at'),
        ),
        migrations.AddField(
            model_name='run',
            name='released_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='released by'),
        ),
        migrations.AddField(
            model_name='run',
            name='released_for',
            field=models.PositiveIntegerField(default=0, verbose_name='notices released'),
        ),
        migrations.AddField(
            model_name='run',
            name='size',
            field=models.PositiveIntegerField(default=0, verbose_name='notices'),
        ),
        migrations.AddField(
            model_name='run',
            name='stopped_at',
            field=models.DateTimeField(null=True, verbose_name='stopped at'),
        ),
        migrations.AddField(
            model_name='run',
            name='stopped_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='stopped by'),
        ),
        migrations.AddField(
            model_name='run',
            name='waits_since',
            field=models.DateTimeField(help_text='It is far larger than usual: two people look before anything is sent.', null=True, verbose_name='waits since'),
        ),
        migrations.AlterField(
            model_name='dispatch',
            name='reason',
            field=models.CharField(blank=True, choices=[('fallback', 'The channel before it failed or stayed silent'), ('kept', 'Not wanted, but the law asks for one channel that works'), ('not_wanted', 'The customer does not want it there'), ('suspended', 'The contact is suspended'), ('moved_out', 'Who owns this contact has moved out'), ('contact_changed', 'The contact was changed or removed'), ('no_agreement', 'No arrangement in force allows it'), ('reached', 'Reached the customer otherwise'), ('settled', 'Paid meanwhile'), ('expired', 'Too late to be useful'), ('stopped', 'Stopped by a supervisor'), ('refused_address', 'The provider does not know this address'), ('refused_message', 'The provider refuses this message'), ('stopped_words', 'The provider does not approve these words'), ('exhausted', 'Tried as often as useful'), ('quarantined', 'It broke the sender several times'), ('doubtful', 'Unclear whether the provider took it'), ('bounced', 'Taken by the provider, but not delivered'), ('no_channel', 'No channel is known')], max_length=20, verbose_name='because'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='reason',
            field=models.CharField(blank=True, choices=[('fallback', 'The channel before it failed or stayed silent'), ('kept', 'Not wanted, but the law asks for one channel that works'), ('not_wanted', 'The customer does not want it there'), ('suspended', 'The contact is suspended'), ('moved_out', 'Who owns this contact has moved out'), ('contact_changed', 'The contact was changed or removed'), ('no_agreement', 'No arrangement in force allows it'), ('reached', 'Reached the customer otherwise'), ('settled', 'Paid meanwhile'), ('expired', 'Too late to be useful'), ('stopped', 'Stopped by a supervisor'), ('refused_address', 'The provider does not know this address'), ('refused_message', 'The provider refuses this message'), ('stopped_words', 'The provider does not approve these words'), ('exhausted', 'Tried as often as useful'), ('quarantined', 'It broke the sender several times'), ('doubtful', 'Unclear whether the provider took it'), ('bounced', 'Taken by the provider, but not delivered'), ('no_channel', 'No channel is known')], max_length=20, verbose_name='because'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(condition=models.Q(('waits_since__isnull', False)), fields=['waits_since'], name='run_waiting'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(condition=models.Q(('stopped_at__isnull', False)), fields=['stopped_at'], name='run_stopped'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('released_by', None), models.Q(('checked_by__isnull', False), models.Q(('released_by', models.F('checked_by')), _negated=True)), _connector='OR'), name='run_released_by_a_second_person'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_at', None), ('checked_by', None)), models.Q(('checked_at__isnull', False), ('checked_by__isnull', False)), _connector='OR'), name='run_checked_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('released_at', None), ('released_by', None)), models.Q(('released_at__isnull', False), ('released_by__isnull', False)), _connector='OR'), name='run_released_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stopped_at', None), ('stopped_by', None)), models.Q(('stopped_at__isnull', False), ('stopped_by__isnull', False)), _connector='OR'), name='run_stopped_by_someone'),
        ),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
