import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# Rows on their way are read again from the kept files; what was begun begins anew.
BEGIN_ANEW = """
    UPDATE customers_load SET mark = NULL, worked = 0, created = 0, updated = 0, unchanged = 0
    WHERE state = 'applying';
    UPDATE customers_load SET staged_at = NULL, mark = NULL WHERE state = 'uploaded'
"""
UNLOGGED = "ALTER TABLE customers_loadrow SET UNLOGGED"
# Of many rows made by one statement one line holds the keys; to pack them would take longer than
# to write them.
NOTE = """
ALTER TABLE customers_loadchange ALTER made SET STORAGE EXTERNAL;
CREATE OR REPLACE FUNCTION customers_note_load() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    load bigint := nullif(current_setting('cskh.load', true), '')::bigint;
BEGIN
    IF load IS NULL THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO customers_loadchange (load_id, table_name, made)
        SELECT load, TG_TABLE_NAME, array_agg(n.id) FROM new_rows n HAVING count(*) > 0;
    ELSE
        INSERT INTO customers_loadchange (load_id, table_name, row_key, before, after)
        SELECT load, TG_TABLE_NAME, n.id, to_jsonb(o), to_jsonb(n)
        FROM old_rows o JOIN new_rows n ON n.id = o.id;
    END IF;
    RETURN NULL;
END;
$$;
"""
TOGETHER = """
    UPDATE customers_loadchange SET made = ARRAY[row_key], row_key = NULL WHERE before IS NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ("customers", "0015_neighbours"),
    ]

    operations = [
        migrations.RunSQL(BEGIN_ANEW, migrations.RunSQL.noop),
        migrations.DeleteModel("LoadRow"),
        migrations.CreateModel(
            name="LoadRow",
            fields=[
                ("pk", models.CompositePrimaryKey("load_id", "place", blank=True, editable=False, primary_key=True, serialize=False)),
                ("place", models.IntegerField(help_text="Rows are written in this order.")),
                ("row", models.IntegerField(help_text="Its number in the file, where that is not its place.", null=True)),
                ("together", models.TextField(db_collation="C", help_text="Rows with the same text are written in one chunk; empty: those of one key.", null=True)),
                ("cells", models.TextField(db_collation="C")),
                ("load", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.load")),
            ],
        ),
        migrations.RunSQL(UNLOGGED, migrations.RunSQL.noop),
        migrations.AddField(
            "loadchange", "made",
            django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None),
        ),
        migrations.AlterField("loadchange", "row_key", models.BigIntegerField(null=True)),
        migrations.RunSQL(TOGETHER, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "loadchange",
            models.CheckConstraint(
                condition=Q(made=None, row_key__isnull=False) | Q(made__isnull=False, row_key=None),
                name="load_change_of_one_kind",
            ),
        ),
        migrations.RunSQL(NOTE, migrations.RunSQL.noop),
    ]
