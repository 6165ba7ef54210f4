"""Words are held against the rules when they are saved; those that ship keep to all of them."""

import re

import pytest
from django.utils.translation import override

from notifications.services import wording_rules
from notifications.values.names import NAMES, known, names_of
from notifications.wording import mail
from notifications.wording.lint import Rules, check, lacking
from notifications.wording.shipped import Slot, Sources, shipped, slots
from portal.lib import catalogs
from portal.settings.base import BASE_DIR

SMS, ZALO, EMAIL, INBOX = (
    Slot("bill_issued", channel, "vi") for channel in ("sms", "zalo", "email", "inbox")
)
RULES = Rules(
    examples={
        "code": "ABCD2345", "total": "701.525 đ", "is_zero": False, "hotline": "1900 54 54 54",
        "site_url": "https://cskh.example.vn", "due_on": "05/11/2026",
    },
    site_url="https://cskh.example.vn",
    parameters={},
    part_price=500,
)  # fmt: skip


def found(slot: Slot, text: str, *, subject: str = "Điện", rules: Rules = RULES) -> str:
    with override("en"):
        return " ".join(f.text for f in check(slot, Sources(subject, text), rules))


def wrong(slot: Slot, text: str, *, subject: str = "Điện", rules: Rules = RULES) -> str:
    with override("en"):
        listed = check(slot, Sources(subject, text), rules)
        return " ".join(f.text for f in listed if not f.is_remark)


def parts(slot: Slot) -> tuple[str, str, str]:
    sources = shipped(slot)
    return sources.subject, sources.text, sources.html


class TestShippedWords:
    @pytest.mark.django_db
    @pytest.mark.parametrize("slot", list(slots()), ids=".".join)
    def test_keep_to_every_rule(self, slot):
        assert wording_rules.wrong(slot, shipped(slot)) == []

    @pytest.mark.parametrize("kind", sorted({slot.kind for slot in slots()}))
    def test_speak_every_language_their_readers_may_choose(self, kind):
        assert lacking(kind) == []

    @pytest.mark.parametrize("kind", sorted({slot.kind for slot in slots()}))
    def test_use_names_that_are_described(self, kind):
        lacking_names = [name for name in names_of(kind) if name not in NAMES]
        assert lacking_names == [], "describe them in notifications/values/names.py"

    def test_hold_in_whole_what_several_kinds_share(self):
        mails = [slot for slot in slots() if slot.channel == "email"]
        assert all(shipped(slot).text.endswith(mail.foot()) for slot in mails)
        assert not [slot for slot in slots() if "include" in "".join(parts(slot))]
        planned, unplanned = (
            shipped(Slot(f"{kind}_outage", "sms", "vi")) for kind in ("planned", "unplanned")
        )
        assert planned == unplanned

    @pytest.mark.parametrize("language", ["vi", "en"])
    def test_name_only_pages_and_buttons_that_there_are(self, language):
        quoted = {
            name
            for slot in slots()
            if slot.language == language
            for name in re.findall("“([^”]+)”", "".join(parts(slot)))
        }
        known = {
            words
            for app in ("portal", "notifications")
            for words in catalogs.translations(catalogs.load(BASE_DIR / app / catalogs.PO)).items()
        }
        shown = {said[0] if language == "vi" else text for (text, _context), said in known}
        assert len(quoted) >= 2
        assert quoted <= shown

    def test_are_filled_with_names_alone(self):
        assert known("nobody's").meaning == "nobody's"


class TestNames:
    def test_that_do_not_exist_are_named_with_the_nearest_that_does(self):
        text = wrong(SMS, "{{ totall }} {{ code }}")
        assert "There is no “totall”" in text
        assert "Did you mean “total”?" in text

    @pytest.mark.parametrize("text", ["{{7*7}}", "{{ total|safe }}", "{% load x %}", "{{ A }}"])
    def test_are_nothing_else_than_names(self, text):
        assert f"“{text}” would be sent as it stands" in wrong(SMS, f"{text} {{{{ code }}}}")

    def test_of_conditions_are_names_too(self):
        assert "There is no “paid”" in wrong(SMS, "{% if paid %}x{% endif %}{{ code }}")
        assert "not complete" in wrong(SMS, "{% if is_zero %}x{{ code }}")


class TestCode:
    @pytest.mark.parametrize("slot", [SMS, ZALO, EMAIL])
    def test_must_be_said_in_every_case(self, slot):
        for text in ("Tien dien", "{% if is_zero %}{{ code }}{% endif %}x",
                     "{% if is_zero %}x{% else %}{{ code }}{% endif %}"):  # fmt: skip
            assert "check code is missing" in wrong(slot, text)
        assert wrong(slot, "{% if is_zero %}x {{ code }}{% else %}{{ code }}{% endif %}") == ""

    def test_may_be_left_out_where_the_reader_has_signed_in(self):
        assert wrong(INBOX, "Tiền điện {{ total }}") == ""


