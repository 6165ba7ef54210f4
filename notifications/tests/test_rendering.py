"""The words: what, how much, until when, what to do, how to check; and nothing that must not be."""

import re

import pytest
from django.test import TestCase

from billing.tests.factories import a_bill
from customers.tests.factories import NOON, an_account, an_auto_debit
from notifications import sms, values
from notifications.channels import zalo
from notifications.channels.base import Message
from notifications.models import DirectMessage, Kind, Notice
from notifications.services import claiming, rendering
from notifications.services.settling import Broken
from notifications.tests.factories import DAY, a_dispatch, a_notice, a_run
from notifications.values import VALUES
from notifications.wording.shipped import ROOT, shipped, slots
from portal.lib.text import fold
from portal.settings.channels import CHANNELS

OUTSIDE = ("zalo", "email", "sms")


def bill_notice(*, total: int = 701_525, **account) -> Notice:
    owner = an_account(number="PE04010001234", **account)
    return a_notice(account=owner, bill=a_bill(account=owner, total=total), code="ABCD2345")


def notice_of(kind: str) -> Notice:
    if kind == Kind.BILL_ISSUED:
        return bill_notice()
    account = an_account(number="PE04010001234")
    return a_notice(account=account, kind=kind, run=a_run(kind=kind), code="ABCD2345")


class BillTests(TestCase):
    def test_says_what_how_much_until_when_and_how_to_check_on_every_channel(self):
        notice = bill_notice()
        for channel in (*OUTSIDE, "inbox"):
            text = rendering.render(notice=notice, channel=channel).text.replace("\u00a0", " ")
            for fact in ("10/2026", "701.525", "05/11/2026", "ABCD2345", "1234"):
                self.assertIn(fact, text, channel)

    def test_asks_for_no_money_when_there_is_nothing_to_pay(self):
        notice = bill_notice(total=0)
        for channel in (*OUTSIDE, "inbox"):
            self.assertNotIn("05/11/2026", rendering.render(notice=notice, channel=channel).text)

    def test_is_one_plain_sms_even_of_the_largest_bill(self):
        text = rendering.render(notice=bill_notice(total=999_999_999_999), channel="sms").text
        self.assertEqual(sms.encoding(text), "GSM-7")
        self.assertEqual(len(sms.parts(text)), 1)
        self.assertIn("999.999.999.999 VND", text)

    def test_reads_in_english_in_the_inbox_of_who_chose_it(self):
        words = rendering.render(notice=bill_notice(), channel="inbox", language="en")
        self.assertIn("Please pay by the end of 05/11/2026", words.text)
        self.assertTrue(words.subject.startswith("Electricity bill of 10/2026"))

    def test_shows_what_was_typed_into_a_name_as_text(self):
        notice = bill_notice(holder_name="<b>{{7*7}}</b>")
        mail = rendering.render(notice=notice, channel="email")
        self.assertNotIn("<b>{{", mail.html)
        self.assertNotIn("49", mail.html)


class BankPaysTests(TestCase):
    """An account whose bill a bank pays by itself is asked for nothing."""

    def said(self, kind: str = Kind.BILL_ISSUED, **agreed) -> dict[str, str]:
        """What each channel says, the inbox in both languages."""
        account = an_account()
        an_auto_debit(account=account, **agreed)
        notice = a_notice(account=account, kind=kind, bill=a_bill(account=account))
        found = values.with_facts(Notice.objects.all()).get(pk=notice.pk)
        with self.assertNumQueries(0):
            said = {
                channel: rendering.render(notice=found, channel=channel).text
                for channel in (*OUTSIDE, "inbox")
            }
            english = rendering.render(notice=found, channel="inbox", language="en")
        return said | {"english": english.text}

    def test_is_told_that_it_does_and_on_about_which_day(self):
        for kind in (Kind.BILL_ISSUED, Kind.PAYMENT_REMINDER):
            said = self.said(kind)
            self.assertIn("Ngan hang se tu tra", said.pop("sms"))
            self.assertIn("Your bank pays by itself, on about 05/11/2026", said.pop("english"))
            for channel, text in said.items():
                self.assertIn("Ngân hàng sẽ tự trả vào khoảng ngày 05/11/2026", text, channel)
                self.assertIn("không phải làm gì", text, channel)
                self.assertNotIn("Hạn thanh toán", text, channel)
                self.assertNotIn("ví điện tử", text, channel)

    def test_is_told_by_the_approved_template_too(self):
        account = an_account()
        notice = a_notice(account=account, bill=a_bill(account=account))
        self.assertEqual(said_to_do(notice), "Xin quý khách trả trước hạn")
        an_auto_debit(account=account)
        self.assertEqual(said_to_do(notice), "Ngân hàng sẽ tự trả")

    def test_hears_that_the_bank_did_not_pay(self):
        said = self.said(Kind.PAYMENT_OVERDUE)
        self.assertIn("chua tra", said.pop("sms"))
        self.assertIn("has not paid this bill yet", said.pop("english"))
        for channel, text in said.items():
            self.assertIn("đến nay chưa trả", text, channel)

    def test_counts_only_what_is_in_force_on_the_last_day_to_pay(self):
        due_on = a_bill().due_on
        for agreed in (
            {"state": "requested"}, {"state": "ended"}, {"starts_on": due_on + DAY},
            {"ends_on": due_on},
        ):  # fmt: skip
            self.assertIn("Hạn thanh toán", self.said(**agreed)["zalo"], agreed)
        self.assertNotIn("Hạn thanh toán", self.said(ends_on=due_on + DAY)["zalo"])

    def test_is_known_without_a_query_for_each_message(self):
        for _ in range(3):
            an_auto_debit(account=a_dispatch(channel="zalo").notice.account)
        batch = claiming.claim(channel="zalo", at=NOON, limit=10)
        with self.assertNumQueries(3):
            made = rendering.messages(claims=batch.claims, channel="zalo", at=NOON)
        self.assertEqual([one.text.count("Ngân hàng sẽ tự trả") for one in made.values()], [1] * 3)


