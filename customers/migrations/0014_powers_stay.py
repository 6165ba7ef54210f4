from django.db import migrations

# Who the relative is and what they may do is what a second person said yes to, as the contact is.
POWERS_STAY = """
DROP TRIGGER terms_stay ON customers_relativecontact;
CREATE TRIGGER terms_stay BEFORE UPDATE ON customers_relativecontact
    FOR EACH ROW EXECUTE FUNCTION customers_terms_stay(
        'arrangement_ptr_id', 'contact_id', 'relative_name', 'relation', 'power'
    );
"""
CONTACT_STAYS = """
DROP TRIGGER terms_stay ON customers_relativecontact;
CREATE TRIGGER terms_stay BEFORE UPDATE ON customers_relativecontact
    FOR EACH ROW EXECUTE FUNCTION customers_terms_stay('arrangement_ptr_id', 'contact_id');
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0013_loads")]

    operations = [migrations.RunSQL(POWERS_STAY, CONTACT_STAYS)]
