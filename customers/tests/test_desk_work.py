"""The work list at the desk: who sees it, who takes a row, and what comes of it."""

from datetime import date, timedelta

from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from customers.models import Arrangement, StaffRole, User, WorkItem
from customers.services import arrangements, work
from customers.tests.factories import (
    a_contact,
    a_link,
    a_member,
    a_unit,
    a_work_item,
    an_account,
    an_sms_retention,
    opened,
)

LIST = "admin:customers_workitem_changelist"
LONG_AGO = date(2026, 1, 1)


def at_desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class WorkTests(TestCase):
    def setUp(self) -> None:
        self.agent, self.colleague = a_member(StaffRole.AGENT), a_member(StaffRole.AGENT)
        self.item = a_work_item(due_on=LONG_AGO)
        for one in (self.agent, self.colleague):
            opened(self.item.account, by=one)

    def act(self, verb: str, by: User, **typed: object):
        url = reverse("admin:customers_workitem_act", args=[self.item.pk, verb])
        answer = at_desk(by).post(url, typed, follow=True)
        self.item.refresh_from_db()
        return answer

    def page(self, by: User):
        return at_desk(by).get(reverse("admin:customers_workitem_change", args=[self.item.pk]))

    def test_is_taken_by_one_and_a_second_sees_who_has_it(self):
        self.assertContains(self.page(self.agent), "Tôi nhận việc này")
        self.act("take", self.agent)
        answer = self.act("take", self.colleague)
        self.assertContains(answer, "Đồng nghiệp khác đã nhận việc này.")
        self.assertEqual(self.item.claimed_by, self.agent)
        self.assertContains(self.page(self.colleague), "đã nhận việc này")
        self.assertNotContains(self.page(self.colleague), "Tôi nhận việc này")
        self.assertContains(at_desk(self.colleague).get(reverse(LIST)), str(self.agent))

    def test_is_free_again_the_next_day(self):
        work.claim(item=self.item, by=self.agent, at=timezone.now() - timedelta(hours=13))
        self.act("take", self.colleague)
        self.assertEqual(self.item.claimed_by, self.colleague)

    def test_is_settled_by_whoever_has_it_and_then_gone(self):
        typed = {"outcome": "mended", "note": "đã có email"}
        self.act("settle", self.agent, **typed)
        self.assertEqual(self.item.outcome, "")
        self.act("take", self.agent)
        self.act("settle", self.agent, **typed)
        self.assertEqual((self.item.outcome, self.item.done_by), ("mended", self.agent))
        self.assertNotContains(at_desk(self.agent).get(reverse(LIST)), self.item.account.number)
        settled = at_desk(self.agent).get(reverse(LIST), {"open": "done"})
        self.assertContains(settled, self.item.account.number)

    def test_keeps_what_was_typed_where_the_outcome_is_missing(self):
        self.act("take", self.agent)
        answer = self.act("settle", self.agent, note="gọi hai lần")
        self.assertContains(answer, "gọi hai lần")
        self.assertEqual(self.item.outcome, "")

    def test_keeps_no_bank_number_in_the_note(self):
        self.act("take", self.agent)
        self.act("settle", self.agent, outcome="nothing", note="0071001234567")
        self.assertEqual(self.item.outcome, "")

    def test_comes_again_on_another_day_where_nobody_was_reached(self):
        self.act("take", self.agent)
        tomorrow = timezone.localdate() + timedelta(days=1)
        self.act("put-off", self.agent, until=f"{tomorrow:%d/%m/%Y}")
        self.assertEqual((self.item.due_on, self.item.tries), (tomorrow, 1))
        self.assertEqual(self.item.claimed_by, None)
        self.assertNotContains(at_desk(self.agent).get(reverse(LIST)), self.item.account.number)

    def test_is_put_off_for_two_weeks_at_most(self):
        self.act("take", self.agent)
        far = timezone.localdate() + timedelta(days=15)
        answer = self.act("put-off", self.agent, until=f"{far:%d/%m/%Y}")
        self.assertContains(answer, "hai tuần")
        self.assertEqual(self.item.due_on, LONG_AGO)

    def test_is_given_back(self):
        self.act("take", self.agent)
        self.act("give-back", self.agent)
        self.assertEqual(self.item.claimed_by, None)

    def test_cannot_be_settled_by_hand_while_the_arrangement_is_not(self):
        made = an_sms_retention(starts_on=date(2025, 6, 1), review_on=LONG_AGO)
        item = a_work_item(account=made.account, kind="review", arrangement_id=made.pk)
        work.claim(item=item, by=self.agent, at=timezone.now())
        for outcome in WorkItem.Outcome.values:
            with self.assertRaises(work.NoOutcome):
                work.settle(item=item, outcome=outcome, note="", by=self.agent, at=timezone.now())

    def test_asks_why_before_it_opens(self):
        fresh = a_member(StaffRole.AGENT)
        self.assertContains(self.page(fresh), "Vì sao anh/chị mở hồ sơ này?")
        self.act("take", fresh)
        self.assertEqual(self.item.claimed_by, None)


