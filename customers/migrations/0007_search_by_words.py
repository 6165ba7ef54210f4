import django.contrib.postgres.indexes
from django.db import migrations

import customers.models.searching

# The signs are those at which `customers.models.searching` splits what is typed.
WORDS = """
CREATE FUNCTION customers_words(search_text text, number text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(
        array_append(
            array_remove(string_to_array(translate(search_text, ',;:.()-', '       '), ' '), ''),
            '~' || reverse(lower(number))
        )
    )
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0006_codes_from_hand_to_hand'),
    ]

    operations = [
        migrations.RunSQL(WORDS, "DROP FUNCTION customers_words(text, text)"),
        migrations.AddIndex(
            model_name='account',
            index=django.contrib.postgres.indexes.GinIndex(
                customers.models.searching.Words('search_text', 'number'),
                name='account_by_words',
            ),
        ),
    ]
