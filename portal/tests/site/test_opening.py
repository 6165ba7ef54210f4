"""Why an account is opened: asked once, kept with each look, good for an hour."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from billing.tests.factories import a_bill, a_payment
from customers.admin.opening import OpenedAdmin
from customers.models import Account, Look, Protection, StaffRole
from customers.services import looks
from customers.tests.factories import (
    NOON,
    a_look,
    a_member,
    a_unit,
    a_work_item,
    an_account,
    an_auto_debit,
    opened,
)
from customers.words import SCREENS
from notifications.tests.factories import a_dispatch, a_notice

Reason = Look.Reason


def screen(account: Account) -> str:
    return reverse("admin:customers_account_change", args=[account.pk])


def opening(account: Account) -> str:
    return reverse("admin:customers_account_open", args=[account.pk])


class QuestionTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_member(StaffRole.AGENT)
        self.client.force_login(self.agent)
        self.account = an_account()

    def ask(self, query: str = "") -> Any:
        return self.client.get(screen(self.account) + query)

    def give(self, **answers: str) -> Any:
        given = {"reason": Reason.CALL, "reference": "CG-000123", "next": ""} | answers
        return self.client.post(opening(self.account), given)

    def test_stands_before_the_account_and_tells_nothing_of_it(self):
        bill = a_bill(account=self.account)
        response = self.ask()
        self.assertContains(response, 'name="reference"')
        for hidden in (self.account.holder_name, self.account.address, f"{bill.total:,}"):
            self.assertNotContains(response, hidden)
        self.assertFalse(Look.objects.exists())

    def test_is_answered_once_and_kept_with_the_look(self):
        self.assertRedirects(self.give(), screen(self.account))
        look = Look.objects.get()
        self.assertEqual((look.reason, look.reference), (Reason.CALL, "CG-000123"))
        self.assertEqual((look.user, look.account), (self.agent, self.account))

    def test_wants_the_number_of_a_call_a_visit_and_a_case(self):
        for reason in (Reason.CALL, Reason.COUNTER, Reason.CASE):
            for reference in ("", "   ", "\u200b"):
                with self.subTest(reason, reference=reference):
                    response = self.give(reason=reason, reference=reference)
                    self.assertIn("reference", response.context["form"].errors)
        self.assertFalse(Look.objects.exists())

    def test_takes_work_that_has_no_number_without_one(self):
        a_work_item(account=self.account)
        self.client.force_login(a_member(StaffRole.SUPERVISOR))
        for reason in (Reason.CALL_LIST, Reason.REVIEW):
            self.assertEqual(self.give(reason=reason, reference="").status_code, 302)

    def test_takes_a_list_for_a_reason_only_of_whom_a_list_is_about(self):
        """Else it would be a way around the number of a call (T37)."""
        a_work_item(account=self.account, outcome="nothing", done_at=NOON)
        a_work_item()
        answer = self.give(reason=Reason.CALL_LIST, reference="")
        self.assertIn("reference", answer.context["form"].errors)
        self.assertFalse(Look.objects.exists())
        self.assertEqual(self.give(reason=Reason.CALL_LIST, reference="CG-1").status_code, 302)

    def test_takes_a_review_from_those_alone_who_review(self):
        """An agent approves nothing: it would be a way around the number of a call (T37)."""
        for role in StaffRole:
            with self.subTest(role):
                self.client.force_login(a_member(role, unit=self.account.unit))
                is_theirs = role not in {StaffRole.AGENT, StaffRole.OPERATOR}
                offered = dict(self.ask().context["form"].fields["reason"].choices)
                self.assertIs(Reason.REVIEW in offered, is_theirs)
                code = self.give(reason=Reason.REVIEW, reference="").status_code
                self.assertEqual(code, 302 if is_theirs else 200)

    def test_takes_no_other_reason(self):
        for reason in ("", "curiosity", "call' OR 1=1"):
            self.assertIn("reason", self.give(reason=reason).context["form"].errors)

    def test_is_asked_again_an_hour_after_it_was_given_however_much_was_looked_at(self):
        now = timezone.now()
        given = a_look(account=self.account, user=self.agent, at=now - timedelta(minutes=61))
        for minutes in (40, 20, 2):
            at = now - timedelta(minutes=minutes)
            given = looks.go_on(standing=given, page=f"bill {minutes}", at=at)
        self.assertIn("form", self.ask().context)
        self.give()
        self.assertNotIn("form", self.ask().context)

    def test_is_asked_again_after_an_hour(self):
        now = timezone.now()
        for minutes, asked in ((59, False), (61, True)):
            with self.subTest(minutes=minutes):
                self.account = an_account()
                opened(self.account, by=self.agent, at=now - timedelta(minutes=minutes))
                self.assertIs("form" in self.ask().context, asked)

    def test_is_asked_of_each_person_and_for_each_account(self):
        opened(self.account, by=a_member(StaffRole.AGENT))
        opened(an_account(), by=self.agent)
        self.assertIn("form", self.ask().context)

    def test_is_filled_in_with_the_call_that_goes_on(self):
        opened(an_account(), by=self.agent, reference="CG-88")
        self.assertEqual(self.ask().context["form"].initial["reference"], "CG-88")

    def test_is_not_filled_in_with_a_call_that_is_over(self):
        ago = timezone.now() - timedelta(minutes=16)
        opened(an_account(), by=self.agent, reference="CG-88", at=ago)
        self.assertNotIn("reference", self.ask().context["form"].initial)

    def test_is_filled_in_with_the_kind_of_work_that_led_here(self):
        self.assertEqual(self.ask("?why=review").context["form"].initial["reason"], Reason.REVIEW)
        self.assertEqual(self.ask("?why=<b>").context["form"].initial["reason"], Reason.CALL)

    def test_leads_on_within_the_desk_alone(self):
        waiting = reverse("admin:customers_arrangement_waiting")
        self.assertRedirects(self.give(next=waiting), waiting)
        for elsewhere in ("https://example.vn/desk/", "//example.vn", "/\\example.vn", "/", "x"):
            with self.subTest(elsewhere):
                response = self.give(next=elsewhere)
                self.assertEqual(response.headers["Location"], screen(self.account))

    def test_makes_one_look_of_a_page_that_is_opened_twice(self):
        self.give()
        self.ask()
        self.ask()
        self.assertEqual(Look.objects.count(), 1)

    def test_is_not_there_for_an_account_of_another_company(self):
        self.client.force_login(a_member(StaffRole.OFFICER, unit=a_unit(code="PE09")))
        self.assertEqual(self.give().status_code, 404)
        self.assertFalse(Look.objects.exists())


class EveryPageTests(TestCase):
    """Each page of the desk about one account is behind the same question."""

    def setUp(self) -> None:
        self.supervisor = a_member(StaffRole.SUPERVISOR)
        self.client.force_login(self.supervisor)
        self.account = an_account()

    def pages(self) -> dict[str, str]:
        bill = a_bill(account=self.account)
        notice = a_notice(account=self.account)
        rows = {
            "customers_arrangement": an_auto_debit(account=self.account),
            "billing_bill": bill,
            "billing_payment": a_payment(bill=bill),
            "notifications_notice": notice,
            "notifications_dispatch": a_dispatch(notice=notice),
            "customers_account": self.account,
        }
        found = {
            f"{name} {view}": reverse(f"admin:{name}_{view}", args=[row.pk])
            for name, row in rows.items()
            for view in ("change", "history")
        }
        args = [self.account.pk, "sms_retention"]
        return found | {"arrange": reverse("admin:customers_account_arrange", args=args)}

    def test_asks_first_and_shows_nothing(self):
        for name, page in self.pages().items():
            with self.subTest(name):
                response = self.client.get(page)
                self.assertContains(response, opening(self.account))
                self.assertNotContains(response, self.account.holder_name)
                self.assertEqual(response.context["form"].initial["next"], page)
        self.assertFalse(Look.objects.exists())

    def test_opens_with_a_reason_and_is_recorded(self):
        opened(self.account, by=self.supervisor, page="opened")
        for name, page in self.pages().items():
            with self.subTest(name):
                response = self.client.get(page)
                self.assertNotContains(response, opening(self.account))
        self.assertGreaterEqual(Look.objects.values("page").distinct().count(), 7)

    def test_finds_no_row_by_another_column(self):
        opened(self.account, by=self.supervisor)
        for field in ("number", "id", "pk"):
            url = f"/desk/customers/account/{self.account.number}/change/?_to_field={field}"
            self.assertIn(self.client.get(url).status_code, {400, 404})


class ProtectedTests(TestCase):
    def setUp(self) -> None:
        self.supervisor = a_member(StaffRole.SUPERVISOR)
        self.account = an_account(holder_name="Đỗ Đức Yến")
        Protection.objects.create(
            account=self.account, why="người của công chúng", by=self.supervisor, at=NOON
        )

    def found(self) -> list[Account]:
        url = reverse("admin:customers_account_changelist")
        return list(self.client.get(url, {"q": "do duc"}, follow=True).context["cl"].result_list)

    def test_is_opened_by_supervisors(self):
        self.client.force_login(self.supervisor)
        self.assertContains(self.client.get(screen(self.account)), opening(self.account))

    def test_is_not_there_for_others_whatever_reason_they_give(self):
        for role in (StaffRole.AGENT, StaffRole.OPERATOR, StaffRole.AUDITOR):
            with self.subTest(role):
                person = a_member(role)
                a_look(account=self.account, user=person, at=timezone.now())
                self.client.force_login(person)
                self.assertEqual(self.client.get(screen(self.account)).status_code, 404)
                given = {"reason": Reason.CALL, "reference": "CG-1"}
                self.assertEqual(self.client.post(opening(self.account), given).status_code, 404)
                self.assertEqual(self.found(), [])


class ScreensTests(TestCase):
    def test_that_open_for_a_reason_have_words_for_whoever_reads_of_the_look(self) -> None:
        opened = {
            model._meta.model_name
            for model, table in admin.site._registry.items()
            if isinstance(table, OpenedAdmin)
        }
        self.assertGreater(len(opened), 5)
        self.assertEqual(opened - set(SCREENS), set())
