from collections import defaultdict

from django.conf import settings

from portal.lib import catalogs
from portal.management.commands import messages


class TestOurCatalogues:
    """That nothing is missing from them is for `manage.py messages --check` to say."""

    def test_say_the_same_thing_in_every_app(self):
        # Django joins all of them into one: two words for one text would depend on the apps' order.
        words = defaultdict(set)
        for po in messages.catalogues(settings.BASE_DIR):
            if "locale_packages" not in po.parts:
                for text, word in catalogs.translations(catalogs.load(po)).items():
                    words[text].add(word)
        assert {text: both for text, both in words.items() if len(both) > 1} == {}

    def test_have_one_word_for_a_passkey(self):
        other = ("passkey", "khóa bảo mật", "khóa trên máy", "khoá")
        found = {
            text: word
            for po in messages.catalogues(settings.BASE_DIR)
            for text, word in catalogs.translations(catalogs.load(po)).items()
            if any(name in str(word).lower() for name in other)
        }
        assert found == {}
