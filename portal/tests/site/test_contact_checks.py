"""Is this contact still yours? The holder answers on a page, staff record what was said to them."""

from datetime import timedelta
from typing import Any

from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from customers.models import AccountLink, ContactCheck, ContactPoint, StaffRole, User
from customers.services.work import list_contacts
from customers.tests.factories import (
    a_contact,
    a_contact_check,
    a_link,
    a_member,
    a_unit,
    a_user,
    an_account,
    opened,
)
from notifications.models import DirectMessage
from portal.site import worklists
from portal.tests.site.test_account_screen import screen
from portal.tests.site.test_me import browser, digits, sent

DAY = timedelta(days=1)


class Asked(TestCase):
    """A holder whose phone was proven three years ago, and the question about it."""

    def setUp(self) -> None:
        self.now = timezone.now()
        self.account = an_account()
        self.phone = a_contact(
            account=self.account, source="code", verified_at=self.now - 1100 * DAY
        )
        self.check = self.ask()
        self.holder = a_link(account=self.account).user

    def ask(self, **fields: Any) -> ContactCheck:
        due_on = timezone.localdate() + 30 * DAY
        given = {"proven_at": self.phone.verified_at, "asked_at": self.now, "due_on": due_on}
        return a_contact_check(contact=self.phone, **given | fields)

    def url(self, name: str) -> str:
        return reverse(name, args=[self.account.number, self.phone.pk])

    @property
    def answer(self) -> str:
        return ContactCheck.objects.get(pk=self.check.pk).answer


class HolderTests(Asked):
    def setUp(self) -> None:
        super().setUp()
        self.client = browser(self.holder)
        self.contacts = reverse("contract_contacts", args=[self.account.number])

    def test_is_asked_at_the_contact_and_on_the_page_of_their_data(self):
        page = self.client.get(self.contacts)
        self.assertContains(page, "Is this still yours?")
        self.assertContains(page, f"{self.check.due_on:%d/%m/%Y}")
        self.assertContains(page, f"••••{self.phone.value[-4:]}")
        self.assertNotContains(page, self.phone.value[-6:])
        for name in ("me", "home"):
            page = self.client.get(reverse(name))
            self.assertContains(page, "Is this contact still yours?")
            self.assertContains(page, self.contacts)

    def test_who_is_late_reads_what_goes_there_meanwhile(self):
        ContactCheck.objects.update(due_on=timezone.localdate() - DAY)
        self.assertContains(self.client.get(self.contacts), "only notices that the law")

    def test_says_yes_by_the_code_that_came_there(self):
        self.assertRedirects(
            self.client.post(self.url("contract_contact_still_mine")),
            self.url("contract_contact_code"),
        )
        message = sent("verify_code")
        self.assertEqual((message.channel, message.address), ("sms", self.phone.value))
        wrong = self.client.post(self.url("contract_contact_code"), {"code": "12"})
        self.assertContains(wrong, "This is not the code")
        done = self.client.post(
            self.url("contract_contact_code"), {"code": digits(message)}, follow=True
        )
        self.assertContains(done, "We go on writing there.")
        self.assertNotContains(done, "Is this still yours?")
        self.assertEqual(self.answer, "code")

    def test_says_no_and_nothing_is_written_there_from_then_on(self):
        self.client.post(self.url("contract_contact_not_mine"))
        self.assertEqual(self.answer, "gone")
        self.assertFalse(ContactPoint.objects.usable().filter(pk=self.phone.pk).exists())
        self.assertEqual(self.client.get(self.url("contract_contact_code")).status_code, 404)

    def test_is_sent_no_second_code_at_once(self):
        for _ in range(2):
            page = self.client.post(self.url("contract_contact_still_mine"), follow=True)
        self.assertContains(page, "a moment ago")
        self.assertEqual(DirectMessage.objects.count(), 1)

    def test_is_sent_nothing_where_nothing_was_asked(self):
        ContactCheck.objects.all().delete()
        answer = self.client.post(self.url("contract_contact_still_mine"))
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(DirectMessage.objects.exists())
        self.assertNotContains(self.client.get(self.contacts), "Is this still yours?")


class OthersTests(Asked):
    def test_answer_nothing(self):
        household = a_link(account=self.account, role=AccountLink.Role.HOUSEHOLD).user
        another_holder = a_link().user
        for user in (household, another_holder, a_user(), a_member(StaffRole.SUPERVISOR)):
            client = browser(user)
            for name in ("contract_contact_still_mine", "contract_contact_code",
                         "contract_contact_not_mine"):  # fmt: skip
                answer = client.post(self.url(name), {"code": "123456"})
                self.assertEqual(answer.status_code, 404, (name, user))
            for name in ("me", "home"):
                page = client.get(reverse(name), follow=True)
                self.assertNotContains(page, "Is this contact still yours?")
        self.assertFalse(DirectMessage.objects.exists())
        self.assertEqual(self.answer, "")

    def test_are_asked_to_sign_in(self):
        self.assertEqual(Client().post(self.url("contract_contact_still_mine")).status_code, 302)

    def test_of_another_of_ones_own_contracts_are_not_reached_by_its_number(self):
        other = a_link(user=self.holder).account
        address = reverse("contract_contact_still_mine", args=[other.number, self.phone.pk])
        self.assertEqual(browser(self.holder).post(address).status_code, 404)


