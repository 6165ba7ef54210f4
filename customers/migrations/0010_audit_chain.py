"""A chain of hashes over every row that is written once.

Two steps at the end of a transaction: a deferred trigger of the written table notes the row's hash,
and a deferred trigger of those notes, which runs after all other checks, takes the lock and adds
the link. Whoever holds the lock waits for nobody any more, so no two transactions block each other.
"""

from django.db import migrations, models

FUNCTIONS = """
-- Hash of one row: the keys of its JSON are in one order, instants are in UTC, and what is empty is
-- left out, so that a column added later, empty in this row, changes nothing.
CREATE FUNCTION customers_audit_digest(written anyelement) RETURNS text
LANGUAGE sql STABLE SET timezone = 'UTC' SET intervalstyle = 'iso_8601' AS $$
    SELECT encode(sha256(convert_to(jsonb_strip_nulls(to_jsonb(written))::text, 'UTF8')), 'hex')
$$;

-- Hash of one link: everything in it, and through `previous` everything before it.
CREATE FUNCTION customers_audit_hash(
    sequence bigint, table_name text, row_key bigint, row_hash text, previous text, at timestamptz
) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws(
        '|', sequence, table_name, row_key, row_hash, previous,
        to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    ), 'UTF8')), 'hex')
$$;

-- Empty but inside a transaction that is about to commit.
CREATE TABLE customers_auditnote (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_name text NOT NULL,
    row_key bigint NOT NULL,
    row_hash text NOT NULL
);

-- These two write for whoever wrote the row, who may not touch the chain: hence the definer's
-- rights, and hence nobody else may put them on a table of their own.
CREATE FUNCTION customers_audit_note() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO customers_auditnote (table_name, row_key, row_hash) VALUES (
        TG_TABLE_NAME, (to_jsonb(NEW) ->> TG_ARGV[0])::bigint, customers_audit_digest(NEW)
    );
    RETURN NULL;
END
$$;

CREATE FUNCTION customers_audit_append() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    head_sequence bigint;
    head_hash text;
    moment timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('customers_auditentry', 0));
    moment := clock_timestamp();
    SELECT entry.sequence, entry.hash INTO head_sequence, head_hash
    FROM customers_auditentry entry ORDER BY entry.sequence DESC LIMIT 1;
    IF NOT FOUND THEN
        head_sequence := 0;
        head_hash := repeat('0', 64);
    END IF;
    INSERT INTO customers_auditentry (
        sequence, table_name, row_key, row_hash, previous, hash, at
    ) VALUES (
        head_sequence + 1, NEW.table_name, NEW.row_key, NEW.row_hash, head_hash,
        customers_audit_hash(
            head_sequence + 1, NEW.table_name, NEW.row_key, NEW.row_hash, head_hash, moment
        ), moment
    );
    DELETE FROM customers_auditnote note WHERE note.id = NEW.id;
    RETURN NULL;
END
$$;

CREATE FUNCTION customers_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once: no %', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;

REVOKE EXECUTE ON FUNCTION customers_audit_note(), customers_audit_append() FROM PUBLIC;

CREATE CONSTRAINT TRIGGER audit_append AFTER INSERT ON customers_auditnote
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_audit_append();
CREATE TRIGGER audit_keep BEFORE UPDATE OR DELETE ON customers_auditentry
    FOR EACH ROW EXECUTE FUNCTION customers_audit_refuse();
CREATE TRIGGER audit_keep_all BEFORE TRUNCATE ON customers_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION customers_audit_refuse();
"""

UNDO = """
DROP TABLE customers_auditnote;
DROP FUNCTION customers_audit_note() CASCADE;
DROP FUNCTION customers_audit_refuse() CASCADE;
DROP FUNCTION customers_audit_append();
DROP FUNCTION customers_audit_hash(bigint, text, bigint, text, text, timestamptz);
DROP FUNCTION customers_audit_digest(anyelement);
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_downloads")]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="number")),
                ("table_name", models.CharField(max_length=63, verbose_name="table")),
                ("row_key", models.BigIntegerField(verbose_name="key of the row")),
                ("row_hash", models.CharField(max_length=64, verbose_name="hash of the row")),
                ("previous", models.CharField(max_length=64, verbose_name="hash before it")),
                ("hash", models.CharField(max_length=64, unique=True, verbose_name="hash")),
                ("at", models.DateTimeField(verbose_name="when")),
            ],
            options={
                "verbose_name": "link of the audit chain",
                "verbose_name_plural": "audit chain",
                "constraints": [
                    models.UniqueConstraint(fields=("table_name", "row_key"), name="audit_row_once"),
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, UNDO),
    ]
