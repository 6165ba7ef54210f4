from django.db import migrations

# What a second person said yes to stays what they read: another bank account or destination is
# another arrangement, decided on anew. The sealed number alone may change, with the key it is
# sealed with; its hash says that it is the same number.
KEEP = """
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

UNDO = "DROP FUNCTION customers_terms_stay() CASCADE"


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0024_life_of_arrangements'),
    ]

    operations = [migrations.RunSQL(KEEP, UNDO)]