class DeskTests(Asked):
    def setUp(self) -> None:
        super().setUp()
        ContactCheck.objects.update(due_on=timezone.localdate() - DAY)
        self.agent = a_member(StaffRole.AGENT)

    def at_desk(self, user: User) -> Client:
        opened(self.account, by=user)
        return browser(user)

    def page(self, verb: str = "") -> str:
        if verb:
            return reverse("admin:customers_contactcheck_answer", args=[self.check.pk, verb])
        return reverse("admin:customers_contactcheck_change", args=[self.check.pk])

    def work(self, user: User) -> list[worklists.Work]:
        found = worklists.of(user, day=timezone.localdate())
        return [one for one in found if one.url.endswith("=contact")]

    def test_lists_who_did_not_answer_in_time_for_whoever_may_see_them(self):
        list_contacts(at=timezone.now())
        [work] = self.work(self.agent)
        self.assertEqual(work.count, 1)
        [row] = browser(self.agent).get(work.url).context["cl"].result_list
        client = self.at_desk(self.agent)
        item = client.get(reverse("admin:customers_workitem_change", args=[row.pk]))
        self.assertContains(item, self.page())
        elsewhere = a_member(StaffRole.OFFICER, unit=a_unit(code="PE99"))
        self.assertEqual(self.work(elsewhere), [])
        ContactCheck.objects.update(due_on=timezone.localdate())
        list_contacts(at=timezone.now())
        self.assertEqual(self.work(self.agent), [])

    def test_shows_agents_that_it_was_not_confirmed_lately(self):
        a_contact(account=self.account, kind="email", verified_at=self.now - 800 * DAY)
        client = self.at_desk(self.agent)
        page = client.get(screen(self.account))
        self.assertContains(page, "not confirmed lately, last on")
        self.assertEqual(
            [one.tone for one in page.context["file"].reach if one.channel == "E-mail"],
            ["warning"],
        )
        ContactPoint.objects.update(confirmed_at=self.now)
        self.assertNotContains(client.get(screen(self.account)), "not confirmed lately")

    def test_asks_first_why_the_account_is_opened_and_shows_no_whole_number(self):
        self.assertContains(browser(self.agent).get(self.page()), "Why do you open this account?")
        browser(self.agent).post(
            self.page("confirmed"), {"reference": "CG-1", "recognised": "call_back"}
        )
        self.assertEqual(self.answer, "")
        page = self.at_desk(self.agent).get(self.page())
        self.assertContains(page, f"••••{self.phone.value[-4:]}")
        self.assertNotContains(page, self.phone.value[-6:])

    def test_records_a_yes_with_the_number_of_the_call(self):
        client = self.at_desk(self.agent)
        answer = client.post(
            self.page("confirmed"), {"reference": " ", "recognised": "call_back"}, follow=True
        )
        self.assertContains(answer, "Name the call or case")
        self.assertEqual(self.answer, "")
        for unsaid in ("", "unknown", "x\0"):
            answer = client.post(
                self.page("confirmed"), {"reference": "CG-42", "recognised": unsaid}, follow=True
            )
            self.assertContains(answer, "how you recognised")
        self.assertEqual(self.answer, "")
        client.post(self.page("confirmed"), {"reference": "CG-42\0", "recognised": "call_back"})
        self.check.refresh_from_db()
        self.assertEqual(self.check.recognised, "call_back")
        self.assertEqual((self.check.answer, self.check.reference), ("call", "CG-42"))
        self.assertEqual(self.check.answered_by, self.agent)
        self.assertContains(client.get(self.page()), "CG-42")
        self.assertEqual(self.work(self.agent), [])
        again = client.post(
            self.page("not-theirs"), {"reference": "CG-43", "recognised": "call_back"}, follow=True
        )
        self.assertContains(again, "This was answered already.")

    def test_records_a_no_which_suspends_it_at_once(self):
        self.at_desk(self.agent).post(
            self.page("not-theirs"), {"reference": "CG-42", "recognised": "call_back"}
        )
        self.assertEqual(self.answer, "no")
        self.phone.refresh_from_db()
        self.assertEqual(self.phone.suspended_why, "not_mine")

    def test_lets_nobody_answer_who_only_looks_or_works_elsewhere(self):
        for user in (
            a_member(StaffRole.AUDITOR), a_member(StaffRole.OPERATOR),
            a_member(StaffRole.OFFICER, unit=a_unit(code="PE99")), a_user(),
        ):  # fmt: skip
            client = self.at_desk(user)
            for verb in ("confirmed", "not-theirs", "approve"):
                answer = client.post(
                    self.page(verb), {"reference": "CG-1", "recognised": "call_back"}
                )
                self.assertIn(answer.status_code, (302, 404), user)
        self.assertEqual(self.answer, "")
