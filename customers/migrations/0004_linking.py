"""Linking an address to a login: requests, letters, checks by agents, and what stops them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0003_kinds_of_change'),
    ]

    operations = [
        migrations.CreateModel(
            name='LetterCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(editable=False, max_length=64, unique=True, verbose_name='code, hashed')),
                ('reference', models.CharField(max_length=40, verbose_name='call or case number')),
                ('issued_at', models.DateTimeField(verbose_name='issued at')),
                ('expires_at', models.DateTimeField(verbose_name='valid until')),
                ('replaced_at', models.DateTimeField(blank=True, null=True, verbose_name='replaced at')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used at')),
            ],
            options={
                'verbose_name': 'letter with a code',
                'verbose_name_plural': 'letters with a code',
            },
        ),
        migrations.CreateModel(
            name='LinkCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('bill', 'What stands on a bill: amount, name, address'), ('called_back', 'Called back on the number of the contract'), ('identity', 'Identity card seen at the counter'), ('contract', 'The signed contract seen at the counter')], max_length=12), size=None, verbose_name='asked')),
                ('result', models.CharField(choices=[('passed', 'Passed: link the address'), ('information', 'Not enough: general information only'), ('failed', 'Wrong answers: refuse the request')], max_length=12, verbose_name='result')),
                ('reference', models.CharField(max_length=40, verbose_name='call or case number')),
                ('at', models.DateTimeField(verbose_name='when')),
            ],
            options={
                'verbose_name': 'check of a person',
                'verbose_name_plural': 'checks of persons',
            },
        ),
        migrations.CreateModel(
            name='LinkFreeze',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('login', 'One login tried many customer codes'), ('number', 'One customer code was stopped'), ('network', 'Many customer codes from one network'), ('site', 'Far more failures than usual')], max_length=8, verbose_name='alarm')),
                ('subject', models.CharField(help_text='Key of the login, customer code, or network hash.', max_length=64, verbose_name='about')),
                ('created_at', models.DateTimeField(verbose_name='since')),
                ('ends_at', models.DateTimeField(verbose_name='until')),
                ('lifted_at', models.DateTimeField(blank=True, null=True, verbose_name='lifted at')),
            ],
            options={
                'verbose_name': 'alarm about linking',
                'verbose_name_plural': 'alarms about linking',
            },
        ),
        migrations.CreateModel(
            name='LinkRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(editable=False, max_length=16, unique=True, verbose_name='reference')),
                ('number', models.CharField(max_length=13, verbose_name='customer code typed')),
                ('proof', models.CharField(choices=[('contact', 'Code sent to a contact of the contract'), ('letter', 'Code from a letter'), ('holder', 'The contract holder said yes'), ('agent', 'Checked by an agent'), ('invitation', 'Invitation accepted')], max_length=10, verbose_name='proof')),
                ('state', models.CharField(choices=[('open', 'Waits for a code'), ('waiting', 'Waits for an answer'), ('linked', 'Linked'), ('refused', 'Refused'), ('replaced', 'Asked again')], max_length=8, verbose_name='state')),
                ('code_hash', models.CharField(blank=True, editable=False, max_length=64, verbose_name='code, hashed')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='codes compared')),
                ('network', models.CharField(editable=False, max_length=64, verbose_name='network, hashed')),
                ('created_at', models.DateTimeField(verbose_name='asked at')),
                ('expires_at', models.DateTimeField(verbose_name='valid until')),
                ('prepared_at', models.DateTimeField(blank=True, null=True, verbose_name='looked at')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='code sent at')),
                ('proven_at', models.DateTimeField(blank=True, null=True, verbose_name='code entered at')),
                ('proved_by', models.CharField(blank=True, choices=[('contact', 'Code sent to a contact of the contract'), ('letter', 'Code from a letter'), ('holder', 'The contract holder said yes'), ('agent', 'Checked by an agent'), ('invitation', 'Invitation accepted')], max_length=10, verbose_name='shown by')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
            ],
            options={
                'verbose_name': 'request to link an address',
                'verbose_name_plural': 'requests to link an address',
            },
        ),
        migrations.AlterField(
            model_name='look',
            name='reference',
            field=models.CharField(blank=True, help_text='By which the occasion is found again.', max_length=40, verbose_name='call or case number'),
        ),
        migrations.AddConstraint(
            model_name='look',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ('call_list', 'review')), models.Q(('reference', ''), _negated=True), _connector='OR'), name='look_names_its_call_or_case'),
        ),
        migrations.AddField(
            model_name='lettercode',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letter_codes', to='customers.account', verbose_name='account'),
        ),
        migrations.AddField(
            model_name='lettercode',
            name='issued_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by'),
        ),
        migrations.AddField(
            model_name='linkcheck',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='link_checks', to='customers.account', verbose_name='account'),
        ),
        migrations.AddField(
            model_name='linkcheck',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked by'),
        ),
        migrations.AddField(
            model_name='linkfreeze',
            name='lifted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lifted by'),
        ),
        migrations.AddField(
            model_name='linkfreeze',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='login'),
        ),
        migrations.AddField(
            model_name='linkrequest',
            name='account',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='link_requests', to='customers.account', verbose_name='account'),
        ),
        migrations.AddField(
            model_name='linkrequest',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by'),
        ),
        migrations.AddField(
            model_name='linkrequest',
            name='letter',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='customers.lettercode', verbose_name='letter'),
        ),
        migrations.AddField(
            model_name='linkrequest',
            name='link',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request', to='customers.accountlink', verbose_name='link'),
        ),
        migrations.AddField(
            model_name='linkrequest',
            name='passed_check',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request', to='customers.linkcheck', verbose_name='check'),
        ),
        migrations.AddField(
            model_name='linkrequest',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='link_requests', to=settings.AUTH_USER_MODEL, verbose_name='login'),
        ),
        migrations.AddConstraint(
            model_name='lettercode',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_at', None), ('used_at', None)), fields=('account',), name='letter_one_open_per_account'),
        ),
        migrations.AddConstraint(
            model_name='lettercode',
            constraint=models.CheckConstraint(condition=models.Q(('reference', ''), _negated=True), name='letter_has_a_reference'),
        ),
        migrations.AddConstraint(
            model_name='lettercode',
            constraint=models.CheckConstraint(condition=models.Q(('used_at', None), ('replaced_at', None), _connector='OR'), name='letter_replaced_or_used'),
        ),
        migrations.AddConstraint(
            model_name='linkcheck',
            constraint=models.CheckConstraint(condition=models.Q(('asked__len__gt', 0)), name='check_asked_something'),
        ),
        migrations.AddConstraint(
            model_name='linkcheck',
            constraint=models.CheckConstraint(condition=models.Q(('reference', ''), _negated=True), name='check_has_a_reference'),
        ),
        migrations.AddConstraint(
            model_name='linkcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('result', 'passed'), _negated=True), ('asked__overlap', ['called_back', 'identity', 'contract']), _connector='OR'), name='check_passed_by_more_than_a_bill'),
        ),
        migrations.AddIndex(
            model_name='linkfreeze',
            index=models.Index(fields=['kind', 'subject', '-ends_at'], name='link_freeze_lookup'),
        ),
        migrations.AddConstraint(
            model_name='linkfreeze',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lifted_at', None), ('lifted_by', None)), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False)), _connector='OR'), name='link_freeze_lifted_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='linkfreeze',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'login'), _negated=True), ('user__isnull', False), _connector='OR'), name='link_freeze_of_a_login'),
        ),
        migrations.AddIndex(
            model_name='linkrequest',
            index=models.Index(fields=['user', '-created_at'], name='link_request_by_user'),
        ),
        migrations.AddIndex(
            model_name='linkrequest',
            index=models.Index(fields=['number', '-created_at'], name='link_request_by_number'),
        ),
        migrations.AddIndex(
            model_name='linkrequest',
            index=models.Index(fields=['network', '-created_at'], name='link_request_by_network'),
        ),
        migrations.AddIndex(
            model_name='linkrequest',
            index=models.Index(fields=['created_at'], name='link_request_by_time'),
        ),
        migrations.AddConstraint(
            model_name='linkrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('open', 'waiting'))), fields=('user', 'number', 'proof'), name='link_request_one_open'),
        ),
        migrations.AddConstraint(
            model_name='linkrequest',
            constraint=models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='link_request_five_tries'),
        ),
        migrations.AddConstraint(
            model_name='linkrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('link__isnull', False), ('state', 'linked'), models.Q(('proved_by', ''), _negated=True)), models.Q(models.Q(('state', 'linked'), _negated=True), ('link__isnull', True), ('proved_by', '')), _connector='OR'), name='link_request_linked_by_a_proof'),
        ),
        migrations.AddConstraint(
            model_name='linkrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proved_by', 'contact'), _negated=True), models.Q(('proven_at__isnull', False), models.Q(('code_hash', ''), _negated=True)), _connector='OR'), name='link_request_contact_needs_a_code'),
        ),
        migrations.AddConstraint(
            model_name='linkrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proved_by', 'letter'), _negated=True), ('letter__isnull', False), _connector='OR'), name='link_request_letter_needs_a_letter'),
        ),
        migrations.AddConstraint(
            model_name='linkrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proved_by', 'holder'), _negated=True), ('decided_by__isnull', False), _connector='OR'), name='link_request_holder_needs_a_yes'),
        ),
        migrations.AddConstraint(
            model_name='linkrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proved_by', 'agent'), _negated=True), ('passed_check__isnull', False), _connector='OR'), name='link_request_agent_needs_a_check'),
        ),
        migrations.AddConstraint(
            model_name='linkrequest',
            constraint=models.CheckConstraint(condition=models.Q(('proof', 'invitation'), _negated=True), name='link_request_no_invitation'),
        ),
    ]
