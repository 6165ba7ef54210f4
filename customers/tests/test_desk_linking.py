"""Linking at the desk: checks of callers (T41), letters with a code, alarms."""

import re
from datetime import timedelta

from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from customers.models import AccountLink, LetterCode, LinkCheck, LinkFreeze, StaffRole
from customers.tests.factories import a_member, a_unit, a_user, opened
from customers.tests.linking import Proof, a_home, answer, asked

ALARMS = reverse("admin:customers_linkfreeze_changelist")


class DeskTestCase(TestCase):
    def setUp(self) -> None:
        self.now = timezone.now()
        self.account = a_home()
        self.agent = a_member(StaffRole.AGENT)
        self.client.force_login(self.agent)
        opened(self.account, by=self.agent)
        self.page = reverse("admin:customers_linkrequest_at", args=[self.account.pk])
        self.print = reverse("admin:customers_linkrequest_letter", args=[self.account.pk])


class CheckTests(DeskTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.request, _code = asked(self.account, proof=Proof.AGENT, at=self.now)
        self.said = {
            "request_code": self.request.spoken,
            "asked": ["bill", "called_back"],
            "result": "passed",
            "reference": "CG-0007",
        }

    def test_links_the_request_whose_code_the_person_reads(self) -> None:
        self.client.post(self.page, self.said | {"request_code": self.request.spoken.lower()})
        link = AccountLink.objects.get()
        self.assertEqual((link.user, link.proof), (self.request.user, "agent"))
        check = LinkCheck.objects.get()
        self.assertEqual((check.by, check.reference), (self.agent, "CG-0007"))
        self.assertEqual(check.asked, ["bill", "called_back"])

    def test_shows_no_request_of_anybody(self) -> None:
        other, _code = asked(a_home(), user=self.request.user, proof=Proof.AGENT, at=self.now)
        for page in (self.page, self.page + "?q=" + self.request.user.email):
            shown = self.client.get(page)
            self.assertNotContains(shown, self.request.user.email)
            self.assertNotContains(shown, self.request.spoken)
            self.assertNotContains(shown, other.number)
        self.assertEqual(self.client.get("/desk/customers/linkrequest/").status_code, 403)

    def test_takes_no_code_of_a_request_for_another_address(self) -> None:
        other, _code = asked(a_home(), proof=Proof.AGENT, at=self.now)
        page = self.client.post(self.page, self.said | {"request_code": other.spoken})
        self.assertTrue(page.context["form"].errors["request_code"])
        self.assertFalse(AccountLink.objects.exists())

    def test_says_beside_the_answer_what_is_missing(self) -> None:
        for field, values in {
            "asked": {"asked": ["bill"]},
            "reference": {"reference": ""},
            "result": {"result": ""},
            "request_code": {"request_code": "nothing"},
        }.items():
            with self.subTest(field):
                page = self.client.post(self.page, self.said | values)
                self.assertIn(field, page.context["form"].errors)
        self.assertFalse(LinkCheck.objects.exists())

    def test_is_for_staff_who_may_record_and_see_the_account(self) -> None:
        officer = a_member(StaffRole.OFFICER, unit=a_unit(code="PE09"))
        for person in (officer, a_member(StaffRole.AUDITOR), self.request.user):
            client = Client()
            client.force_login(person)
            self.assertIn(client.get(self.page).status_code, {302, 404})
            client.post(self.page, self.said)
        self.assertFalse(AccountLink.objects.exists())

    def test_asks_for_the_reason_first(self) -> None:
        client = Client()
        client.force_login(a_member(StaffRole.AGENT))
        client.post(self.page, self.said)
        self.assertFalse(LinkCheck.objects.exists())


class LetterTests(DeskTestCase):
    def print_one(self, reference: str = "CG-0008"):
        return self.client.post(self.print, {"letter_reference": reference})

    def test_shows_its_code_once_and_the_code_links(self) -> None:
        shown = self.print_one()
        code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", shown.content.decode())[0]
        self.assertContains(shown, self.account.holder_name)
        self.assertIn("no-store", shown.headers["Cache-Control"])
        self.assertNotContains(self.client.get(self.page), code)
        request, _code = asked(self.account, proof=Proof.LETTER, at=self.now)
        self.assertEqual(answer(request, code, at=self.now).link.proof, "letter")

    def test_is_recorded_with_who_and_why(self) -> None:
        self.print_one()
        letter = LetterCode.objects.get()
        self.assertEqual((letter.issued_by, letter.reference), (self.agent, "CG-0008"))
        self.assertEqual(self.account.events.get().by, self.agent)

    def test_needs_a_reference_and_a_post(self) -> None:
        self.print_one(" ")
        self.assertEqual(self.client.get(self.print).status_code, 405)
        self.assertFalse(LetterCode.objects.exists())


class AlarmTests(TestCase):
    def setUp(self) -> None:
        self.now = timezone.now()
        self.user = a_user()
        self.alarm = LinkFreeze.objects.create(
            kind="login",
            subject=str(self.user.pk),
            user=self.user,
            created_at=self.now,
            ends_at=self.now + timedelta(days=1),
        )

    def as_member(self, role: str) -> Client:
        client = Client()
        client.force_login(a_member(role))
        return client

    def test_stand_on_the_supervisors_list_of_work(self) -> None:
        self.assertContains(self.as_member(StaffRole.SUPERVISOR).get("/desk/"), ALARMS)
        self.assertNotContains(self.as_member(StaffRole.AGENT).get("/desk/"), ALARMS)

    def test_are_lifted_by_a_supervisor_alone(self) -> None:
        act = {"action": "lift", "_selected_action": [self.alarm.pk]}
        self.as_member(StaffRole.AUDITOR).post(ALARMS, act)
        self.as_member(StaffRole.AGENT).post(ALARMS, act)
        self.alarm.refresh_from_db()
        self.assertIsNone(self.alarm.lifted_at)
        self.as_member(StaffRole.SUPERVISOR).post(ALARMS, act)
        self.alarm.refresh_from_db()
        self.assertIsNotNone(self.alarm.lifted_by)
