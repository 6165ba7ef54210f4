"""What the database keeps by itself: the chain, the ladders, the terms, the texts read aloud."""

from django.db import migrations, models


# A chain of hashes over every row that is written once. Two steps at the end of a transaction: a
# deferred trigger of the written table notes the row's hash, and a deferred trigger of those notes,
# which runs after all other checks, takes the lock and adds the link. Whoever holds the lock waits
# for nobody any more, so no two transactions block each other. The triggers of the written tables
# are put on after each migration (customers/services/audit/tables.py).
CHAIN = """
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
NO_CHAIN = """
DROP TABLE customers_auditnote;
DROP FUNCTION customers_audit_note() CASCADE;
DROP FUNCTION customers_audit_refuse() CASCADE;
DROP FUNCTION customers_audit_append();
DROP FUNCTION customers_audit_hash(bigint, text, bigint, text, text, timestamptz);
DROP FUNCTION customers_audit_digest(anyelement);
"""

# The one rule by which a bank pays on a day, for SQL files and querysets alike. An expression that
# the planner puts in place of the call, so that it costs nothing.
BANK_PAYS = """
CREATE FUNCTION customers_bank_pays(
    state text, mandate text, first_debit_on date, ends_on date, day date
)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT state = 'in_force' AND mandate = 'active'
        AND first_debit_on IS NOT NULL AND first_debit_on <= day
        AND (ends_on IS NULL OR ends_on > day)
$$
"""
NO_BANK = "DROP FUNCTION customers_bank_pays(text, text, date, date, date)"

# Which state, and which mandate, may follow which, whoever writes the row. The ladders stand in
# customers/models/arrangements.py as well, for the services; a test holds both against each other.
LADDERS = """
CREATE FUNCTION customers_arrangement_ladder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IS DISTINCT FROM OLD.state AND NOT (OLD.state || '>' || NEW.state) = ANY (ARRAY[
        'requested>in_force', 'requested>refused', 'requested>undone',
        'in_force>undone', 'in_force>ended', 'in_force>expired',
        'expired>in_force', 'expired>ended'
    ]) THEN
        RAISE EXCEPTION 'an arrangement does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'arrangement_ladder';
    END IF;
    IF NEW.mandate IS DISTINCT FROM OLD.mandate
        AND NOT (OLD.mandate || '>' || NEW.mandate) = ANY (ARRAY[
        'pending>active', 'pending>cancelled',
        'active>failed', 'active>suspended', 'active>cancelled', 'active>expired',
        'failed>active', 'failed>suspended', 'failed>cancelled', 'failed>expired',
        'suspended>active', 'suspended>failed', 'suspended>cancelled', 'suspended>expired'
    ]) THEN
        RAISE EXCEPTION 'a mandate does not go from % to %', OLD.mandate, NEW.mandate
            USING ERRCODE = 'check_violation', CONSTRAINT = 'arrangement_mandate_ladder';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER arrangement_ladder BEFORE UPDATE OF state, mandate ON customers_arrangement
    FOR EACH ROW EXECUTE FUNCTION customers_arrangement_ladder();
"""
NO_LADDERS = """
DROP TRIGGER arrangement_ladder ON customers_arrangement;
DROP FUNCTION customers_arrangement_ladder();
"""

# Nobody opens a row of the work list again.
WORK_IS_DONE = """
CREATE FUNCTION customers_work_is_done() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a settled row of the work list is not changed any more'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'work_done_for_good';
END $$;
CREATE TRIGGER work_done_for_good BEFORE UPDATE ON customers_workitem
    FOR EACH ROW WHEN (OLD.outcome <> '') EXECUTE FUNCTION customers_work_is_done();
"""
WORK_GOES_ON = """
DROP TRIGGER work_done_for_good ON customers_workitem;
DROP FUNCTION customers_work_is_done();
"""

# What a second person said yes to stays what they read: another bank account or destination is
# another arrangement, decided on anew. The sealed number alone may change, with the key it is
# sealed with; its hash says that it is the same number.
TERMS_STAY = """
CREATE FUNCTION customers_terms_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named text;
BEGIN
    FOREACH named IN ARRAY TG_ARGV LOOP
        IF to_jsonb(NEW) -> named IS DISTINCT FROM to_jsonb(OLD) -> named THEN
            RAISE EXCEPTION '%.% is what was agreed: it stays', TG_TABLE_NAME, named
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;

CREATE TRIGGER terms_stay BEFORE UPDATE ON customers_autodebit
    FOR EACH ROW EXECUTE FUNCTION customers_terms_stay(
        'arrangement_ptr_id', 'bank', 'bank_holder', 'bank_account_hash', 'bank_account_end'
    );
CREATE TRIGGER terms_stay BEFORE UPDATE ON customers_relativecontact
    FOR EACH ROW EXECUTE FUNCTION customers_terms_stay('arrangement_ptr_id', 'contact_id');
CREATE TRIGGER terms_stay BEFORE UPDATE ON customers_smsretention
    FOR EACH ROW EXECUTE FUNCTION customers_terms_stay('arrangement_ptr_id', 'contact_id');
"""
TERMS_CHANGE = "DROP FUNCTION customers_terms_stay() CASCADE"

# A text that was read aloud is what somebody agreed to: the next one is another version.
TEXTS_STAY = """
CREATE TRIGGER consent_text_keep BEFORE UPDATE ON customers_consenttext
    FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION customers_audit_refuse();
CREATE TRIGGER consent_text_stays BEFORE DELETE ON customers_consenttext
    FOR EACH ROW EXECUTE FUNCTION customers_audit_refuse();
"""
TEXTS_CHANGE = """
DROP TRIGGER consent_text_keep ON customers_consenttext;
DROP TRIGGER consent_text_stays ON customers_consenttext;
"""


class Migration(migrations.Migration):

    replaces = [
        ('customers', '0010_audit_chain'),
        ('customers', '0025_terms_stay'),
    ]

    dependencies = [
        ('customers', '0003_histories'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('sequence', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='number')),
                ('table_name', models.CharField(max_length=63, verbose_name='table')),
                ('row_key', models.BigIntegerField(verbose_name='key of the row')),
                ('row_hash', models.CharField(max_length=64, verbose_name='hash of the row')),
                ('previous', models.CharField(max_length=64, verbose_name='hash before it')),
                ('hash', models.CharField(max_length=64, unique=True, verbose_name='hash')),
                ('at', models.DateTimeField(verbose_name='when')),
            ],
            options={
                'verbose_name': 'link of the audit chain',
                'verbose_name_plural': 'audit chain',
                'constraints': [models.UniqueConstraint(fields=('table_name', 'row_key'), name='audit_row_once')],
            },
        ),
        migrations.RunSQL(CHAIN, NO_CHAIN),
        migrations.RunSQL(BANK_PAYS, NO_BANK),
        migrations.RunSQL(LADDERS, NO_LADDERS),
        migrations.RunSQL(WORK_IS_DONE, WORK_GOES_ON),
        migrations.RunSQL(TERMS_STAY, TERMS_CHANGE),
        migrations.RunSQL(TEXTS_STAY, TEXTS_CHANGE),
    ]
