"""What must not become an arrangement, row by row of the list of bad inputs (form.exception)."""

from dataclasses import replace
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from customers.models import AccountEvent, Arrangement, StaffRole
from customers.services import arrangements
from customers.services.arrangements.errors import NoReference, StartsInThePast
from customers.tests.agreed import DETAILS, TODAY, request, terms
from customers.tests.factories import a_contact, a_member, a_user, an_account, opened
from portal.lib.periods import local_day
from portal.lib.phones import NotAPhone

Kind, State = Arrangement.Kind, Arrangement.State


class EvidenceTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_member(StaffRole.AGENT)

    def test_without_the_call_or_letter_it_rests_on_is_refused(self):
        for reference in ("", "  ", "\u200b"):
            for kind in Kind.values:
                with self.subTest(kind, reference=reference), self.assertRaises(NoReference):
                    request(kind, by=self.agent, terms_=terms(reference=reference))
        self.assertFalse(Arrangement.objects.exists())

    def test_without_it_is_refused_by_the_table_too(self):
        made = request(Kind.MONTH_END_READING, by=self.agent)
        with self.assertRaises(IntegrityError), transaction.atomic():
            Arrangement.objects.filter(pk=made.pk).update(reference="")

    def test_decided_by_whoever_asked_is_refused_by_the_table_too(self):
        made = request(Kind.AUTO_DEBIT, by=self.agent)
        with self.assertRaises(arrangements.SamePerson):
            arrangements.approve(arrangement=made, by=self.agent, at=made.requested_at)
        with self.assertRaises(IntegrityError), transaction.atomic():
            Arrangement.objects.filter(pk=made.pk).update(
                state=State.IN_FORCE, decided_by=self.agent, decided_at=made.requested_at
            )


class SmsRetentionTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_member(StaffRole.AGENT)

    def test_has_a_review_within_a_year_an_end_after_its_start_and_no_start_in_the_past(self):
        agreed = terms()
        wrong = (
            replace(agreed, review_on=TODAY + timedelta(days=400)),
            replace(agreed, review_on=TODAY),
            replace(agreed, ends_on=TODAY - timedelta(days=1)),
            replace(agreed, ends_on=TODAY),
        )
        for one in wrong:
            with self.subTest(one), self.assertRaises(arrangements.ArrangementError):
                request(Kind.SMS_RETENTION, by=self.agent, terms_=one)
        with self.assertRaises(StartsInThePast):
            past = replace(agreed, starts_on=TODAY - timedelta(days=1))
            request(Kind.SMS_RETENTION, by=self.agent, terms_=past)
        self.assertFalse(Arrangement.objects.exists())


class RelativeTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_member(StaffRole.AGENT, phone="+84901111111")
        self.account = an_account()
        a_contact(account=self.account, value="+84902222222")

    def test_with_a_number_that_is_not_the_relatives_is_refused(self):
        a_user(phone="+84903333333", is_staff=True)
        for number in (
            "0902 222 222",
            "0901 111 111",
            "0903333333",
            "028 3822 1234",
            "+1 202 555 0147",
        ):
            with (
                self.subTest(number),
                self.assertRaises((arrangements.ArrangementError, NotAPhone)),
            ):
                request(Kind.RELATIVE_CONTACT, by=self.agent, account=self.account, address=number)
        self.assertFalse(Arrangement.objects.exists())

    def test_with_a_number_of_many_other_customers_is_refused(self):
        for _ in range(3):
            request(Kind.RELATIVE_CONTACT, by=self.agent)
        with self.assertRaises(arrangements.TooManyAccounts):
            request(Kind.RELATIVE_CONTACT, by=self.agent, account=self.account)

    def test_is_written_to_only_after_a_second_person_agreed(self):
        made = request(Kind.RELATIVE_CONTACT, by=self.agent, account=self.account)
        self.assertIsNotNone(made.terms.contact.suspended_at)


class FormTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_member(StaffRole.AGENT)
        self.client.force_login(self.agent)
        self.account = opened(an_account(), by=self.agent)

    def post(self, kind: str = Kind.MONTH_END_READING, **changes: str) -> int:
        today = local_day(timezone.now())
        form = {
            "said_by": "holder",
            "said_via": "call",
            "reference": "CG000123",
            "starts_on": f"{today:%d/%m/%Y}",
            "review_on": f"{today + timedelta(days=365):%d/%m/%Y}",
            "note": "",
            "read_aloud": "on",
            "text": "1",
            "can_pay": "on",
            **{name: value for name, value in DETAILS[kind].items() if value is not True},
            **changes,
        }
        url = reverse("admin:customers_account_arrange", args=[self.account.pk, kind])
        response = self.client.post(url, form)
        if response.context is not None and (shown := response.context.get("shown")):
            hidden = {"shown": shown, "seen": response.context["seen"]}
            response = self.client.post(url, form | hidden)
        return response.status_code

    def test_saved_twice_makes_one_row_and_one_event(self):
        for kind in (Kind.MONTH_END_READING, Kind.AUTO_DEBIT):
            self.assertEqual([self.post(kind), self.post(kind)], [302, 302])
        self.assertEqual(self.account.arrangements.count(), 2)
        events = AccountEvent.objects.filter(account=self.account, kind="arranged")
        self.assertLessEqual(events.count(), 2)

    def test_takes_no_note_that_is_long_or_holds_a_number_of_a_card_a_bank_or_a_person(self):
        secrets = (
            "STK 0011 0012 3456 7",
            "CCCD 079203001234",
            "CMND 024123456",
            "tk 123456789",
            "thẻ 4111-1111-1111-1111",
        )
        for note in (*secrets, "a" * 501, "a" * 1_000_000):
            with self.subTest(note[:30]):
                self.assertEqual(self.post(note=note), 200)
        self.assertFalse(self.account.arrangements.exists())

    def test_takes_no_ten_megabytes_at_all(self):
        self.assertEqual(self.post(note="a" * 10_000_000), 400)

    def test_takes_a_phone_a_customer_code_and_an_amount_in_a_note(self):
        self.post(note="gọi lại 0903123456, xem PE04010001003, nợ 1.234.567 đ, hẹn 2026-12-01")
        self.assertEqual(self.account.arrangements.count(), 1)

    def test_shows_a_note_as_it_was_typed(self):
        self.post(note="<script>alert(1)</script> {{ 7*7 }}")
        made = self.account.arrangements.get()
        page = self.client.get(reverse("admin:customers_arrangement_change", args=[made.pk]))
        self.assertContains(page, "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}")

    def test_believes_no_posted_state_decider_or_time(self):
        forged = {
            "state": "in_force",
            "decided_by": str(self.agent.pk),
            "requested_at": "2020-01-01",
        }
        self.post(Kind.AUTO_DEBIT, **forged)
        made = self.account.arrangements.get()
        self.assertEqual((made.state, made.decided_by), (State.REQUESTED, None))
        self.assertEqual(local_day(made.requested_at), local_day(timezone.now()))
