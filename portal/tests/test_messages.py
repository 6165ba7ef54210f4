import re
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

    def test_have_one_word_for_the_second_step_its_app_and_its_codes(self):
        other = ("xác thực hai bước", "mã khôi phục", "ứng dụng xác thực", "bằng hai bước")
        assert self.saying(lambda word: any(name in word for name in other)) == {}
        step = re.compile(r"bước thứ hai")
        assert self.saying(lambda word: bool(step.search(word))) == {}

    def test_call_a_login_by_its_whole_name(self):
        """Short, it could be the one at the bank, which bills are taken from."""
        short = re.compile(r"tài khoản(?! đăng nhập| ngân hàng)")
        found = self.saying(lambda word: bool(short.search(word)))
        logins = {text for text in found if re.search(r"\blogins?\b", text)}
        # The name of a tab, beside others, at 360 px.
        assert {text for text in logins if text != "My login"} & self.ours() == set()

    def saying(self, wrong):
        return {
            text: word
            for po in messages.catalogues(settings.BASE_DIR)
            for (text, _context), word in catalogs.translations(catalogs.load(po)).items()
            if any(wrong(one.lower()) for one in word)
        }

    def ours(self):
        return {
            text
            for po in messages.catalogues(settings.BASE_DIR)
            if "locale_packages" not in po.parts
            for text, _context in catalogs.translations(catalogs.load(po))
        }
