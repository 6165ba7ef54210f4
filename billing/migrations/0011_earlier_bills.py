import django.db.models.deletion
from django.db import migrations, models

# Whoever changes a bill: what stood before is kept, under the moment at which the change was learned.
# Our own total and what was paid are no change of the bill.
KEEP = """
CREATE FUNCTION billing_keep_bill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO billing_earlierbill (
        account_id, month, starts_on, ends_before, index_from_wh, index_to_wh, usage_kwh,
        households, net, vat_percent, vat, total, worked_out, issued_on, due_on, learned_at,
        replaced_at
    ) VALUES (
        OLD.account_id, OLD.month, OLD.starts_on, OLD.ends_before, OLD.index_from_wh,
        OLD.index_to_wh, OLD.usage_kwh, OLD.households, OLD.net, OLD.vat_percent, OLD.vat,
        OLD.total, OLD.worked_out, OLD.issued_on, OLD.due_on, OLD.learned_at, NEW.learned_at
    );
    RETURN NULL;
END;
$$;
CREATE TRIGGER billing_keep_bill AFTER UPDATE ON billing_bill FOR EACH ROW
    WHEN ((
        OLD.month, OLD.starts_on, OLD.ends_before, OLD.index_from_wh, OLD.index_to_wh,
        OLD.usage_kwh, OLD.households, OLD.net, OLD.vat_percent, OLD.vat, OLD.total,
        OLD.issued_on, OLD.due_on
    ) IS DISTINCT FROM (
        NEW.month, NEW.starts_on, NEW.ends_before, NEW.index_from_wh, NEW.index_to_wh,
        NEW.usage_kwh, NEW.households, NEW.net, NEW.vat_percent, NEW.vat, NEW.total,
        NEW.issued_on, NEW.due_on
    ))
    EXECUTE FUNCTION billing_keep_bill();
"""
FORGET = "DROP TRIGGER billing_keep_bill ON billing_bill; DROP FUNCTION billing_keep_bill()"


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0010_bill_checks'),
        ('customers', '0013_loads'),
    ]

    operations = [
        migrations.CreateModel(
            name='EarlierBill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='billing month')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_before', models.DateField(verbose_name='before')),
                ('index_from_wh', models.BigIntegerField(verbose_name='first index')),
                ('index_to_wh', models.BigIntegerField(verbose_name='last index')),
                ('usage_kwh', models.PositiveIntegerField(verbose_name='use in kWh')),
                ('households', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='households')),
                ('net', models.BigIntegerField(verbose_name='before VAT')),
                ('vat_percent', models.DecimalField(decimal_places=2, max_digits=4, verbose_name='VAT in percent')),
                ('vat', models.BigIntegerField(verbose_name='VAT')),
                ('total', models.BigIntegerField(verbose_name='total')),
                ('worked_out', models.BigIntegerField(null=True, verbose_name='our own total')),
                ('issued_on', models.DateField(verbose_name='issued on')),
                ('due_on', models.DateField(verbose_name='pay by')),
                ('learned_at', models.DateTimeField(verbose_name='learned at')),
                ('replaced_at', models.DateTimeField(verbose_name='replaced at')),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='earlier_bills', to='customers.account', verbose_name='account')),
            ],
            options={
                'verbose_name': 'bill that was corrected',
                'verbose_name_plural': 'bills that were corrected',
                'indexes': [models.Index(fields=['account', 'month'], name='earlier_bill_by_month')],
            },
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
