"""Stops of supply at the desk: who plans, who calls off, who lets one through, and what is said."""

from datetime import timedelta

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime

from billing.models import SupplyStop
from billing.tests.factories import a_bill, a_stop
from customers.models import Look, User
from customers.tests.factories import a_link, a_member, a_unit, an_account, an_auto_debit
from notifications.models import Kind
from notifications.tests.factories import a_notice
from portal.tests.sign_in.people import sign_in_now

LIST, OVERDUE = "/desk/billing/supplystop/", "/desk/billing/supplystop/overdue/"


class StopsTestCase(TestCase):
    def setUp(self) -> None:
        self.now = timezone.now()
        self.account = an_account()
        today = timezone.localdate()
        dates = {"issued_on": today - timedelta(days=30), "due_on": today - timedelta(days=25)}
        self.bill = a_bill(account=self.account, **dates)
        self.officer = a_member("officer", unit=self.account.unit)
        self.boss = a_member("supervisor")

    def sign_in(self, user: User) -> None:
        sign_in_now(self.client, user)

    def stop(self, **fields) -> SupplyStop:
        ahead = {"asked_at": self.now, "cut_at": self.now + timedelta(days=3)}
        return a_stop(bill=self.bill, **{"asked_by": self.officer, **ahead, **fields})

    def act(self, user: User, verb: str, why: str = "Đã gặp khách") -> int:
        self.sign_in(user)
        stop = SupplyStop.objects.get()
        return self.client.post(f"{LIST}{stop.pk}/{verb}/", {"why": why}).status_code


class ListTests(StopsTestCase):
    def test_says_what_holds_a_stop_and_what_mends_it(self):
        self.stop()
        an_auto_debit(account=self.account, state="requested")
        self.sign_in(self.officer)
        page = self.client.get(LIST, headers={"accept-language": "en"})
        card = page.context["cards"][0]
        held = {str(one.words) for one in card.against}
        self.assertEqual(len(held), 3)  # no notices, no payments, an arrangement
        for one in card.against:
            self.assertContains(page, str(one.words))
            self.assertContains(page, str(one.mend))
        self.assertEqual(card.tone, "error")

    def test_shows_who_was_told_in_time_only_while_nothing_stands_against_it(self):
        stop = self.stop()
        a_notice(kind=Kind.DISCONNECTION, account=self.account, stop=stop, reach="delivered")
        self.sign_in(self.officer)
        self.assertEqual(self.client.get(LIST).context["cards"][0].tone, "error")

    def test_opens_to_staff_of_the_company_and_to_nobody_else(self):
        self.stop()
        holder = a_link(account=self.account).user
        elsewhere = a_member("officer", unit=a_unit(code="PE77"))
        for user, seen in ((self.officer, 1), (self.boss, 1), (elsewhere, 0)):
            self.sign_in(user)
            self.assertEqual(len(self.client.get(LIST).context["cards"]), seen)
        self.sign_in(holder)
        self.assertNotEqual(self.client.get(LIST).status_code, 200)

    def test_asks_the_same_number_of_questions_for_one_stop_and_for_more(self):
        self.sign_in(self.boss)
        self.client.get(LIST)
        self.stop()
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as counted:
                self.client.get(LIST)
            counts.append(len(counted))
            ahead = {"asked_at": self.now, "cut_at": self.now + timedelta(days=3)}
            a_stop(bill=a_bill(), **ahead)
        self.assertEqual(*counts)

    def test_stands_on_the_first_page_of_who_can_mend_it(self):
        self.stop()
        self.sign_in(self.officer)
        self.assertContains(self.client.get("/desk/"), LIST)


class PlanTests(StopsTestCase):
    def post(self, user: User, days: int = 3, **posted):
        self.sign_in(user)
        cut_at = localtime(self.now + timedelta(days=days))
        known = {"bill": [self.bill.pk], "cut_at": f"{cut_at:%Y-%m-%dT%H:%M}", **posted}
        return self.client.post(OVERDUE, known)

    def test_is_made_for_the_bills_that_are_ticked(self):
        self.assertRedirects(self.post(self.officer), LIST)
        stop = SupplyStop.objects.get()
        self.assertEqual((stop.bill, stop.asked_by), (self.bill, self.officer))
        self.assertNotContains(self.client.get(OVERDUE), self.account.number)

    def test_is_not_made_for_another_company(self):
        self.post(a_member("officer", unit=a_unit(code="PE77")))
        self.assertFalse(SupplyStop.objects.exists())

    def test_is_not_made_by_who_only_looks(self):
        for role in ("agent", "operator", "auditor"):
            self.assertEqual(self.post(a_member(role)).status_code, 404)
        self.assertFalse(SupplyStop.objects.exists())

    def test_says_what_is_wrong_with_a_time_or_with_nothing_ticked(self):
        for wrong in ({"days": -1}, {"bill": []}, {"bill": ["x", "9" * 30, "٤"]}, {"cut_at": "x"}):
            with self.subTest(wrong):
                answer = self.post(self.officer, **wrong)
                self.assertTrue(answer.context["form"].errors)
        self.assertFalse(SupplyStop.objects.exists())


class ActTests(StopsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.stop()

    def test_of_calling_off_is_the_companys(self):
        elsewhere = a_member("officer", unit=a_unit(code="PE77"))
        for user in (elsewhere, a_member("agent"), a_member("operator"), a_member("auditor")):
            self.assertEqual(self.act(user, "call-off"), 404)
        self.assertEqual(self.act(self.officer, "call-off"), 302)
        stop = SupplyStop.objects.get()
        self.assertEqual((stop.state, stop.called_off_by), ("called_off", self.officer))
        self.assertTrue(Look.objects.filter(account=self.account, user=self.officer).exists())

    def test_of_allowing_is_a_supervisors_who_did_not_ask_for_it(self):
        self.assertEqual(self.act(self.officer, "override"), 404)
        SupplyStop.objects.update(asked_by=self.boss)
        self.act(self.boss, "override")
        self.assertEqual(SupplyStop.objects.get().overridden_for, [])
        other = a_member("supervisor")
        self.act(other, "override")
        stop = SupplyStop.objects.get()
        self.assertEqual(stop.overridden_for, ["notices", "stale_payments"])
        self.assertEqual((stop.overridden_by, stop.overridden_why), (other, "Đã gặp khách"))

    def test_without_a_reason_does_nothing(self):
        self.act(self.officer, "call-off", why=" ")
        self.act(self.boss, "override", why="")
        stop = SupplyStop.objects.get()
        self.assertEqual((stop.state, stop.overridden_for), ("planned", []))

    def test_offers_only_what_would_work(self):
        url = reverse("admin:billing_supplystop_override", args=[SupplyStop.objects.get().pk])
        for user, offered in ((self.officer, False), (self.boss, True)):
            self.sign_in(user)
            self.assertEqual(url in self.client.get(LIST).content.decode(), offered)