class AccessTests(TestCase):
    def setUp(self) -> None:
        self.item = a_work_item(due_on=LONG_AGO)
        self.change = reverse("admin:customers_workitem_change", args=[self.item.pk])
        self.take = reverse("admin:customers_workitem_act", args=[self.item.pk, "take"])

    def test_is_closed_to_holders_strangers_and_another_company(self):
        elsewhere = a_member(StaffRole.OFFICER, unit=a_unit(code="PE09"))
        opened(self.item.account, by=elsewhere)
        self.assertNotContains(at_desk(elsewhere).get(reverse(LIST)), self.item.account.number)
        holder = a_link(account=self.item.account).user
        for user in (holder, a_link().user, elsewhere):
            client = at_desk(user)
            self.assertIn(client.get(self.change, follow=True).status_code, (403, 404))
            self.assertIn(client.post(self.take, follow=True).status_code, (403, 404))
        self.item.refresh_from_db()
        self.assertEqual(self.item.claimed_by, None)

    def test_is_read_and_not_taken_by_who_only_looks(self):
        auditor = a_member(StaffRole.AUDITOR)
        opened(self.item.account, by=auditor)
        self.assertNotContains(at_desk(auditor).get(self.change), "Tôi nhận việc này")
        self.assertEqual(at_desk(auditor).post(self.take).status_code, 404)


class SettlingTests(TestCase):
    """Confirming an arrangement again, and ending it."""

    def setUp(self) -> None:
        self.agent = a_member(StaffRole.AGENT)
        today = timezone.localdate()
        self.made = an_sms_retention(review_on=today - timedelta(days=40))
        arrangements.keep(at=timezone.now())
        opened(self.made.account, by=self.agent)
        self.desk = at_desk(self.agent)

    def url(self, verb: str) -> str:
        return reverse(f"admin:customers_arrangement_{verb}", args=[self.made.pk])

    def state(self) -> str:
        return Arrangement.objects.get(pk=self.made.pk).state

    def answers(self, **typed: str) -> dict[str, str]:
        today = timezone.localdate()
        return {
            "reviewed_on": f"{self.made.review_on}",
            "said_by": "holder",
            "said_via": "call",
            "reference": "CG-0900",
            "review_on": f"{today + timedelta(days=300):%d/%m/%Y}",
            **typed,
        }

    def test_says_that_it_expired_and_leads_to_both_ways_out(self):
        page = self.desk.get(self.url("change"))
        self.assertContains(page, "quá hạn")
        for verb in ("renew", "end"):
            self.assertContains(page, self.url(verb))

    def test_goes_on_by_a_recorded_call(self):
        page = self.desk.get(self.url("renew"))
        self.assertContains(page, f'value="{self.made.review_on}"')
        self.desk.post(self.url("renew"), self.answers())
        self.assertEqual(self.state(), "in_force")
        self.assertFalse(WorkItem.objects.open().exists())

    def test_keeps_what_was_typed_without_a_call(self):
        answer = self.desk.post(self.url("renew"), self.answers(reference=" ", said_by="relative"))
        self.assertContains(answer, 'value="relative"')
        self.assertEqual(self.state(), "expired")

    def test_shows_the_gap_before_it_ends_and_lists_the_account(self):
        page = self.desk.get(self.url("end"))
        self.assertContains(page, "không còn cách nào báo tin")
        self.assertEqual(self.state(), "expired")
        self.desk.post(self.url("end"), {"why": "asked"})
        self.assertEqual(self.state(), "ended")
        self.assertEqual(WorkItem.objects.open().get().kind, WorkItem.Kind.GAP)

    def test_names_what_is_left_where_there_is_another_way(self):
        a_contact(account=self.made.account, kind="email")
        page = self.desk.get(self.url("end"))
        self.assertNotContains(page, "không còn cách nào báo tin")
        self.assertContains(page, "Vẫn báo tin qua")

    def test_wants_a_reason_to_end(self):
        self.desk.post(self.url("end"), {})
        self.desk.post(self.url("end"), {"why": "not_me"})
        self.assertEqual(self.state(), "expired")

    def test_stands_on_the_first_page(self):
        page = self.desk.get(reverse("admin:index"))
        self.assertContains(page, f"{reverse(LIST)}?kind__exact=review")

    def test_is_the_work_of_the_own_company(self):
        elsewhere = a_member(StaffRole.OFFICER, unit=a_unit(code="PE09"))
        for verb in ("renew", "end"):
            self.assertEqual(at_desk(elsewhere).post(self.url(verb), {}).status_code, 404)
        an_account()
        self.assertEqual(self.state(), "expired")