class PaidTests(TestCase):
    """A bill that was paid before its notice goes out is told of, and nothing is asked for."""

    def test_is_asked_for_by_no_channel_and_no_template(self):
        account = an_account()
        notice = a_notice(account=account, bill=a_bill(account=account, paid_at=NOON))
        self.assertEqual(said_to_do(notice), "Quý khách đã thanh toán")
        for channel in (*OUTSIDE, "inbox"):
            with self.subTest(channel):
                text = rendering.render(notice=notice, channel=channel).text
                self.assertNotIn(fold("Hạn thanh toán"), fold(text))
                self.assertIn(fold("thanh toán"), fold(text))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Kind.PAYMENT_OVERDUE, Kind.DISCONNECTION])
def test_who_may_lose_supply_reads_whom_to_ring_and_that_a_breathing_machine_counts(kind, settings):
    notice = notice_of(kind)
    for channel in (*OUTSIDE, "inbox"):
        words = rendering.render(notice=notice, channel=channel)
        assert settings.HOTLINE in words.text, channel
        assert "máy thở" in words.text or "may tho" in words.text, channel
        assert not words.html or "máy thở" in words.html
    assert (
        rendering.render(notice=notice, channel="inbox", language="en").text.count("breathing") == 1
    )
    assert len(sms.parts(rendering.render(notice=notice, channel="sms").text)) <= 2
    approved = CHANNELS["zalo"]["OPTIONS"]["templates"][kind]["parameters"]
    assert approved["hotline"] == "phone"


def said_to_do(notice: Notice) -> str:
    return rendering.render(notice=notice, channel="zalo").data["to_do"]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(VALUES))
class TestEveryKind:
    def test_names_no_more_of_a_customer_code_than_its_end(self, kind):
        notice = notice_of(kind)
        for channel in OUTSIDE:
            words = rendering.render(notice=notice, channel=channel)
            assert "PE0401" not in f"{words.subject} {words.text} {words.html} {words.data}"

    def test_holds_no_link_and_no_phone_number_where_people_are_cheated_by_them(self, kind):
        notice = notice_of(kind)
        for channel in ("zalo", "sms"):
            text = rendering.render(notice=notice, channel=channel).text
            assert not zalo.has_link_or_phone(text)

    def test_links_to_no_site_but_ours(self, kind, settings):
        settings.SITE_URL = "https://cskh.example.vn"
        mail = rendering.render(notice=notice_of(kind), channel="email")
        urls = re.findall(r"https?://[^\s\"<>]+", f"{mail.text} {mail.html}")
        assert set(urls) <= {settings.SITE_URL}

    def test_carries_its_check_code_everywhere(self, kind):
        notice = notice_of(kind)
        for channel in (*OUTSIDE, "inbox"):
            words = rendering.render(notice=notice, channel=channel)
            assert "ABCD2345" in words.text
            assert not words.html or "ABCD2345" in words.html

    def test_fills_every_parameter_of_the_template_that_the_provider_approved(self, kind):
        template = CHANNELS["zalo"]["OPTIONS"]["templates"][kind]
        words = rendering.render(notice=notice_of(kind), channel="zalo")
        message = Message(
            reference="r", address="", text=words.text, template=kind, data=words.data
        )
        assert all(zalo.template_data(message, parameters=template["parameters"]).values())


def test_there_are_words_for_the_kinds_that_are_sent_and_no_others():
    sent = {kind.value for kind in VALUES}
    assert {path.parent.name for path in ROOT.glob("*/*")} == sent
    codes = {purpose for purpose in DirectMessage.Purpose.values if purpose.endswith("_code")}
    assert set(CHANNELS["zalo"]["OPTIONS"]["templates"]) == sent | codes
    for slot in slots():
        subject, text, html = shipped(slot).compiled
        assert text.parts
        assert bool(subject.names or subject.parts != [""]) is (slot.channel not in ("sms", "zalo"))
        assert bool(html.names) is (slot.channel == "email")


class MessagesTests(TestCase):
    def test_are_made_for_each_claim_with_a_fixed_number_of_queries(self):
        for _ in range(3):
            a_dispatch()
        at = a_dispatch(channel="email").due_at
        batch = claiming.claim(channel="zalo", at=at, limit=10)
        # The notices, the words in use, and what is kept of both.
        with self.assertNumQueries(3):
            made = rendering.messages(claims=batch.claims, channel="zalo", at=at)
        self.assertEqual(len(made), 3)
        self.assertFalse([one for one in made.values() if isinstance(one, Broken)])
