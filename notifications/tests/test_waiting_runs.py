"""Runs far larger than usual wait for two people (threat T31); stopped ones send nothing more."""

from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import TestCase, override_settings
from django.urls import reverse

from billing.tests.factories import OCTOBER, a_bill
from customers.models import User
from customers.tests.factories import NOON, a_contact, a_link, a_member, a_unit, an_account
from notifications.inbox import inbox
from notifications.models import Dispatch, Notice, Run
from notifications.queries import proof
from notifications.services import claiming, outages, planning, runs, sweeping
from notifications.services.planning.gate import usual_size
from notifications.tests.factories import a_dispatch, a_notice, a_run, an_outage

SEPTEMBER = date(2026, 9, 1)
HOLD = settings.MASS_HOLD
Status = Dispatch.Status
NEVER_ALONE = override_settings(MASS_ALONE=0)


def billed(number: int, *, month: date = OCTOBER) -> None:
    for _ in range(number):
        account = an_account()
        a_contact(account=account, kind="email")
        a_bill(account=account, month=month)


def plan(at=NOON) -> planning.Plan:
    return planning.plan_bills(month=OCTOBER, at=at)


def october() -> Run:
    return Run.objects.get(subject="2026-10")


@NEVER_ALONE
class GateTests(TestCase):
    def setUp(self) -> None:
        a_run(subject="2026-09", size=2, planned_at=NOON - timedelta(days=30))

    def test_lets_a_first_run_go_however_large(self):
        Run.objects.all().delete()
        billed(3)
        self.assertEqual(plan().dispatches, 6)

    def test_lets_twice_the_usual_number_go(self):
        billed(4)
        self.assertEqual(plan().dispatches, 8)

    def test_holds_more_than_twice_the_usual_number_and_shows_nobody_anything(self):
        billed(5)
        self.assertEqual(plan(), planning.Plan("2026-10", 5, 0, 0))
        account = Notice.objects.first().account
        self.assertEqual(october().waits_since, NOON)
        self.assertEqual(list(inbox([account], reader=a_link(account=account).user)), [])

    def test_never_holds_few_however_unusual(self):
        billed(5)
        with override_settings(MASS_ALONE=5):
            self.assertEqual(plan().notices, 5)
        self.assertEqual(Dispatch.objects.count(), 10)

    def test_measures_by_the_median_of_runs_that_went(self):
        a_run(subject="2026-08", size=4, planned_at=NOON - timedelta(days=60))
        a_run(subject="2026-07", size=90, planned_at=NOON - timedelta(days=90))
        a_run(subject="2026-06", size=900, planned_at=NOON, waits_since=NOON)
        self.assertEqual(usual_size(kind="bill_issued"), 4)

    def test_does_not_take_a_run_that_waits_for_one_that_is_stuck(self):
        billed(5)
        plan()
        found = proof(run=october(), user=a_member("supervisor"))
        self.assertTrue(found.balances)


class OutageTests(TestCase):
    """What one person typed of a planned outage goes to many only by a second one's yes."""

    def setUp(self) -> None:
        for _ in range(3):
            a_contact(account=an_account(), kind="email")

    @override_settings(MASS_ALONE=2)
    def test_wait_above_what_one_person_may_tell_alone_also_the_first(self):
        an_outage()
        planning.plan_due(at=NOON)
        run = Run.objects.get(kind="planned_outage")
        self.assertEqual((run.size, run.waits_since), (3, NOON))
        self.assertFalse(Dispatch.objects.exists())
        runs.check(run=run, size=3, by=a_member("operator"), at=NOON)
        runs.release(run=run, size=3, by=a_member("supervisor"), at=NOON)
        planning.plan_due(at=NOON + HOLD)
        self.assertEqual(Dispatch.objects.count(), 6)

    @override_settings(MASS_ALONE=5)
    def test_of_one_company_and_day_are_added_up_unless_two_people_looked(self):
        def waits() -> list[bool]:
            planning.plan_due(at=NOON)
            runs = Run.objects.filter(kind="planned_outage").order_by("pk")
            return [run.waits_since is not None for run in runs]

        for _ in range(3):
            an_account(address="1 Hàm Nghi")
        an_account(unit=a_unit(code="PE02"))
        an_outage()
        an_outage(area="Phường Bến Thành: Hàm Nghi", code="LNC2")
        an_outage(unit=a_unit(code="PE02"))
        self.assertEqual(sorted(waits()), [False, False, True])
        [waiting] = Run.objects.waiting()
        self.assertFalse(Dispatch.objects.filter(notice__run=waiting).exists())
        # What waits has told nobody, so that a small one still goes.
        an_account(address="1 Âu Cơ")
        an_outage(area="Phường Bến Thành: Âu Cơ")
        self.assertEqual(sorted(waits()), [False, False, False, True])

    @override_settings(MASS_ALONE=3)
    def test_go_again_after_a_day_and_their_withdrawal_at_once(self):
        outage = an_outage()
        planning.plan_due(at=NOON)
        outages.withdraw(outage=outage, by=a_member("agent"), at=NOON)
        planning.plan_due(at=NOON)
        an_outage()
        planning.plan_due(at=NOON + timedelta(days=1))
        planning.plan_due(at=NOON + timedelta(days=2))
        self.assertEqual(list(Run.objects.values_list("size", "waits_since")), [(3, None)] * 3)

    @NEVER_ALONE
    def test_show_the_second_person_what_was_written(self):
        an_outage(reason="Bảo trì trạm Bến Thành")
        planning.plan_due(at=NOON)
        self.client.force_login(a_member("supervisor"))
        run = Run.objects.get(kind="planned_outage")
        page = self.client.get(reverse("admin:notifications_run_proof", args=[run.pk]))
        self.assertContains(page, "Bảo trì trạm Bến Thành")
        self.assertNotContains(page, "None")

    @override_settings(MASS_ALONE=3)
    def test_go_up_to_it(self):
        an_outage()
        planning.plan_due(at=NOON)
        self.assertEqual(Dispatch.objects.count(), 6)

    @NEVER_ALONE
    def test_go_at_once_where_nobody_planned_them(self):
        an_outage(planned=False, starts_at=NOON - HOLD, learned_at=NOON)
        planning.plan_due(at=NOON)
        self.assertEqual(Dispatch.objects.count(), 6)


