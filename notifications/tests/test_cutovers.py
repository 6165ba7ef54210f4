"""A company's cut-over: worked out, decided by two, obeyed, and measured as it was worked out."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.test import TestCase

from billing.tests.factories import OCTOBER, a_bill
from customers.models import Account, OperatingUnit, Protection
from customers.tests.factories import (
    NOON,
    a_contact,
    a_member,
    a_unit,
    an_account,
    an_sms_retention,
)
from notifications.models import (
    Cutover,
    CutoverFigure,
    Decision,
    Dispatch,
    KindPolicy,
    Notice,
    PolicyTrial,
)
from notifications.services import cutover_figures, cutovers, dispatching, planning, trials
from notifications.services.preferences import choices
from notifications.tests.factories import a_dispatch, a_notice, a_preference
from notifications.tests.fakes import provider
from portal.lib.periods import start_of

DAY = timedelta(days=1)
NOVEMBER = date(2026, 11, 1)
STARTS_ON = NOON.date() + 10 * DAY
IN_FORCE = start_of(STARTS_ON) + timedelta(hours=9)


class Case(TestCase):
    def setUp(self) -> None:
        KindPolicy.objects.update(keeps_quiet_hours=False)
        self.unit, self.elsewhere = a_unit(code="PE01"), a_unit(code="PE02")
        OperatingUnit.objects.update(bills_by_sms=True)
        self.planner, self.second = a_member("supervisor"), a_member("supervisor")

    def billed(self, *contacts: str, month: date = OCTOBER, **fields: Any) -> Account:
        account = an_account(**{"unit": self.unit, **fields})
        for kind in contacts:
            a_contact(account=account, kind=kind)
        a_bill(account=account, month=month)
        return account

    def planned(self, **given: Any) -> Cutover:
        values = {"units": [self.unit], "starts_on": STARTS_ON, "by": self.planner, "at": NOON}
        [made] = cutovers.plan(**{**values, **given})
        return made

    def worked_out(self, **given: Any) -> Cutover:
        made = self.planned(**given)
        trials.work(at=NOON)
        made.refresh_from_db()
        return made

    def approved(self) -> Cutover:
        return cutovers.approve(cutover=self.worked_out(), by=self.second, at=NOON)

    def first_ways(self, account: Account) -> list[str]:
        sent = Dispatch.objects.filter(notice__account=account, status="queued")
        return sorted(sent.values_list("channel", flat=True))


class RoutingTests(Case):
    def test_tells_bills_by_sms_without_an_agreement_until_the_day(self):
        self.approved()
        account = self.billed("phone")
        planning.plan_bills(month=OCTOBER, at=IN_FORCE - DAY)
        self.assertEqual(self.first_ways(account), ["sms"])

    def test_tells_none_from_the_day_on_but_by_agreement(self):
        cutover = self.approved()
        phone, agreed = self.billed("phone"), self.billed()
        an_sms_retention(account=agreed)
        planning.plan_bills(month=OCTOBER, at=IN_FORCE)
        self.assertEqual(self.first_ways(phone), [])
        self.assertEqual(self.first_ways(agreed), ["sms"])
        notice = Notice.objects.get(account=phone)
        self.assertEqual((notice.reach, notice.reason), ("unreachable", "no_channel"))
        decision = Decision.objects.get(notice=notice)
        self.assertEqual(decision.cutover, cutover)
        self.assertEqual([one["why"] for one in decision.left_out], ["cut_over"])

    def test_leaves_other_companies_as_they_are(self):
        self.approved()
        account = self.billed("phone", unit=self.elsewhere)
        planning.plan_bills(month=OCTOBER, at=IN_FORCE)
        self.assertEqual(self.first_ways(account), ["sms"])
        self.assertIsNone(Decision.objects.get(notice__account=account).cutover)

    def test_tells_nothing_by_sms_where_that_was_never_so(self):
        OperatingUnit.objects.update(bills_by_sms=False)
        account = self.billed("phone")
        planning.plan_bills(month=OCTOBER, at=NOON)
        self.assertEqual(self.first_ways(account), [])
        [left_out] = Decision.objects.get(notice__account=account).left_out
        self.assertEqual(left_out["why"], "no_agreement")

    def test_tells_other_kinds_only_where_it_was_agreed(self):
        account = self.billed("phone")
        dispatch = self.by_contract(a_notice(account=account, kind="service_fee"))
        self.assertEqual(self.claimed(dispatch, at=NOON), ("suppressed", "no_agreement"))

    def test_uses_the_number_that_was_agreed_on_alone(self):
        account = self.billed("phone")
        agreed = an_sms_retention(account=account)
        planning.plan_bills(month=OCTOBER, at=NOON)
        addresses = Dispatch.objects.filter(channel="sms").values_list("address", flat=True)
        self.assertEqual(list(addresses), [agreed.contact.value])

    def by_contract(self, notice: Notice) -> Dispatch:
        return a_dispatch(
            notice=notice, channel="sms", contact=notice.account.contacts.get(kind="phone")
        )

    def claimed(self, dispatch: Dispatch, *, at: datetime) -> tuple[str, str]:
        with provider():
            dispatching.send_batch(channel="sms", at=at)
        dispatch.refresh_from_db()
        return dispatch.status, dispatch.reason

    def test_is_judged_again_by_each_claim(self):
        self.approved()
        before = self.by_contract(a_notice(account=self.billed("phone")))
        self.assertEqual(self.claimed(before, at=IN_FORCE - DAY)[0], "accepted")
        after = self.by_contract(a_notice(account=self.billed("phone")))
        self.assertEqual(self.claimed(after, at=IN_FORCE), ("suppressed", "cut_over"))
        self.assertEqual(Notice.objects.get(pk=after.notice_id).reach, "unreachable")

    def test_ends_when_it_is_taken_back(self):
        cutover = self.approved()
        cutovers.take_back(cutover=cutover, why="Sai ngày", by=self.planner, at=NOON)
        account = self.billed("phone")
        planning.plan_bills(month=OCTOBER, at=IN_FORCE)
        self.assertEqual(self.first_ways(account), ["sms"])

    def test_lets_a_customer_choose_sms_for_bills_alone_until_the_day(self):
        self.approved()
        account = self.billed("phone")
        offered = {c.kind for c in choices(account, on=STARTS_ON - DAY) if "sms" in c.offered}
        self.assertEqual(offered, {"bill_issued", "payment_reminder", "payment_overdue"})
        offered = {c.kind for c in choices(account, on=STARTS_ON) if "sms" in c.offered}
        self.assertEqual(offered, set())


class DecidingTests(Case):
    def test_needs_figures_and_a_second_person(self):
        cutover = self.planned()
        with self.assertRaises(cutovers.NotCounted):
            cutovers.approve(cutover=cutover, by=self.second, at=NOON)
        trials.work(at=NOON)
        with self.assertRaises(cutovers.SamePerson):
            cutovers.approve(cutover=cutover, by=self.planner, at=NOON)
        with self.assertRaises(cutovers.NotCounted):
            cutovers.approve(cutover=cutover, by=self.second, at=NOON + 8 * DAY)
        cutovers.approve(cutover=cutover, by=self.second, at=NOON)
        with self.assertRaises(cutovers.NotWaiting):
            cutovers.approve(cutover=cutover, by=self.second, at=NOON)

    def test_is_held_by_the_database(self):
        cutover = self.worked_out()
        for wrong in (
            {"state": "approved", "approved_by": self.planner, "approved_at": NOON},
            {"state": "approved"},
            {"state": "taken_back"},
            {"state": "taken_back", "ended_by": self.planner, "ended_at": NOON},
        ):
            with self.subTest(wrong), self.assertRaises(IntegrityError), transaction.atomic():
                Cutover.objects.filter(pk=cutover.pk).update(**wrong)

    def test_begins_on_a_day_to_come(self):
        with self.assertRaises(cutovers.TooLate):
            self.planned(starts_on=NOON.date())
        cutover = self.worked_out(starts_on=NOON.date() + DAY)
        with self.assertRaises(cutovers.TooLate):
            cutovers.approve(cutover=cutover, by=self.second, at=NOON + DAY)

    def test_is_one_for_a_company_that_is_told_by_sms(self):
        self.worked_out()
        with self.assertRaises(cutovers.OneOpen):
            self.planned()
        OperatingUnit.objects.update(bills_by_sms=False)
        with self.assertRaises(cutovers.OneOpen):
            self.planned(units=[self.elsewhere])
        self.assertEqual(Cutover.objects.count(), 1)
        self.assertFalse(PolicyTrial.objects.open().exists())

    def test_is_planned_by_ones_own_company_alone(self):
        own = a_member("supervisor", unit=self.elsewhere)
        with self.assertRaises(cutovers.NotYours):
            self.planned(by=own)
        self.planned(by=own, units=[self.elsewhere])

    def test_is_taken_back_for_a_reason_once_and_may_be_planned_anew(self):
        cutover = self.approved()
        with self.assertRaises(cutovers.NoReason):
            cutovers.take_back(cutover=cutover, why=" ", by=self.planner, at=NOON)
        cutovers.take_back(cutover=cutover, why="Sai ngày", by=self.planner, at=NOON)
        with self.assertRaises(cutovers.NotWaiting):
            cutovers.take_back(cutover=cutover, why="Sai ngày", by=self.planner, at=NOON)
        self.worked_out()

    def test_leaves_a_history_of_who_did_what(self):
        cutover = self.approved()
        cutovers.take_back(cutover=cutover, why="Sai ngày", by=self.planner, at=NOON)
        kept = cutover.history.order_by("history_id")
        self.assertEqual(
            list(kept.values_list("state", "history_user_id")),
            [
                ("draft", self.planner.pk),
                ("approved", self.second.pk),
                ("taken_back", self.planner.pk),
            ],
        )


class FigureTests(Case):
    def figures(self, cutover: Cutover, side: str) -> list[tuple[Any, ...]]:
        rows = CutoverFigure.objects.filter(cutover=cutover, side=side).order_by("ward", "age")
        return list(rows.values_list("ward", "age", "accounts", "untold", "lost", "messages",
                                     "cost"))  # fmt: skip

    def a_month(self, month: date) -> None:
        """Bills of this month for everybody of the last one."""
        for account in Account.objects.all():
            a_bill(account=account, month=month)

    def a_town(self) -> dict[str, Account]:
        old = {"holder_born_in": 1950, "ward": "Xã Củ Chi"}
        town = {
            "phone": self.billed("phone", **old),
            "zalo": self.billed("phone", "zalo", holder_born_in=1990, ward="Xã Củ Chi"),
            "nothing": self.billed(holder_born_in=1990, ward="Phường Bến Cát"),
            "agreed": self.billed(**old),
            "suspended": self.billed(ward="Phường Bến Cát", holder_born_in=None),
            "unwanted": self.billed("phone", ward="Phường Bến Cát", holder_born_in=None),
            "elsewhere": self.billed("phone", unit=self.elsewhere),
        }
        an_sms_retention(account=town["agreed"])
        a_contact(account=town["suspended"], suspended_at=NOON, suspended_why="x")
        a_preference(account=town["unwanted"], channel="sms")
        return town

    def test_say_who_would_lose_the_only_way_and_what_sms_costs(self):
        town = self.a_town()
        planning.plan_bills(month=OCTOBER, at=NOON - DAY)
        cutover = self.worked_out()
        self.assertEqual(
            self.figures(cutover, "before"),
            [
                ("Phường Bến Cát", "under-60", 1, 1, 0, 0, 0),
                ("Phường Bến Cát", "unknown", 2, 1, 0, 1, 500),
                ("Xã Củ Chi", "70+", 2, 0, 0, 2, 1000),
                ("Xã Củ Chi", "under-60", 1, 0, 0, 0, 0),
            ],
        )
        self.assertEqual(
            self.figures(cutover, "after"),
            [
                ("Phường Bến Cát", "under-60", 1, 1, 0, 0, 0),
                ("Phường Bến Cát", "unknown", 2, 2, 1, 0, 0),
                ("Xã Củ Chi", "70+", 2, 1, 1, 1, 500),
                ("Xã Củ Chi", "under-60", 1, 0, 0, 0, 0),
            ],
        )
        listed = set(cutover.losses.values_list("account", flat=True))
        # Nobody wants SMS there, but the law asks for one channel that works, and it was the one.
        self.assertEqual(listed, {town["phone"].pk, town["unwanted"].pk})

    def test_measured_are_those_worked_out_where_nothing_changed_in_between(self):
        self.a_town()
        planning.plan_bills(month=OCTOBER, at=NOON - DAY)
        cutover = self.approved()
        self.a_month(NOVEMBER)
        planning.plan_bills(month=NOVEMBER, at=IN_FORCE)
        with provider():
            for channel in ("zalo", "sms"):
                dispatching.send_batch(channel=channel, at=IN_FORCE)
        self.assertEqual(cutover_figures.measure(at=IN_FORCE + timedelta(hours=1)), 1)
        worked_out = self.figures(cutover, "after")
        self.assertEqual(self.figures(cutover, "measured"), worked_out)
        self.assertEqual(sum(lost for *_more, lost, _n, _cost in worked_out), 2)

    def a_month_of_november(self) -> Cutover:
        self.billed("phone")
        planning.plan_bills(month=OCTOBER, at=NOON - DAY)
        cutover = self.approved()
        self.a_month(NOVEMBER)
        planning.plan_bills(month=NOVEMBER, at=IN_FORCE)
        return cutover

    def test_measured_follow_what_changed(self):
        cutover = self.a_month_of_november()
        Notice.objects.filter(planned_at=IN_FORCE).update(
            reach="seen", reached_by="inbox", reason=""
        )
        cutover_figures.measure(at=IN_FORCE + timedelta(hours=1))
        self.assertEqual([row[2:5] for row in self.figures(cutover, "measured")], [(1, 0, 0)])

    def test_are_measured_anew_for_thirty_days_and_then_stay(self):
        cutover = self.a_month_of_november()
        at = IN_FORCE + timedelta(hours=1)
        self.assertEqual(cutover_figures.measure(at=IN_FORCE - DAY), 0)
        self.assertEqual([cutover_figures.measure(at=at) for _again in range(2)], [1, 0])
        once = self.figures(cutover, "measured")
        self.assertEqual(cutover_figures.measure(at=at + 40 * DAY), 1)
        self.assertEqual(self.figures(cutover, "measured"), once)
        self.assertEqual(cutover_figures.measure(at=at + 41 * DAY), 0)
        cutover.refresh_from_db()
        self.assertEqual(cutover.measured_until, start_of(STARTS_ON) + 30 * DAY)

    def test_leave_out_whom_only_supervisors_may_find(self):
        account = self.billed("phone")
        Protection.objects.create(account=account, why="Đe dọa", by=self.planner, at=NOON)
        planning.plan_bills(month=OCTOBER, at=NOON - DAY)
        cutover = self.worked_out()
        self.assertEqual(self.figures(cutover, "after"), [])
        self.assertEqual(cutover.losses.visible_to(self.planner).count(), 1)
        officer = a_member("officer", unit=self.unit)
        self.assertEqual(cutover.losses.visible_to(officer).count(), 0)

    def test_are_worked_out_for_several_companies_at_once_each_its_own(self):
        self.billed("phone")
        self.billed("phone", unit=self.elsewhere)
        planning.plan_bills(month=OCTOBER, at=NOON - DAY)
        made = cutovers.plan(
            units=[self.unit, self.elsewhere], starts_on=STARTS_ON, by=self.planner, at=NOON
        )
        trials.work(at=NOON)
        self.assertEqual([cutover.losses.count() for cutover in made], [1, 1])
        self.assertEqual([cutover.figures.count() for cutover in made], [2, 2])

    def test_worked_out_again_replace_the_old_ones(self):
        cutover = self.worked_out()
        self.billed("phone")
        planning.plan_bills(month=OCTOBER, at=NOON - DAY)
        cutovers.work_out(cutover=cutover, by=self.planner, at=NOON)
        trials.work(at=NOON)
        self.assertEqual(cutover.losses.count(), 1)
        cutovers.work_out(cutover=cutover, by=self.planner, at=NOON)
        trials.work(at=NOON)
        self.assertEqual((cutover.losses.count(), cutover.figures.count()), (1, 2))
