from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0018_fees_and_reading_days'),
    ]

    operations = [
        migrations.AlterField(
            model_name='dispatch',
            name='reason',
            field=models.CharField(blank=True, choices=[('fallback', 'The channel before it failed or stayed silent'), ('kept', 'Not wanted, but the law asks for one channel that works'), ('not_wanted', 'The customer does not want it there'), ('suspended', 'The contact is suspended'), ('moved_out', 'Who owns this contact has moved out'), ('contact_changed', 'The contact was changed or removed'), ('no_agreement', 'No arrangement in force allows it'), ('no_consent', 'The customer has not consented, or no longer'), ('over_ceiling', 'It would cost more than such a notice may'), ('not_offered', 'Notices of this kind do not go there'), ('same_address', 'The same address is told already'), ('reached', 'Reached the customer otherwise'), ('settled', 'Paid meanwhile'), ('superseded', 'Newer word took its place'), ('called_off', 'The stop of supply was called off'), ('guarded', 'The guard before a stop of supply held it'), ('expired', 'Too late to be useful'), ('stopped', 'Stopped by a supervisor'), ('refused_address', 'The provider does not know this address'), ('refused_message', 'The provider refuses this message'), ('stopped_words', 'The provider does not approve these words'), ('exhausted', 'Tried as often as useful'), ('quarantined', 'It broke the sender several times'), ('doubtful', 'Unclear whether the provider took it'), ('bounced', 'Taken by the provider, but not delivered'), ('no_channel', 'No channel is known')], max_length=20, verbose_name='because'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='reason',
            field=models.CharField(blank=True, choices=[('fallback', 'The channel before it failed or stayed silent'), ('kept', 'Not wanted, but the law asks for one channel that works'), ('not_wanted', 'The customer does not want it there'), ('suspended', 'The contact is suspended'), ('moved_out', 'Who owns this contact has moved out'), ('contact_changed', 'The contact was changed or removed'), ('no_agreement', 'No arrangement in force allows it'), ('no_consent', 'The customer has not consented, or no longer'), ('over_ceiling', 'It would cost more than such a notice may'), ('not_offered', 'Notices of this kind do not go there'), ('same_address', 'The same address is told already'), ('reached', 'Reached the customer otherwise'), ('settled', 'Paid meanwhile'), ('superseded', 'Newer word took its place'), ('called_off', 'The stop of supply was called off'), ('guarded', 'The guard before a stop of supply held it'), ('expired', 'Too late to be useful'), ('stopped', 'Stopped by a supervisor'), ('refused_address', 'The provider does not know this address'), ('refused_message', 'The provider refuses this message'), ('stopped_words', 'The provider does not approve these words'), ('exhausted', 'Tried as often as useful'), ('quarantined', 'It broke the sender several times'), ('doubtful', 'Unclear whether the provider took it'), ('bounced', 'Taken by the provider, but not delivered'), ('no_channel', 'No channel is known')], max_length=20, verbose_name='because'),
        ),
    ]
