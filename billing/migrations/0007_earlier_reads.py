import django.db.models.deletion
from django.db import migrations, models


# Whoever changes a read: what stood before is kept, under the moment at which the change was learned.
KEEP = """
CREATE FUNCTION billing_keep_read() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO billing_earlierread (meter_id, day, index_wh, quality, learned_at, replaced_at)
    VALUES (OLD.meter_id, OLD.day, OLD.index_wh, OLD.quality, OLD.learned_at, NEW.learned_at);
    RETURN NULL;
END;
$$;
CREATE TRIGGER billing_keep_read AFTER UPDATE ON billing_read FOR EACH ROW
    WHEN ((OLD.index_wh, OLD.quality) IS DISTINCT FROM (NEW.index_wh, NEW.quality))
    EXECUTE FUNCTION billing_keep_read();
"""
FORGET = "DROP TRIGGER billing_keep_read ON billing_read; DROP FUNCTION billing_keep_read()"


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0006_bills_that_differ'),
        ('customers', '0008_kinds_of_work'),
    ]

    operations = [
        migrations.CreateModel(
            name='EarlierRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('index_wh', models.BigIntegerField(verbose_name='index')),
                ('quality', models.CharField(choices=[('measured', 'Measured'), ('estimated', 'Estimated'), ('corrected', 'Corrected')], max_length=9, verbose_name='quality')),
                ('learned_at', models.DateTimeField(verbose_name='learned at')),
                ('replaced_at', models.DateTimeField(verbose_name='replaced at')),
                ('meter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='earlier_reads', to='customers.meter', verbose_name='meter')),
            ],
            options={
                'verbose_name': 'read that was replaced',
                'verbose_name_plural': 'reads that were replaced',
                'indexes': [models.Index(fields=['meter', 'day'], name='earlier_read_by_day')],
            },
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