class TestLinks:
    @pytest.mark.parametrize("slot", [SMS, ZALO])
    @pytest.mark.parametrize(
        "text",
        ["https://cskh.example.vn", "www.evn.vn", "bit.ly/x", "{{ site_url }}", "0903 123 456",
         "+84903123456", "evn-hcm.top/x", "x.{{ total }}.top", "０９０３　１２３　４５６",
         "evil。top",
         "{{ total }}.evil.top", "0 9 0 3 . 1 2 3 4 5 6"],
    )  # fmt: skip
    def test_and_phone_numbers_have_no_place_in_sms_and_zalo(self, slot, text):
        assert "No link and no phone number" in wrong(slot, f"{text} {{{{ code }}}}")

    def test_our_own_number_is_filled_in(self):
        assert "Write {{ hotline }}" in wrong(SMS, "Goi 1900 54 54 54. {{ code }}")
        assert wrong(SMS, "Goi {{ hotline }}. {{ code }}") == ""

    @pytest.mark.parametrize(
        "url",
        ["https://evil.example", "http://cskh.example.vn/", "https://cskh.example.vn.evil.vn/",
         "//evil.example/x", "https://cskh.example.vn@evil.vn", "www.evil.vn"],
    )  # fmt: skip
    def test_lead_to_our_own_site_alone(self, url):
        assert "leads to another site" in wrong(EMAIL, f"Xem {url} {{{{ code }}}}")

    @pytest.mark.parametrize("slot", [EMAIL, INBOX])
    @pytest.mark.parametrize(
        "text",
        ["{{ site_url }}.evil.top", "{{ site_url }}@evil.top", "evn-hcm.top/x", "ｅｖｉｌ．ｔｏｐ",
         "https://cskh.example.vn.evil.top", "０９０３１２３４５６", "0903.123.456"],
    )  # fmt: skip
    def test_and_numbers_of_others_have_no_place_in_mail_and_inbox(self, slot, text):
        assert "reads as a link or a phone number" in wrong(slot, f"Xem {text} {{{{ code }}}}")

    def test_to_our_site_are_fine_in_mail(self):
        text = "Xem {{ site_url }} https://cskh.example.vn/notices/ {{ code }}"
        assert wrong(EMAIL, text) == ""


class TestSms:
    def test_says_parts_and_price(self):
        assert "1 part(s), up to 500 đ" in found(SMS, "Tiền điện {{ total }}. {{ code }}")
        assert "2 part(s), up to 1.000 đ" in found(SMS, "Tiền điện " * 16 + "{{ code }}")
        assert "from 4 to 3 parts" in wrong(SMS, "Tiền điện " * 50 + "{{ code }}")

    def test_judges_the_longest_case(self):
        long = "{% if is_zero %}" + "Khong phai tra. " * 12 + "{% endif %}{{ code }}"
        assert "2 part(s)" in found(SMS, long)

    def test_names_the_signs_that_make_it_dear(self):
        assert "replace them: ☎ 你" in wrong(SMS, "☎ 你 {{ code }}")


class TestZalo:
    def test_takes_no_value_longer_than_its_template(self):
        rules = Rules(RULES.examples | {"total": "1" * 21}, RULES.site_url, {"total": "amount",
                      "code": "code"}, 500)  # fmt: skip
        assert "“total” gets up to 21" in wrong(ZALO, "{{ total }} {{ code }}", rules=rules)

    def test_says_what_its_approved_template_is_filled_with_and_no_more(self):
        rules = Rules(RULES.examples, RULES.site_url, {"code": "code", "name": "name"}, 500)
        assert "wants “name”" in wrong(ZALO, "{{ code }}", rules=rules)
        rules = Rules(RULES.examples, RULES.site_url, {"code": "code"}, 500)
        assert "not filled with: due_on" in found(ZALO, "{{ code }} {{ due_on }}", rules=rules)


class TestHeading:
    def test_is_there_in_one_short_line(self):
        assert "heading is empty" in wrong(EMAIL, "{{ code }}", subject=" ")
        assert "more than one line" in wrong(EMAIL, "{{ code }}", subject="a\nBcc: x@y.vn")
        assert "shorten it" in wrong(EMAIL, "{{ code }}", subject="a" * 121)

    def test_text_is_there_and_can_be_seen(self):
        assert "text is empty" in wrong(INBOX, "{% if is_zero %}x{% endif %}")
        assert "invisible" in wrong(INBOX, "a\u202eb")
