"""Another policy on last month's notices: what would change, and proof that nothing does."""

import json
from datetime import date, time, timedelta
from typing import Any
from unittest.mock import patch

from celery.app.task import Task
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import InternalError
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from billing.tests.factories import OCTOBER, a_bill
from customers.models import Account
from customers.tests.factories import (
    NOON,
    a_contact,
    a_member,
    a_relative_contact,
    a_unit,
    a_user,
    an_account,
    an_sms_retention,
)
from notifications.models import (
    ChannelPrice,
    Dispatch,
    KindPolicy,
    OwnQuietHours,
    PolicyTrial,
)
from notifications.services import dry_run, planning, trials
from notifications.services.dry_run import Change, Found
from notifications.tests.factories import a_notice

LATER = NOON + timedelta(hours=1)


def whole_database() -> dict[str, str]:
    """A digest of the rows of every table."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
            found[table] = cursor.fetchone()[0]
    return found


class Case(TestCase):
    def setUp(self) -> None:
        self.unit, self.elsewhere = a_unit(code="PE01"), a_unit(code="PE02")
        self.by_zalo = self.billed(contacts=("zalo", "email"))
        self.old = self.billed(holder_born_in=1945, sms=True)
        self.nobody = self.billed()

    def billed(self, *, contacts=(), sms: bool = False, **fields: Any) -> Account:
        account = an_account(**{"unit": self.unit, **fields})
        for kind in contacts:
            a_contact(account=account, kind=kind)
        if sms:
            an_sms_retention(account=account)
        a_bill(account=account)
        return account

    def try_(self, *, only=None, **changed: Any) -> Found:
        planning.plan_bills(month=OCTOBER, at=NOON)
        return dry_run.run(Change(kinds=["bill_issued"], **changed), at=LATER, only=only)

    def moves(self, found: Found) -> dict[tuple[str, str], int]:
        moved: dict[tuple[str, str], int] = {}
        for group in found.groups:
            pair = (group.before, group.after)
            moved[pair] = moved.get(pair, 0) + group.notices
        return moved


class ChangeTests(Case):
    def test_finds_who_goes_another_way_and_who_has_none_left(self):
        found = self.try_(channels=["email", "sms", "zalo"])
        self.assertEqual(
            self.moves(found),
            {("zalo", "email"): 1, ("sms", "sms"): 1, ("nothing", "nothing"): 1},
        )
        self.assertEqual((found.notices, found.moved, found.lost), (3, 1, 0))

    def test_finds_who_loses_the_only_way_the_old_apart(self):
        found = self.try_(channels=["inbox", "zalo", "email"])
        self.assertEqual((found.lost, found.lost_elderly), (1, 1))
        [lost] = [group for group in found.groups if group.is_lost]
        self.assertEqual((lost.unit, lost.age), (self.unit.pk, "70+"))

    def test_ends_sms_for_the_companies_that_are_named(self):
        self.billed(unit=self.elsewhere, sms=True)
        found = self.try_(cut_off=[self.elsewhere.pk])
        self.assertEqual((found.lost, found.lost_elderly), (1, 0))
        self.assertEqual(self.moves(found)["sms", "sms"], 1)

    def test_judges_arrangements_by_the_day_that_is_asked_about(self):
        kept = self.old.arrangements.get()
        kept.ends_on = date(2026, 12, 1)
        kept.save()
        self.assertEqual(self.try_(on=date(2026, 11, 30)).lost, 0)
        self.assertEqual(self.try_(on=date(2026, 12, 1)).lost, 1)

    def test_adds_up_what_it_costs_at_once_and_at_most(self):
        ChannelPrice.objects.create(channel="email", starts_on=NOON.date(), price=3)
        found = self.try_(channels=["email", "zalo"])
        sums = [sum(numbers) for numbers in zip(*(g[5:] for g in found.groups), strict=True)]
        self.assertEqual(sums, [700, 3, 703, 203])

    def test_counts_the_busiest_hour_of_each_channel(self):
        self.billed(contacts=("zalo", "email"))
        found = self.try_(channels=["email", "zalo"], confirm_within=timedelta(minutes=30))
        peaks = {peak.channel: peak for peak in found.peaks}
        zalo, email = peaks["zalo"], peaks["email"]
        self.assertEqual((zalo.before, zalo.after), (2, 0))
        self.assertEqual((email.before, email.after), (0, 2))
        self.assertEqual((email.worst_before, zalo.worst_after), (2, 2))

    def test_counts_no_more_in_an_hour_than_a_provider_takes(self):
        with patch.object(dry_run.pacing, "per_second", lambda _channel: 1 / 7200):
            found = self.try_(channels=["email"])
        self.assertLess(next(p.before for p in found.peaks if p.channel == "zalo"), 1)

    def test_passes_over_what_would_go_beyond_another_ceiling(self):
        KindPolicy.objects.update(channels=["zalo", "sms", "email"], legal_class="service")
        an_sms_retention(account=self.by_zalo)
        sums = []
        for ceiling in (700, 699, None):
            found = self.try_(price_ceiling=ceiling)
            sums.append(sum(group.most_after for group in found.groups))
        # Once Zalo and SMS, once SMS alone; below the sum, Zalo goes on by e-mail.
        self.assertEqual(sums, [1200, 700, 1200])
        self.assertEqual(found.moved, 0)

    def test_has_no_ceiling_for_what_the_law_requires(self):
        KindPolicy.objects.update(channels=["zalo", "sms"], legal_class="statutory")
        an_sms_retention(account=self.by_zalo)
        found = self.try_(price_ceiling=0)
        self.assertEqual(sum(group.most_after for group in found.groups), 1200)

    def test_counts_what_waits_for_the_end_of_other_quiet_hours(self):
        KindPolicy.objects.update(keeps_quiet_hours=True)
        found = self.try_(quiet=(time(11), time(15)))
        self.assertEqual(found.quiet, (0, 2))
        OwnQuietHours.objects.create(
            account=self.by_zalo, begins=time(1), ends=time(1), set_by=a_user(), set_at=NOON
        )
        self.assertEqual(self.try_(quiet=(time(11), time(15))).quiet, (0, 1))
        KindPolicy.objects.update(keeps_quiet_hours=False)
        self.assertEqual(self.try_(quiet=(time(11), time(15))).quiet, (0, 0))

    def test_takes_in_the_last_thirty_days_and_one_company_where_it_is_named(self):
        self.billed(unit=self.elsewhere, contacts=("zalo",))
        long_ago = NOON - timedelta(days=31)
        a_notice(account=self.nobody, planned_at=long_ago, subject="2026-08")
        self.assertEqual(self.try_(channels=["email"]).notices, 4)
        self.assertEqual(self.try_(channels=["email"], only=self.elsewhere).notices, 1)

    def test_takes_each_kind_by_its_own_policy(self):
        planning.plan_bills(month=OCTOBER, at=NOON)
        a_notice(account=self.by_zalo, kind="test_message", planned_at=NOON)
        KindPolicy.objects.filter(kind="test_message").update(channels=["email"])
        change = Change(kinds=["bill_issued", "test_message"], cut_off=[self.unit.pk])
        found = dry_run.run(change, at=LATER)
        self.assertEqual(self.moves(found)["email", "email"], 1)
        self.assertEqual(found.notices, 4)


class SameAsThePlannerTests(Case):
    def test_finds_without_a_change_what_the_planner_did(self):
        a_relative_contact(account=self.old)
        found = self.try_(confirm_within=timedelta(hours=24))
        self.assertEqual(found.moved, 0)
        sent = Dispatch.objects.exclude(channel="inbox").filter(status__in=["queued", "held"])
        peaks = {peak.channel: peak for peak in found.peaks}
        for channel in ("zalo", "sms", "email"):
            first = sent.filter(channel=channel, status="queued").count()
            at_first = peaks[channel].before if channel in peaks else 0
            self.assertEqual(at_first, first, channel)


class NothingHappensTests(Case):
    def test_changes_no_row_and_queues_no_task(self):
        planning.plan_bills(month=OCTOBER, at=NOON)
        before = whole_database()
        with patch.object(Task, "apply_async") as queued:
            found = dry_run.run(
                Change(kinds=["bill_issued"], channels=["email"], cut_off=[self.unit.pk]), at=LATER
            )
        self.assertEqual(found.notices, 3)
        self.assertEqual(whole_database(), before)
        queued.assert_not_called()

    def test_is_refused_by_the_database_itself_if_it_tried(self):
        refused = self.assertRaisesRegex(InternalError, "read-only transaction")
        with refused, transaction.atomic(), dry_run._nothing_written():
            Dispatch.objects.update(status="queued")
        self.assertEqual(Dispatch.objects.filter(status="queued").count(), 0)

    def test_can_be_asked_again_at_once(self):
        planning.plan_bills(month=OCTOBER, at=NOON)
        change = Change(kinds=["bill_issued"], channels=["email"])
        self.assertEqual(dry_run.run(change, at=LATER), dry_run.run(change, at=LATER))


class TrialTests(Case):
    def setUp(self) -> None:
        super().setUp()
        self.boss = a_member("supervisor")

    def ask(self, at=LATER, **changed: Any) -> PolicyTrial:
        change = Change(kinds=["bill_issued"], channels=["email"], **changed)
        return trials.ask(change=change, form="kind=bill_issued", by=self.boss, at=at)

    def test_keeps_question_and_answer_as_they_were(self):
        change = Change(
            kinds=["survey"], channels=["email"], confirm_within=timedelta(hours=3),
            cut_off=[self.unit.pk], on=date(2026, 12, 1), price_ceiling=0,
            quiet=(time(21, 30), time(6)),
        )  # fmt: skip
        for one in (change, Change(kinds=["survey"], channels=[], cut_off=[])):
            self.assertEqual(Change.of_data(json.loads(json.dumps(one.as_data()))), one)
        found = self.try_(channels=["email"])
        self.assertEqual(Found.of_data(json.loads(json.dumps(found.as_data()))), found)

    def test_is_worked_out_once(self):
        planning.plan_bills(month=OCTOBER, at=NOON)
        trial = self.ask()
        self.assertTrue(trials.work(at=LATER))
        self.assertFalse(trials.work(at=LATER))
        trial.refresh_from_db()
        self.assertEqual((trial.state, trials.answer(trial).notices), ("done", 3))

    def test_is_one_at_a_time(self):
        self.ask()
        with self.assertRaises(trials.Busy):
            self.ask()
        trials.work(at=LATER)
        self.ask()

    def test_that_fails_says_so_and_makes_way(self):
        self.ask()
        with patch.object(dry_run, "run", side_effect=ValueError):
            trials.work(at=LATER)
        self.assertEqual(PolicyTrial.objects.get().state, "failed")
        self.ask()

    def test_that_nobody_finishes_makes_way_and_old_ones_go(self):
        self.ask()
        self.ask(at=LATER + timedelta(minutes=10))
        states = PolicyTrial.objects.order_by("pk").values_list("state", flat=True)
        self.assertEqual(list(states), ["failed", "open"])
        trials.work(at=LATER + timedelta(days=2))
        self.assertFalse(PolicyTrial.objects.exists())

    def test_that_was_given_up_is_not_answered_late(self):
        trial = self.ask()

        def give_up(*_args: Any, **_more: Any) -> Found:
            PolicyTrial.objects.update(state="failed", ended_at=LATER)
            return Found(LATER, LATER)

        with patch.object(dry_run, "run", give_up):
            trials.work(at=LATER)
        trial.refresh_from_db()
        self.assertEqual((trial.state, trial.result), ("failed", None))


class DeskTests(Case):
    def ask(self, role: str, query: dict[str, Any] | None = None, **who: Any):
        """Open the form; with answers send them, and have them worked out."""
        self.client.force_login(a_member(role, **who))
        where = reverse("admin:notifications_kindpolicy_try")
        if query is None:
            return self.client.get(where)
        answer = self.client.post(where, query)
        if answer.status_code != 302:
            return answer
        self.waiting = self.client.get(answer.url)
        trials.work(at=timezone.now())
        return self.client.get(answer.url)

    def planned(self) -> None:
        planning.plan_bills(month=OCTOBER, at=timezone.now())

    def test_is_for_those_who_may_read_policies(self):
        for role, status in (
            ("supervisor", 200), ("auditor", 200), ("agent", 403), ("officer", 403),
            ("operator", 403),
        ):  # fmt: skip
            with self.subTest(role):
                self.assertEqual(self.ask(role).status_code, status)
                if status == 403:
                    forged = {"kind": "bill_issued", "first": "zalo"}
                    self.assertEqual(self.ask(role, forged).status_code, 403)
        self.assertFalse(PolicyTrial.objects.exists())

    def test_says_in_words_and_tables_what_it_would_have_meant(self):
        self.planned()
        query = {"kind": "bill_issued", "first": "zalo", "second": "email"}
        answer = self.ask("supervisor", query)
        found = answer.context["found"]
        self.assertEqual((found.notices, found.lost), (3, 1))
        self.assertEqual([line["label"] for line in answer.context["lost_by_company"]],
                         [self.unit.name])  # fmt: skip
        self.assertEqual(answer.context["form"]["first"].value(), "zalo")
        self.assertNotIn("Refresh", answer)

    def test_takes_a_length_of_time_that_was_left_empty_as_browsers_send_it(self):
        empty = {"confirm_within_0": "", "confirm_within_1": "60"}
        answer = self.ask("supervisor", {"kind": "bill_issued", "first": "zalo", **empty})
        self.assertIsNotNone(answer.context["found"])

    def test_looks_again_by_itself_without_a_script_while_it_is_worked_out(self):
        self.ask("supervisor", {"kind": "bill_issued", "first": "zalo"})
        self.assertEqual(self.waiting["Refresh"], "5")
        self.assertNotIn("found", self.waiting.context)

    def test_refuses_a_second_one_in_words(self):
        self.client.force_login(a_member("supervisor"))
        where = reverse("admin:notifications_kindpolicy_try")
        query = {"kind": "bill_issued", "first": "zalo"}
        self.client.post(where, query)
        answer = self.client.post(where, query)
        self.assertEqual(len(answer.context["form"].non_field_errors()), 1)

    def test_is_shown_to_who_asked_alone_and_for_a_day(self):
        self.ask("supervisor", {"kind": "bill_issued", "first": "zalo"})
        trial = PolicyTrial.objects.get()
        where = reverse("admin:notifications_kindpolicy_trial", args=[trial.pk])
        self.assertEqual(self.client.get(where).status_code, 200)
        PolicyTrial.objects.update(asked_at=timezone.now() - timedelta(days=1))
        self.assertEqual(self.client.get(where).status_code, 404)
        PolicyTrial.objects.update(asked_at=timezone.now())
        self.client.force_login(a_member("supervisor"))
        self.assertEqual(self.client.get(where).status_code, 404)

    def test_counts_the_own_company_of_who_has_one(self):
        self.planned()
        answer = self.ask("supervisor", {"kind": "", "cut_off": self.unit.pk}, unit=self.elsewhere)
        self.assertEqual(answer.context["found"].notices, 0)

    def test_downloads_a_table_that_runs_no_formula(self):
        self.unit.name = "=cmd|' /C calc'!A0"
        self.unit.save()
        self.planned()
        self.ask("supervisor", {"kind": "bill_issued", "first": "email"})
        trial = PolicyTrial.objects.get()
        where = reverse("admin:notifications_kindpolicy_trial", args=[trial.pk])
        answer = self.client.get(where, {"as": "csv"})
        self.assertEqual(answer["Content-Type"], "text/csv; charset=utf-8")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        self.assertIn("'=cmd", text)
        self.assertNotIn("\n=cmd", text)

    def test_refuses_questions_that_make_no_sense(self):
        for query in (
            {"kind": "bill_issued"},
            {"first": "zalo"},
            {"kind": "bill_issued", "first": "zalo", "second": "zalo"},
            {"kind": "nothing", "first": "zalo"},
            {"kind": "bill_issued", "first": "pigeon"},
            {"kind": "bill_issued", "price_ceiling": "-1"},
            {"kind": "bill_issued", "price_ceiling": "٤ x"},
            {"kind": "bill_issued", "quiet_begins": "21:00"},
            {"kind": "bill_issued", "quiet_begins": "21:00", "quiet_ends": "25:00"},
            {"cut_off": "0"},
            {"cut_off": self.unit.pk, "on": "2020-01-01"},
            {"cut_off": self.unit.pk, "on": "9999-12-31"},
            {"cut_off": "\x00"},
        ):
            with self.subTest(query):
                answer = self.ask("supervisor", query)
                self.assertIsNone((answer.context or {}).get("found"))
                self.assertIn(answer.status_code, (200, 400))
        self.assertFalse(PolicyTrial.objects.exists())