@NEVER_ALONE
class ReleaseTests(TestCase):
    def setUp(self) -> None:
        a_run(subject="2026-09", size=2, planned_at=NOON - timedelta(days=30))
        billed(5)
        plan()
        self.one, self.two = a_member("operator"), a_member("supervisor")

    def release(self, *, size: int = 5) -> Run:
        runs.check(run=october(), size=size, by=self.one, at=NOON)
        return runs.release(run=october(), size=size, by=self.two, at=NOON)

    def test_goes_once_two_people_have_looked_and_the_hold_is_over(self):
        self.release()
        planning.plan_due(at=NOON + HOLD - timedelta(seconds=1))
        self.assertEqual(Dispatch.objects.count(), 0)
        planning.plan_due(at=NOON + HOLD)
        self.assertEqual(Dispatch.objects.count(), 10)
        self.assertFalse(october().is_waiting)
        self.assertEqual(planning.plan_due(at=NOON + HOLD), [])

    def test_refuses_one_person_as_both(self):
        runs.check(run=october(), size=5, by=self.two, at=NOON)
        with self.assertRaises(runs.SamePerson):
            runs.release(run=october(), size=5, by=self.two, at=NOON)
        forged = {"checked_by": self.two, "released_by": self.two, "released_at": NOON}
        with self.assertRaises(IntegrityError), transaction.atomic():
            Run.objects.filter(subject="2026-10").update(**forged)

    def test_refuses_a_release_of_what_nobody_checked(self):
        with self.assertRaises(runs.NotWaiting):
            runs.release(run=october(), size=5, by=self.two, at=NOON)

    def test_refuses_a_yes_to_numbers_that_are_no_longer_true(self):
        billed(1)
        plan()
        with self.assertRaises(runs.Outgrown):
            runs.check(run=october(), size=5, by=self.one, at=NOON)

    def test_asks_again_when_a_released_run_has_grown_to_more_than_twice(self):
        self.release()
        planning.plan_due(at=NOON + HOLD)
        billed(6)
        plan(at=NOON + HOLD)
        self.assertTrue(october().is_waiting)
        self.assertEqual(Dispatch.objects.count(), 10)
        self.assertIsNone(october().released_by)

    def test_lets_what_is_loaded_later_go_with_what_was_released(self):
        self.release()
        billed(1)
        planning.plan_hourly(at=NOON + HOLD)
        planning.plan_due(at=NOON + HOLD)
        self.assertEqual(Dispatch.objects.count(), 12)

    def test_can_be_taken_back_until_the_hold_is_over(self):
        runs.take_back(run=self.release())
        planning.plan_due(at=NOON + HOLD)
        self.assertEqual(Dispatch.objects.count(), 0)
        self.release()
        planning.plan_due(at=NOON + HOLD)
        with self.assertRaises(runs.NotWaiting):
            runs.take_back(run=october())


