"""What a link opens is a choice of its own; a look has a reason; changes of access are written down."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GIVE_USUAL_RIGHTS = """
UPDATE customers_accountlink SET
    proof = 'contact',
    state = CASE state WHEN 'invited' THEN 'ended' ELSE state END,
    rights = CASE role
        WHEN 'viewer' THEN ARRAY['totals']
        WHEN 'relative' THEN ARRAY['bills', 'notices', 'totals']
        ELSE ARRAY['bills', 'change', 'days', 'notices', 'totals']
    END
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='AccountEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('link_asked', 'Someone asked to see this address'), ('linked', 'A login was linked'), ('link_frozen', 'A link was stopped after a warning'), ('link_ended', 'A link ended'), ('rights_changed', 'What a login may see was changed'), ('invited', 'Someone was invited'), ('moved_out', 'A move-out was recorded'), ('contact_changed', 'A phone number or e-mail address was changed'), ('channel_changed', 'Where notices go was changed'), ('arranged', 'An arrangement was made'), ('arrangement_ended', 'An arrangement ended'), ('exported', 'The data of this address was downloaded')], max_length=20, verbose_name='kind')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('detail', models.CharField(blank=True, help_text='Masked; never a whole contact.', max_length=100, verbose_name='detail')),
            ],
            options={
                'verbose_name': 'change of access',
                'verbose_name_plural': 'changes of access',
            },
        ),
        migrations.AddField(
            model_name='accountlink',
            name='moved_in_on',
            field=models.DateField(blank=True, help_text='Nothing before this day is shown.', null=True, verbose_name='moved in on'),
        ),
        migrations.AddField(
            model_name='accountlink',
            name='moved_out_on',
            field=models.DateField(blank=True, help_text='The first day that is not shown.', null=True, verbose_name='moved out on'),
        ),
        migrations.AddField(
            model_name='accountlink',
            name='proof',
            field=models.CharField(choices=[('contact', 'Code sent to a contact of the contract'), ('letter', 'Code from a letter'), ('holder', 'The contract holder said yes'), ('agent', 'Checked by an agent'), ('invitation', 'Invitation accepted')], default='contact', max_length=10, verbose_name='shown by'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='accountlink',
            name='rights',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('totals', 'Use and amount of each month'), ('bills', 'Bills and payments'), ('notices', 'What was told, and where'), ('days', 'Use of each day'), ('change', 'Change where notices go, and invite others')], max_length=8), default=list, size=None, verbose_name='may see'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='look',
            name='reason',
            field=models.CharField(choices=[('call', 'The customer is on the phone'), ('counter', 'The customer is at the counter'), ('case', 'Work on a case'), ('call_list', 'Ringing a customer on the call list'), ('review', 'Approval or review')], default='call', max_length=10, verbose_name='why'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='look',
            name='reference',
            field=models.CharField(default='-', help_text='By which the occasion is found again.', max_length=40, verbose_name='call or case number'),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='accountlink',
            name='state',
            field=models.CharField(choices=[('active', 'In force'), ('frozen', 'Stopped after a warning'), ('ended', 'Ended')], default='active', max_length=8, verbose_name='state'),
        ),
        migrations.AddIndex(
            model_name='look',
            index=models.Index(fields=['user', '-at'], name='look_by_user'),
        ),
        migrations.RunSQL(GIVE_USUAL_RIGHTS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='accountlink',
            constraint=models.UniqueConstraint(condition=models.Q(('moved_out_on', None), ('role', 'holder'), models.Q(('state', 'ended'), _negated=True)), fields=('account',), name='link_one_holder'),
        ),
        migrations.AddConstraint(
            model_name='accountlink',
            constraint=models.CheckConstraint(condition=models.Q(('rights__len__gt', 0)), name='link_opens_something'),
        ),
        migrations.AddConstraint(
            model_name='accountlink',
            constraint=models.CheckConstraint(condition=models.Q(('moved_in_on', None), ('moved_out_on', None), ('moved_out_on__gt', models.F('moved_in_on')), _connector='OR'), name='link_moved_out_after_in'),
        ),
        migrations.AddConstraint(
            model_name='look',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='look_has_a_reason'),
        ),
        migrations.AddField(
            model_name='accountevent',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='customers.account', verbose_name='account'),
        ),
        migrations.AddField(
            model_name='accountevent',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='accountevent',
            name='link',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='customers.accountlink', verbose_name='link'),
        ),
        migrations.AddIndex(
            model_name='accountevent',
            index=models.Index(fields=['account', '-at'], name='event_by_account'),
        ),
    ]
