"""What a notice before a stop of supply is about."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0007_supply_stops'),
        ('notifications', '0015_campaigns'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='stop',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='billing.supplystop', verbose_name='stop of supply'),
        ),
        migrations.AlterField(
            model_name='dispatch',
            name='reason',
            field=models.CharField(blank=True, choices=[('fallback', 'The channel before it failed or stayed silent'), ('kept', 'Not wanted, but the law asks for one channel that works'), ('not_wanted', 'The customer does not want it there'), ('suspended', 'The contact is suspended'), ('moved_out', 'Who owns this contact has moved out'), ('contact_changed', 'The contact was changed or removed'), ('no_agreement', 'No arrangement in force allows it'), ('reached', 'Reached the customer otherwise'), ('no_consent', 'The consent to it was withdrawn'), ('settled', 'Paid meanwhile'), ('superseded', 'Newer word took its place'), ('called_off', 'The stop of supply was called off'), ('guarded', 'The guard before a stop of supply held it'), ('expired', 'Too late to be useful'), ('stopped', 'Stopped by a supervisor'), ('refused_address', 'The provider does not know this address'), ('refused_message', 'The provider refuses this message'), ('stopped_words', 'The provider does not approve these words'), ('exhausted', 'Tried as often as useful'), ('quarantined', 'It broke the sender several times'), ('doubtful', 'Unclear whether the provider took it'), ('bounced', 'Taken by the provider, but not delivered'), ('no_channel', 'No channel is known')], max_length=20, verbose_name='because'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='reason',
            field=models.CharField(blank=True, choices=[('fallback', 'The channel before it failed or stayed silent'), ('kept', 'Not wanted, but the law asks for one channel that works'), ('not_wanted', 'The customer does not want it there'), ('suspended', 'The contact is suspended'), ('moved_out', 'Who owns this contact has moved out'), ('contact_changed', 'The contact was changed or removed'), ('no_agreement', 'No arrangement in force allows it'), ('reached', 'Reached the customer otherwise'), ('no_consent', 'The consent to it was withdrawn'), ('settled', 'Paid meanwhile'), ('superseded', 'Newer word took its place'), ('called_off', 'The stop of supply was called off'), ('guarded', 'The guard before a stop of supply held it'), ('expired', 'Too late to be useful'), ('stopped', 'Stopped by a supervisor'), ('refused_address', 'The provider does not know this address'), ('refused_message', 'The provider refuses this message'), ('stopped_words', 'The provider does not approve these words'), ('exhausted', 'Tried as often as useful'), ('quarantined', 'It broke the sender several times'), ('doubtful', 'Unclear whether the provider took it'), ('bounced', 'Taken by the provider, but not delivered'), ('no_channel', 'No channel is known')], max_length=20, verbose_name='because'),
        ),
    ]
