"""Audiences: declared narrowings, each alone and all together."""

from datetime import date, timedelta
from typing import Any

from django.test import TestCase

from billing.tests.factories import OCTOBER, a_bill
from customers.models import Account, Protection
from customers.tests.factories import (
    NOON,
    a_contact,
    a_link,
    a_member,
    a_unit,
    an_account,
    an_auto_debit,
    an_sms_retention,
)
from notifications.forms import AudienceForm, CampaignForm
from notifications.models import Audience
from notifications.services import audiences
from notifications.tests.factories import a_campaign, an_announcement, an_audience, an_outage


class AudienceTests(TestCase):
    def setUp(self) -> None:
        self.one = an_account(holder_born_in=1950, ward="Phường Bến Thành", has_app=True)
        self.other = an_account(
            unit=a_unit(code="PE02"), holder_born_in=None, ward="Xã Củ Chi", group="business"
        )

    def found(self, by=None, **narrowed: Any) -> set[Account]:
        audience = an_audience(**narrowed)
        return set(audiences.accounts(audience, by=by or a_member("supervisor"), at=NOON))

    def test_is_everybody_whose_contract_is_in_force_when_nothing_narrows_it(self):
        an_account(ends_on=NOON.date())
        an_account(starts_on=NOON.date() + timedelta(days=1))
        self.assertEqual(self.found(), {self.one, self.other})

    def test_narrows_by_what_is_known_of_an_account(self):
        for narrowed in (
            {"units": ["PE01"]},
            {"wards": ["Phường Bến Thành", "Phường Xa"]},
            {"groups": ["residential"]},
            {"ages": ["70+", "60-69"]},
            {"app": "yes"},
        ):
            with self.subTest(narrowed):
                self.assertEqual(self.found(**narrowed), {self.one})
        for narrowed in ({"ages": ["unknown"]}, {"app": "no"}, {"units": ["PE02", "PE03"]}):
            with self.subTest(narrowed):
                self.assertEqual(self.found(**narrowed), {self.other})

    def test_narrows_by_the_channels_that_work(self):
        a_contact(account=self.one, kind="zalo")
        a_contact(account=self.other, kind="zalo", suspended_at=NOON, suspended_why="x")
        an_sms_retention(account=self.other)
        for way, expected in (("zalo", {self.one}), ("sms", {self.other}), ("email", set())):
            with self.subTest(way):
                self.assertEqual(self.found(reached_by=[way]), expected)
        self.assertEqual(self.found(reached_by=["zalo", "sms"]), {self.one, self.other})

    def test_finds_those_whom_nothing_reaches(self):
        linked = an_account()
        a_link(account=linked)
        self.assertEqual(self.found(reached_by=["nothing"]), {self.other})

    def test_narrows_by_arrangement_and_by_what_is_owed(self):
        an_auto_debit(account=self.one)
        an_auto_debit(account=self.other, state="requested")
        self.assertEqual(self.found(arrangements=["auto_debit"]), {self.one})
        a_bill(account=self.one, month=OCTOBER, due_on=date(2026, 11, 5))
        a_bill(account=self.other, month=OCTOBER, due_on=date(2026, 11, 1))
        self.assertEqual(self.found(owes="unpaid"), {self.one, self.other})
        self.assertEqual(self.found(owes="overdue"), {self.other})

    def test_narrows_to_the_area_of_an_outage_as_it_was_announced(self):
        neighbour = an_account(ward="Phường Tân Định")
        there = an_outage(area="Phường Bến Thành", unit=self.one.unit)
        an_announcement(outage=there)
        self.assertEqual(self.found(outage=there), {self.one})
        unknown = an_outage(area="Tuyến 471", unit=self.one.unit)
        an_announcement(outage=unknown)
        self.assertEqual(self.found(outage=unknown), set())
        self.assertNotIn(neighbour, self.found(outage=there))

    def test_narrows_by_everything_at_once(self):
        self.assertEqual(self.found(units=["PE01"], app="no"), set())

    def test_never_leaves_what_its_user_may_see(self):
        officer = a_member("supervisor", unit=self.other.unit)
        self.assertEqual(self.found(by=officer), {self.other})
        boss = a_member("supervisor")
        Protection.objects.create(account=self.one, why="x", by=boss, at=NOON)
        self.assertEqual(self.found(by=a_member("agent")), {self.other})


class AudienceFormTests(TestCase):
    def form(self, **posted: Any) -> AudienceForm:
        return AudienceForm({"name": "Người lớn tuổi", **posted})

    def test_takes_declared_values_only(self):
        a_unit(code="PE01")
        an_account(ward="Phường Bến Thành")
        good = self.form(units=["PE01"], ages=["70+"], wards="Phường Bến Thành\r\n")
        self.assertTrue(good.is_valid(), good.errors)
        self.assertEqual(good.cleaned_data["wards"], ["Phường Bến Thành"])
        for posted in (
            {"units": ["PE99"]},
            {"ages": ["70+' OR 1=1"]},
            {"groups": ["holder_name__startswith"]},
            {"app": "maybe"},
            {"wards": "Phường Không Có"},
            {"outage": "0"},
        ):
            with self.subTest(posted):
                self.assertFalse(self.form(**posted).is_valid())

    def test_takes_no_field_that_it_does_not_offer(self):
        form = self.form(holder_name__startswith="N", made_by="1", unit__id="1")
        self.assertTrue(form.is_valid())
        self.assertEqual(Audience(name="x").made_by_id, form.instance.made_by_id)


class WordsFormTests(TestCase):
    def form(self, **posted: str) -> CampaignForm:
        draft = a_campaign()
        names = ("kind", "title_vi", "text_vi", "title_en", "text_en")
        values = {name: getattr(draft, name) for name in names}
        return CampaignForm({**values, "audience": draft.audience_id, **posted})

    def test_takes_plain_words_and_the_two_placeholders(self):
        form = self.form(text_vi="Gửi {{ customer_name }}\r\n(mã cuối {{ number_end }}).")
        self.assertTrue(form.is_valid(), form.errors)
        self.assertEqual(
            form.cleaned_data["text_vi"], "Gửi {{ customer_name }} (mã cuối {{ number_end }})."
        )

    def test_refuses_what_a_swindler_would_write_or_nobody_can_fill_in(self):
        for text in (
            "Xem https://example.vn",
            "Xem bit.ly/abc",
            "Gọi 0901 234 567",
            "{{ hotline }}",
            "{{ settings.SECRET_KEY }}",
            "{% if code %}x{% endif %}",
            "{% debug %}",
            "{{ customer_name",
            "100%",
            "a\u202eb",
            "",
            "x" * 201,
        ):
            with self.subTest(text):
                self.assertIn("text_vi", self.form(text_vi=text).errors)

    def test_fills_nothing_into_a_title(self):
        self.assertIn("title_vi", self.form(title_vi="{{ customer_name }}").errors)

    def test_takes_kinds_by_hand_only(self):
        self.assertIn("kind", self.form(kind="disconnection").errors)