class StopTests(TestCase):
    def setUp(self) -> None:
        self.notice = a_notice()
        self.run = self.notice.run
        self.first = a_dispatch(notice=self.notice, channel="zalo")
        self.next = a_dispatch(notice=self.notice, channel="email", status=Status.HELD, step=2)
        inbox_row = {"channel": "inbox", "status": Status.ACCEPTED}
        self.inbox = a_dispatch(notice=self.notice, **inbox_row)

    def stop(self) -> None:
        runs.stop(run=self.run, by=a_member("supervisor"), at=NOON)

    def status(self, dispatch: Dispatch) -> str:
        dispatch.refresh_from_db()
        return dispatch.status

    def test_lets_no_claim_through_from_the_commit_on(self):
        self.stop()
        batch = claiming.claim(channel="zalo", at=NOON, limit=10)
        self.assertEqual((batch.claims, batch.put_aside), ([], 1))
        self.assertEqual(self.status(self.first), "cancelled")
        # Its fallback fares no better.
        self.assertEqual(claiming.claim(channel="email", at=NOON, limit=10).claims, [])
        self.assertEqual(self.status(self.next), "cancelled")
        self.notice.refresh_from_db()
        self.assertEqual((self.notice.reach, self.notice.reason), ("ended", "stopped"))

    def test_ends_all_that_waits_as_cancelled(self):
        self.stop()
        self.assertEqual(sweeping.sweep(at=NOON).stopped, 1)
        rows = (self.first, self.next, self.inbox)
        self.assertEqual({self.status(row) for row in rows}, {"cancelled"})
        self.notice.refresh_from_db()
        self.assertEqual((self.notice.reach, self.notice.reason), ("ended", "stopped"))
        self.assertEqual(sweeping.sweep(at=NOON).stopped, 0)

    def test_leaves_what_a_provider_has_taken_to_its_receipt(self):
        later = NOON + timedelta(hours=1)
        Dispatch.objects.filter(pk=self.first.pk).update(status="accepted", silent_at=later)
        self.stop()
        self.assertEqual(sweeping.sweep(at=NOON).stopped, 0)
        sweeping.sweep(at=later)
        self.assertEqual(claiming.claim(channel="email", at=later, limit=10).claims, [])
        self.notice.refresh_from_db()
        self.assertEqual((self.notice.reach, self.notice.reason), ("ended", "stopped"))

    def test_takes_it_out_of_inboxes_where_nobody_was_told(self):
        reader = a_link(account=self.notice.account).user
        self.stop()
        self.assertEqual(list(inbox([self.notice.account], reader=reader)), [])
        Notice.objects.update(reach="delivered", reached_by="zalo")
        self.assertEqual(list(inbox([self.notice.account], reader=reader)), [self.notice])


@NEVER_ALONE
class DeskTests(TestCase):
    def setUp(self) -> None:
        a_run(subject="2026-09", size=2, planned_at=NOON - timedelta(days=30))
        billed(5)
        plan()

    def ask(self, user: User, verb: str = "", **posted: str):
        self.client.force_login(user)
        page = reverse("admin:notifications_run_proof", args=[october().pk])
        if not verb:
            return self.client.get(page)
        return self.client.post(f"{page}decide/{verb}/", {"size": "5", **posted}, follow=True)

    def test_shows_counts_cost_and_time_before_anybody_says_yes(self):
        answer = self.ask(a_member("supervisor"))
        self.assertEqual(answer.context["card"].forecast.notices, 5)
        self.assertEqual(answer.context["loads"][0]["first"], 5)
        self.assertContains(answer, "decide/check/")

    def test_is_released_by_an_operator_and_a_supervisor(self):
        self.ask(a_member("operator"), "check")
        self.ask(a_member("supervisor"), "release")
        self.assertIsNotNone(october().released_at)

    def test_lets_nobody_else_decide(self):
        runs.check(run=october(), size=5, by=a_member("supervisor"), at=NOON)
        for role in ("agent", "officer", "auditor", "operator"):
            with self.subTest(role):
                self.assertEqual(self.ask(a_member(role), "release").status_code, 404)
        for role in ("agent", "officer", "auditor"):
            with self.subTest(role):
                self.assertEqual(self.ask(a_member(role), "take-back").status_code, 404)
                self.assertNotContains(self.ask(a_member(role)), "/decide/")
        self.assertIsNone(october().released_at)

    def test_says_on_the_first_page_what_waits(self):
        self.client.force_login(a_member("supervisor"))
        url = reverse("admin:notifications_run_proof", args=[october().pk])
        self.assertContains(self.client.get("/desk/"), url)

    def test_tells_a_forged_number_from_the_one_that_was_shown(self):
        self.ask(a_member("operator"), "check", size="4")
        self.ask(a_member("operator"), "check", size="٤" * 3)
        self.assertIsNone(october().checked_by)
