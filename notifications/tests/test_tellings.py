"""Whom no channel reached: listed as work, told by a person, and then proven as told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from django.db import connections
from django.test import TestCase, TransactionTestCase
from django.urls import reverse
from django.utils import timezone

from billing.tests.factories import OCTOBER, a_bill
from customers.models import Account, Look, Protection, StaffRole, User, WorkItem
from customers.services import looks, work
from customers.tests.factories import (
    NOON,
    a_contact,
    a_contact_check,
    a_link,
    a_member,
    a_unit,
    an_account,
)
from notifications.models import Notice, Telling
from notifications.queries import proof
from notifications.services import planning, receipts, tellings
from notifications.tests.factories import a_notice

DAY = timedelta(days=1)


def untold(account: Account | None = None, **fields: Any) -> Notice:
    """A notice of a bill that no channel carried."""
    account = account or an_account()
    values = {"reach": "unreachable", "reason": "no_channel", **fields}
    return a_notice(account=account, **values)


def items() -> list[tuple[int, str]]:
    rows = WorkItem.objects.filter(kind="untold").order_by("pk")
    return list(rows.values_list("account", "outcome"))


class ListTests(TestCase):
    def test_holds_each_account_once_and_stays_so(self):
        account = an_account()
        untold(account)
        untold(account, kind="survey")
        other = untold()
        self.assertEqual(tellings.list_work(at=NOON), 2)
        self.assertEqual(tellings.list_work(at=NOON), 0)
        self.assertCountEqual(items(), [(account.pk, ""), (other.account_id, "")])

    def test_leaves_out_whom_something_reached_and_what_is_over(self):
        a_notice(reach="delivered", reached_by="zalo")
        a_notice(reach="trying")
        untold(planned_at=NOON - 3 * DAY, expires_at=NOON - DAY)
        self.assertEqual(tellings.list_work(at=NOON), 0)

    def test_takes_off_whom_something_reached_meanwhile(self):
        notice = untold()
        tellings.list_work(at=NOON)
        Notice.objects.filter(pk=notice.pk).update(reach="seen", reached_by="inbox", reason="")
        tellings.list_work(at=NOON)
        self.assertEqual(items(), [(notice.account_id, "over")])

    def test_takes_off_what_is_useful_no_more(self):
        notice = untold()
        tellings.list_work(at=NOON)
        tellings.list_work(at=notice.expires_at)
        self.assertEqual(items(), [(notice.account_id, "over")])

    def test_comes_back_with_the_next_notice_alone(self):
        notice, by = untold(), a_member(StaffRole.AGENT)
        tellings.list_work(at=NOON)
        item = work.claim(item=WorkItem.objects.get(), by=by, at=NOON)
        work.settle(item=item, outcome="letter", note="", by=by, at=NOON)
        self.assertEqual(tellings.list_work(at=NOON), 0)
        Notice.objects.filter(pk=notice.pk).update(reach="ended", reason="expired")
        untold(notice.account, kind="survey")
        self.assertEqual(tellings.list_work(at=NOON), 1)

    def test_comes_from_planning_itself(self):
        account = an_account()
        a_bill(account=account)
        planning.plan_bills(month=OCTOBER, at=NOON)
        tellings.list_work(at=NOON)
        self.assertEqual(items(), [(account.pk, "")])


class RecordTests(TestCase):
    def setUp(self) -> None:
        self.notice, self.by = untold(), a_member(StaffRole.AGENT)
        self.account = self.notice.account

    def record(self, *notices: Notice, **given: Any) -> list[Telling]:
        values = {
            "account": self.account, "notices": [one.pk for one in notices or [self.notice]],
            "told": "holder", "reference": "CG-1", "by": self.by, "at": NOON, **given,
        }  # fmt: skip
        return tellings.record(**values)

    def test_is_proof_as_a_receipt_is(self):
        tellings.list_work(at=NOON)
        [told] = self.record()
        self.notice.refresh_from_db()
        self.assertEqual((self.notice.reach, self.notice.reached_by), ("delivered", "call"))
        self.assertEqual((told.by, told.reference, told.at), (self.by, "CG-1", NOON))
        item = WorkItem.objects.get()
        self.assertEqual((item.outcome, item.done_by), ("told", self.by))
        self.assertEqual(Telling.history.get().history_user_id, self.by.pk)

    def test_balances_the_proof_of_its_run_by_a_line_of_its_own(self):
        account = an_account()
        a_bill(account=account)
        planning.plan_bills(month=OCTOBER, at=NOON)
        notice = Notice.objects.get(account=account)
        self.record(notice, account=account)
        found = proof(run=notice.run, user=a_member(StaffRole.SUPERVISOR))
        self.assertTrue(found.balances)
        self.assertEqual([row.total for row in found.by_channel if row.key == "call"], [1])

    def test_keeps_the_row_while_something_else_waits(self):
        untold(self.account, kind="survey")
        tellings.list_work(at=NOON)
        self.record()
        self.assertEqual(items(), [(self.account.pk, "")])

    def test_takes_only_what_waits_at_this_account(self):
        over = untold(self.account, kind="survey", planned_at=NOON - 3 * DAY, expires_at=NOON - DAY)
        reached = a_notice(account=self.account, kind="advice", reach="seen")
        for notice in (untold(), over, reached):
            with self.subTest(notice.pk), self.assertRaises(tellings.NothingRead):
                self.record(notice)
        self.record()
        with self.assertRaises(tellings.NothingRead):
            self.record()
        self.assertEqual(Telling.objects.count(), 1)

    def test_tells_a_relative_only_by_an_arrangement(self):
        with self.assertRaises(tellings.NoRelative):
            self.record(told="relative")
        self.assertFalse(Telling.objects.exists())

    def test_tells_who_lives_there_of_outages_but_not_of_money(self):
        outage = untold(self.account, kind="planned_outage")
        for notices in ((self.notice,), (self.notice, outage)):
            with self.subTest(len(notices)), self.assertRaises(tellings.HolderAlone):
                self.record(*notices, told="household")
        self.assertFalse(Telling.objects.exists())
        self.record(outage, told="household")
        self.assertEqual(Telling.objects.get().notice, outage)

    def test_is_climbed_over_by_nothing_but_that_it_was_seen(self):
        self.record()
        receipts.routing.climb(notice=self.notice.pk, to="delivered", by="zalo")
        self.notice.refresh_from_db()
        self.assertEqual(self.notice.reached_by, "call")


class RaceTests(TransactionTestCase):
    def test_gives_one_record_for_two_agents_at_once(self):
        notice = untold()
        people = [a_member(StaffRole.AGENT) for _ in range(4)]

        def tell(by: User) -> bool:
            try:
                tellings.record(
                    account=notice.account, notices=[notice.pk], told="holder", reference="",
                    by=by, at=NOON,
                )  # fmt: skip
            except tellings.NothingRead:
                return False
            finally:
                connections.close_all()
            return True

        with ThreadPoolExecutor(4) as threads:
            self.assertEqual(sum(threads.map(tell, people)), 1)
        self.assertEqual(Telling.objects.count(), 1)


class PageTests(TestCase):
    def setUp(self) -> None:
        self.unit = a_unit(code="PE01")
        self.account = an_account(unit=self.unit)
        a_bill(account=self.account)
        planning.plan_bills(month=OCTOBER, at=timezone.now())
        self.notice = Notice.objects.get()
        self.page = reverse("admin:notifications_notice_tell", args=[self.account.pk])

    def at_work(self, who: User, account: Account | None = None) -> User:
        looks.record(
            user=who, subject=account or self.account, page="account", reason="call",
            reference="CG-7", at=timezone.now(),
        )  # fmt: skip
        self.client.force_login(who)
        return who

    def post(self, **fields: str) -> Any:
        values = {"told": "holder", f"notice-{self.notice.pk}": "on", **fields}
        return self.client.post(self.page, values)

    def test_shows_the_words_and_records_them_under_the_call(self):
        agent = self.at_work(a_member(StaffRole.AGENT))
        account_page = reverse("admin:customers_account_change", args=[self.account.pk])
        self.assertContains(self.client.get(account_page), self.page)
        self.assertContains(self.client.get(self.page), "kỳ 10/2026")
        self.assertRedirects(self.post(), account_page, fetch_redirect_response=False)
        told = Telling.objects.get()
        self.assertEqual((told.by, told.reference), (agent, "CG-7"))
        answer = self.client.get(account_page)
        self.assertNotContains(answer, self.page)
        self.assertContains(answer, str(agent))

    def test_says_what_is_missing(self):
        self.at_work(a_member(StaffRole.AGENT))
        for fields in ({"told": ""}, {"told": "x"}, {f"notice-{self.notice.pk}": ""}):
            with self.subTest(fields):
                answer = self.post(**fields)
                self.assertContains(answer, 'class="error-summary"')
        self.assertFalse(Telling.objects.exists())

    def test_of_another_account_cannot_be_smuggled_in(self):
        other = untold(expires_at=timezone.now() + DAY)
        self.at_work(a_member(StaffRole.AGENT))
        self.post(**{f"notice-{self.notice.pk}": "", f"notice-{other.pk}": "on"})
        self.assertFalse(Telling.objects.exists())

    def test_asks_for_a_reason_first(self):
        self.client.force_login(a_member(StaffRole.AGENT))
        self.assertContains(self.client.get(self.page), 'name="reference"')
        self.post()
        self.assertFalse(Telling.objects.exists())
        self.assertFalse(Look.objects.exists())

    def test_is_there_for_who_serves_this_customer_alone(self):
        elsewhere = a_member(StaffRole.OFFICER, unit=a_unit(code="PE02"))
        here = a_member(StaffRole.OFFICER, unit=self.unit)
        people = {
            elsewhere: 404, here: 200, a_member(StaffRole.SUPERVISOR): 200,
            a_member(StaffRole.AUDITOR): 404, a_member(StaffRole.OPERATOR): 404,
            a_link(account=self.account).user: 302,
        }  # fmt: skip
        for who, status in people.items():
            with self.subTest(who.email):
                self.at_work(who)
                self.assertEqual(self.client.get(self.page).status_code, status)
        self.client.logout()
        self.assertEqual(self.client.get(self.page).status_code, 302)

    def test_of_a_protected_account_is_not_there(self):
        boss = a_member(StaffRole.SUPERVISOR)
        Protection.objects.create(account=self.account, why="x", by=boss, at=NOON)
        self.at_work(a_member(StaffRole.AGENT))
        self.assertEqual(self.client.get(self.page).status_code, 404)

    def test_has_nothing_where_all_was_told(self):
        self.at_work(a_member(StaffRole.AGENT))
        Notice.objects.update(reach="seen", reached_by="inbox", reason="")
        self.assertContains(self.client.get(self.page), "alert--info")


class OtherListTests(TestCase):
    def listed(self, kind: str) -> list[tuple[int, str, str]]:
        rows = WorkItem.objects.filter(kind=kind)
        return list(rows.values_list("account", "detail", "outcome"))

    def test_holds_a_contact_that_nobody_confirmed_in_time(self):
        check = a_contact_check(due_on=NOON.date() - DAY)
        a_contact_check()
        for _ in range(2):
            work.list_contacts(at=NOON)
        self.assertEqual(self.listed("contact"), [(check.account_id, "", "")])
        check.answer, check.answered_at = "code", NOON
        check.save()
        work.list_contacts(at=NOON)
        self.assertEqual(self.listed("contact"), [(check.account_id, "", "over")])

    def test_holds_a_number_that_more_contracts_share_than_one_person_has(self):
        shared = [a_contact(value="+84903000001") for _ in range(6)]
        for _ in range(5):
            a_contact(value="+84903000002")
        for _ in range(6):
            a_contact(value="+84903000003", kind="zalo")
        for _ in range(2):
            work.list_contacts(at=NOON)
        first = min(shared, key=lambda contact: contact.pk)
        self.assertEqual(self.listed("shared"), [(first.account_id, "6", "")])
        shared[-1].suspended_at, shared[-1].suspended_why = NOON, "not_mine"
        shared[-1].save()
        work.list_contacts(at=NOON)
        self.assertEqual(self.listed("shared"), [(first.account_id, "6", "over")])
