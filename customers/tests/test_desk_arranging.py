"""Recording each arrangement from the account, as an agent with a caller on the line does."""

import re
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.forms import FORMS
from customers.models import Account, Arrangement, StaffRole
from customers.tests.factories import (
    a_contact,
    a_link,
    a_member,
    a_unit,
    a_user,
    an_account,
    an_auto_debit,
    opened,
)
from portal.lib.periods import local_day

Kind, State = Arrangement.Kind, Arrangement.State

SAID = {
    "said_by": "holder",
    "said_via": "call",
    "reference": "CG000123",
    "note": "",
    "read_aloud": "on",
    "text": "1",
}
ANSWERS: dict[str, dict[str, str]] = {
    Kind.AUTO_DEBIT: {
        "bank": "Vietcombank",
        "bank_holder": "NGUYEN THI HANH",
        "bank_account": "0011 0012 34567",
    },
    Kind.MONTH_END_READING: {"can_pay": "on"},
    Kind.RELATIVE_CONTACT: {
        "relative_name": "Nguyễn Văn Bình",
        "relation": "child",
        "power": "asks",
        "contact_kind": "zalo",
        "address": "0911 222 333",
        "agreed": "on",
    },
    Kind.SMS_RETENTION: {
        "phone": "0903 123 456",
        "number_named": "on",
        "why_no_auto_debit": "không có tài khoản ngân hàng",
        "why_no_month_end": "lương hưu nhận giữa tháng",
        "why_no_relative": "sống một mình",
    },
}


def answers(kind: str, **changes: str) -> dict[str, str]:
    """What the form of this kind is posted with; dates as a Vietnamese types them."""
    today = local_day(timezone.now())
    dates = {
        "starts_on": f"{today:%d/%m/%Y}",
        "review_on": f"{today + timedelta(days=365):%d/%m/%Y}",
    }
    return {**SAID, **dates, **ANSWERS[kind], **changes}


def page(account: Account, kind: str) -> str:
    return reverse("admin:customers_account_arrange", args=[account.pk, kind])


def record(client: Client, account: Account, kind: str, **changes: str) -> Any:
    """Answer, see what changes, record: the last answer of the site, wherever it stopped."""
    asked = answers(kind, **changes)
    response = client.post(page(account, kind), asked)
    if response.context is None or not response.context.get("shown"):
        return response
    hidden = re.findall(r'name="(text|shown|seen)" value="([^"]+)"', response.content.decode())
    return client.post(page(account, kind), {**asked, **dict(hidden)})


def detail(arrangement: Arrangement) -> str:
    return reverse("admin:customers_arrangement_change", args=[arrangement.pk])


class ArrangeTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_member(StaffRole.AGENT)
        self.account = opened(an_account(reading_day=12), by=self.agent)
        self.client.force_login(self.agent)

    def post(self, kind: str, **changes: str) -> Any:
        return record(self.client, self.account, kind, **changes)

    def test_records_each_kind_and_leads_to_what_to_read_back(self):
        for kind in Kind.values:
            with self.subTest(kind):
                response = self.post(kind)
                made = self.account.arrangements.get(kind=kind)
                self.assertRedirects(response, detail(made))
                self.assertEqual(made.requested_by, self.agent)
                self.assertEqual(made.reference, "CG000123")

    def test_asks_in_the_order_of_the_call_with_dates_filled_in(self):
        for kind in Kind.values:
            with self.subTest(kind):
                form = self.client.get(page(self.account, kind)).context["form"]
                self.assertEqual(list(form.fields)[:3], ["said_by", "said_via", "reference"])
                self.assertEqual(list(form.fields)[-2:], ["note", "read_aloud"])
                self.assertEqual(form.initial["review_on"] - form.today, timedelta(days=365))

    def test_offers_no_beginning_where_it_holds_at_once(self):
        form = self.client.get(page(self.account, Kind.MONTH_END_READING)).context["form"]
        self.assertNotIn("starts_on", form.fields)

    def test_says_the_reading_day_that_would_move(self):
        response = self.client.get(page(self.account, Kind.MONTH_END_READING))
        self.assertContains(response, "12")
        self.post(Kind.MONTH_END_READING)
        self.account.refresh_from_db()
        self.assertEqual(self.account.reading_day, 31)

    def test_keeps_what_was_typed_and_says_why_beside_the_field(self):
        wrong = [
            (Kind.AUTO_DEBIT, "bank_account", "9704 3601 2345 6789"),
            (Kind.AUTO_DEBIT, "bank", "Ngân hàng Sao Hỏa"),
            (Kind.AUTO_DEBIT, "reference", " "),
            (Kind.AUTO_DEBIT, "review_on", "31/12/2099"),
            (Kind.AUTO_DEBIT, "starts_on", "01/01/2020"),
            (Kind.AUTO_DEBIT, "note", "số thẻ 9704360123456789"),
            (Kind.RELATIVE_CONTACT, "address", "1900 1006"),
            (Kind.AUTO_DEBIT, "read_aloud", ""),
            (Kind.MONTH_END_READING, "can_pay", ""),
            (Kind.RELATIVE_CONTACT, "agreed", ""),
            (Kind.SMS_RETENTION, "number_named", ""),
            (Kind.SMS_RETENTION, "phone", "028 3822 1234"),
            (Kind.SMS_RETENTION, "why_no_relative", " "),
        ]
        for kind, field, value in wrong:
            with self.subTest(field=field, value=value):
                response = self.post(kind, **{field: value})
                self.assertEqual(list(response.context["form"].errors), [field])
                self.assertContains(response, "error-summary")
        self.assertFalse(Arrangement.objects.exists())

    def test_keeps_the_number_on_the_contract_when_none_is_typed_and_shows_its_end_alone(self):
        contact = a_contact(account=self.account, value="+84903123456")
        response = self.client.get(page(self.account, Kind.SMS_RETENTION))
        self.assertContains(response, "••••3456")
        self.assertNotContains(response, "123456")
        self.post(Kind.SMS_RETENTION, phone="")
        self.assertEqual(self.account.arrangements.get().terms.contact, contact)

    def test_asks_for_the_number_where_none_is_known(self):
        response = self.post(Kind.SMS_RETENTION, phone="")
        self.assertIn("phone", response.context["form"].errors)

    def test_leads_to_the_one_that_is_open_already(self):
        there = an_auto_debit(account=self.account, state=State.REQUESTED)
        self.assertRedirects(self.client.get(page(self.account, Kind.AUTO_DEBIT)), detail(there))

    def test_takes_text_as_text(self):
        self.post(Kind.RELATIVE_CONTACT, relative_name="<script>alert(1)</script>{{ 7|add:42 }}")
        response = self.client.get(detail(self.account.arrangements.get()))
        self.assertContains(response, "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7|add:42 }}")

    def test_refuses_a_post_without_its_token(self):
        client = Client(enforce_csrf_checks=True)
        client.force_login(self.agent)
        posted = client.post(page(self.account, Kind.AUTO_DEBIT), answers(Kind.AUTO_DEBIT))
        self.assertEqual(posted.status_code, 403)

    def test_ignores_what_no_question_asks(self):
        forged = {"kind": "sms_retention", "state": "in_force", "decided_by": "1"}
        asked = answers(Kind.AUTO_DEBIT) | forged
        shown = self.client.post(page(self.account, Kind.AUTO_DEBIT), asked).context
        hidden = {name: shown[name] for name in ("shown", "seen")}
        self.client.post(page(self.account, Kind.AUTO_DEBIT), asked | hidden)
        made = self.account.arrangements.get()
        self.assertEqual((made.kind, made.state), (Kind.AUTO_DEBIT, State.REQUESTED))
        self.assertEqual((made.requested_by, made.decided_by), (self.agent, None))

    def test_asks_the_database_no_more_often_for_a_long_history(self):
        self.client.get(page(self.account, Kind.AUTO_DEBIT))  # the look is recorded once
        for kind in FORMS:
            with self.subTest(kind), CaptureQueriesContext(connection) as asked:
                self.client.get(page(self.account, kind))
            self.assertLess(len(asked), 46, kind)


class ReadBackTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_member(StaffRole.AGENT)
        self.client.force_login(self.agent)
        self.account = opened(an_account(reading_day=12), by=self.agent)

    def recorded(self, kind: str, **changes: str) -> Any:
        response = record(self.client, self.account, kind, **changes)
        return self.client.get(response["Location"])

    def test_tells_what_changes_with_ends_of_numbers_alone(self):
        expected = {
            Kind.AUTO_DEBIT: ["4567", "Vietcombank", "NGUYEN THI HANH", self.account.number],
            Kind.MONTH_END_READING: ["12"],
            Kind.RELATIVE_CONTACT: ["Nguyễn Văn Bình", "2333"],
            Kind.SMS_RETENTION: ["3456"],
        }
        for kind, parts in expected.items():
            with self.subTest(kind):
                response = self.recorded(kind)
                said = " ".join(response.context["read_back"])
                for part in parts:
                    self.assertIn(part, said)
                for secret in ("0011001234567", "0011 0012", "911222333", "903123456"):
                    self.assertNotContains(response, secret)

    def test_promises_approval_or_force_according_to_the_state(self):
        waits = self.recorded(Kind.AUTO_DEBIT).context
        at_once = self.recorded(Kind.MONTH_END_READING).context
        self.assertTrue(waits["may"].own_request)
        self.assertFalse(at_once["may"].own_request)
        self.assertNotEqual(waits["read_back"][-2][:12], at_once["read_back"][-2][:12])

    def test_says_that_the_reading_day_stays_where_it_is_the_last_already(self):
        moved = self.recorded(Kind.MONTH_END_READING).context["read_back"][0]
        self.account = opened(an_account(reading_day=31), by=self.agent)
        stays = self.recorded(Kind.MONTH_END_READING).context["read_back"][0]
        self.assertNotEqual(moved, stays)
        self.assertNotIn("31", stays)


class AccessTests(TestCase):
    """Three people: an officer of another company, a customer, nobody; and staff who only look."""

    def setUp(self) -> None:
        self.account = an_account(unit=a_unit(code="PE04"))
        self.pages = [page(self.account, kind) for kind in Kind.values]

    def assert_status(self, expected: int) -> None:
        for url in self.pages:
            for verb in (self.client.get, self.client.post):
                self.assertEqual(verb(url).status_code, expected, url)

    def test_is_open_to_an_officer_of_the_company(self):
        self.client.force_login(a_member(StaffRole.OFFICER, unit=self.account.unit))
        self.assert_status(200)

    def test_is_not_there_for_an_officer_of_another_company(self):
        self.client.force_login(a_member(StaffRole.OFFICER, unit=a_unit(code="PE05")))
        self.assert_status(404)

    def test_is_not_there_for_staff_who_only_look(self):
        for role in (StaffRole.AUDITOR, StaffRole.OPERATOR):
            self.client.force_login(a_member(role))
            self.assert_status(404)

    def test_sends_customers_and_nobody_away(self):
        self.assert_status(302)
        holder = a_user()
        a_link(user=holder, account=self.account)
        self.client.force_login(holder)
        self.assert_status(302)

    def test_knows_four_kinds_only(self):
        self.client.force_login(a_member(StaffRole.AGENT))
        self.assertEqual(self.client.get(page(self.account, "free_lunch")).status_code, 404)
