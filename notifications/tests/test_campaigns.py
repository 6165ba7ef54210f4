"""Notices by hand: to whom they were counted for, by two people, held, stopped (threat T31)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import TestCase, override_settings

from customers.models import Consent, User
from customers.tests.factories import NOON, a_contact, a_link, a_member, a_user, an_account
from notifications.inbox import inbox
from notifications.models import Campaign, Dispatch, Notice, Run
from notifications.services import campaigns, claiming, forecasting, planning, rendering, sweeping
from notifications.tests.factories import a_campaign

HOLD = settings.MASS_HOLD
GOES = NOON + HOLD
Status = Dispatch.Status
ONE_ALONE = override_settings(MASS_ALONE=1)


def consent(account, purpose: str = "survey", **fields: Any) -> Consent:
    return Consent.objects.create(
        account=account, purpose=purpose, text_version="x", given_by=a_user(), given_at=NOON,
        **fields,
    )  # fmt: skip


class Case(TestCase):
    def setUp(self) -> None:
        self.maker, self.checker = a_member("supervisor"), a_member("supervisor")
        self.accounts = [an_account() for _ in range(2)]
        for account in self.accounts:
            a_contact(account=account, kind="zalo")
            a_contact(account=account, kind="email")

    def counted(self, **fields: Any) -> Campaign:
        made = a_campaign(made_by=self.maker, **fields)
        return campaigns.count(campaign=made, by=self.maker, at=NOON)

    def asked(self, **fields: Any) -> Campaign:
        return campaigns.ask(campaign=self.counted(**fields), by=self.maker, at=NOON)

    def going(self, **fields: Any) -> Campaign:
        made = self.asked(**fields)
        planning.plan_due(at=GOES)
        return made


class CountTests(Case):
    def test_keeps_exactly_those_who_were_counted(self):
        made = self.asked()
        an_account()
        planning.plan_due(at=GOES)
        self.assertEqual(made.recipients, 2)
        told = set(Notice.objects.values_list("account", flat=True))
        self.assertEqual(told, {account.pk for account in self.accounts})

    def test_counts_anew_and_forgets_who_left_the_audience(self):
        made = self.counted()
        made.audience.wards = ["Phường Xa"]
        made.audience.save()
        self.assertEqual(campaigns.count(campaign=made, by=self.maker, at=NOON).recipients, 0)
        with self.assertRaises(campaigns.Nobody):
            campaigns.ask(campaign=made, by=self.maker, at=NOON)

    def test_asks_for_a_count_that_is_not_older_than_a_day(self):
        with self.assertRaises(campaigns.NotCounted):
            campaigns.ask(campaign=a_campaign(made_by=self.maker), by=self.maker, at=NOON)
        made = self.counted()
        with self.assertRaises(campaigns.NotCounted):
            campaigns.ask(campaign=made, by=self.maker, at=NOON + timedelta(hours=25))

    def test_is_its_writers_alone(self):
        made = self.counted()
        for verb in (campaigns.count, campaigns.ask):
            with self.assertRaises(campaigns.NotYours):
                verb(campaign=made, by=self.checker, at=NOON)

    def test_changes_no_more_once_it_was_asked_for(self):
        made = self.asked()
        for verb in (campaigns.count, campaigns.ask):
            with self.assertRaises(campaigns.NotDraft):
                verb(campaign=made, by=self.maker, at=NOON)

    def test_forecasts_what_the_planner_then_does(self):
        made = self.asked()
        forecast = forecasting.of_campaign(made, at=NOON)
        planning.plan_due(at=GOES)
        by_channel = {load.channel: (load.first, load.later) for load in forecast.loads}
        self.assertEqual(by_channel, {"zalo": (2, 0), "email": (0, 2)})
        for channel, (first, later) in by_channel.items():
            sent = Dispatch.objects.filter(channel=channel)
            self.assertEqual(sent.filter(status=Status.QUEUED).count(), first)
            self.assertEqual(sent.filter(status=Status.HELD).count(), later)
        self.assertEqual((forecast.notices, forecast.cost, forecast.most), (2, 400, 400))


class TwoPeopleTests(Case):
    @ONE_ALONE
    def test_waits_for_another_person_when_it_is_large(self):
        made = self.asked()
        self.assertIsNone(made.goes_at)
        planning.plan_due(at=GOES + timedelta(days=1))
        self.assertEqual(Notice.objects.count(), 0)
        campaigns.approve(campaign=made, by=self.checker, at=NOON)
        planning.plan_due(at=GOES)
        self.assertEqual(Notice.objects.count(), 2)

    @ONE_ALONE
    def test_refuses_its_writer_as_the_second_person_in_the_database_too(self):
        made = self.asked()
        with self.assertRaises(campaigns.SamePerson):
            campaigns.approve(campaign=made, by=self.maker, at=NOON)
        forged = {"approved_by": self.maker, "approved_at": NOON, "goes_at": NOON}
        for fields in (forged, {"goes_at": NOON}):
            with self.assertRaises(IntegrityError), transaction.atomic():
                Campaign.objects.filter(pk=made.pk).update(**fields)

    @ONE_ALONE
    def test_is_decided_once(self):
        made = self.asked()
        campaigns.approve(campaign=made, by=self.checker, at=NOON)
        with self.assertRaises(campaigns.NotWaiting):
            campaigns.approve(campaign=made, by=a_member("supervisor"), at=NOON)

    def test_asks_for_approval_of_more_than_twice_the_usual_number(self):
        for size in (1, 100, 120):
            a_campaign(recipients=size, alone_up_to=500, counted_at=NOON, asked_at=NOON,
                       goes_at=NOON, planned_at=NOON)  # fmt: skip
        self.assertEqual(self.counted().alone_up_to, 200)

    @override_settings(MASS_SMALL=50)
    def test_lets_few_go_alone_however_few_are_usual(self):
        fields = {"recipients": 3, "alone_up_to": 500, "counted_at": NOON, "asked_at": NOON}
        a_campaign(**fields, goes_at=NOON, planned_at=NOON)
        self.assertEqual(self.counted().alone_up_to, 50)

    @override_settings(MASS_ALONE=3)
    def test_adds_up_what_one_person_sends_alone_in_a_day(self):
        self.assertIsNotNone(self.asked().goes_at)
        self.assertIsNone(self.asked().goes_at)

    @override_settings(MASS_ALONE=3)
    def test_gives_back_what_was_stopped_in_time_and_not_what_has_gone(self):
        campaigns.stop(campaign=self.asked(), by=self.maker, at=NOON)
        gone = self.asked()
        self.assertIsNotNone(gone.goes_at)
        planning.plan_due(at=GOES)
        campaigns.stop(campaign=gone, by=self.maker, at=GOES)
        self.assertIsNone(self.asked().goes_at)


class HoldTests(Case):
    def test_sends_nothing_for_ten_minutes(self):
        self.asked()
        planning.plan_due(at=GOES - timedelta(seconds=1))
        self.assertEqual(Notice.objects.count(), 0)
        planning.plan_due(at=GOES)
        self.assertEqual(planning.plan_due(at=GOES + HOLD), [])
        self.assertEqual(Notice.objects.count(), 2)

    def test_stopped_in_time_tells_nobody(self):
        made = self.asked()
        campaigns.stop(campaign=made, by=self.checker, at=NOON)
        planning.plan_due(at=GOES)
        self.assertEqual(Notice.objects.count(), 0)
        with self.assertRaises(campaigns.NotWaiting):
            campaigns.stop(campaign=made, by=self.checker, at=NOON)

    def test_stopped_later_lets_no_claim_through_and_ends_as_cancelled(self):
        made = self.going()
        [claim, *_none] = claiming.claim(channel="zalo", at=GOES, limit=1).claims
        campaigns.stop(campaign=made, by=self.checker, at=GOES)
        self.assertEqual(claiming.claim(channel="zalo", at=GOES, limit=10).claims, [])
        sweeping.sweep(at=GOES)
        left = Dispatch.objects.exclude(pk=claim.dispatch).exclude(notice=claim.notice)
        self.assertEqual(set(left.values_list("status", flat=True)), {"cancelled"})
        stopped = Notice.objects.exclude(pk=claim.notice).get()
        self.assertEqual((stopped.reach, stopped.reason), ("ended", "stopped"))
        self.assertEqual(Run.objects.get().stopped_by, self.checker)

    def test_stopped_is_in_no_inbox(self):
        made = self.going()
        reader = a_link(account=self.accounts[0]).user
        self.assertEqual(len(inbox([self.accounts[0]], reader=reader)), 1)
        campaigns.stop(campaign=made, by=self.checker, at=GOES)
        self.assertEqual(len(inbox([self.accounts[0]], reader=reader)), 0)


class ConsentTests(Case):
    def test_tells_only_those_who_agreed_to_that_very_purpose(self):
        consent(self.accounts[0])
        consent(self.accounts[1], purpose="advice")
        self.assertEqual(self.counted(kind="survey").recipients, 1)
        self.assertEqual(self.counted(kind="announcement").recipients, 2)

    def test_is_judged_again_when_planned(self):
        given = [consent(account) for account in self.accounts]
        self.asked(kind="survey")
        self.withdraw(given[0])
        planning.plan_due(at=GOES)
        self.assertEqual(Notice.objects.get().account, self.accounts[1])

    def test_is_judged_again_when_claimed(self):
        given = [consent(account) for account in self.accounts]
        self.going(kind="survey")
        self.withdraw(given[0])
        batch = claiming.claim(channel="zalo", at=GOES, limit=10)
        self.assertEqual((len(batch.claims), batch.put_aside), (1, 1))
        refused = Dispatch.objects.get(channel="zalo", notice__account=self.accounts[0])
        self.assertEqual((refused.status, refused.reason), ("cancelled", "no_consent"))

    def withdraw(self, given: Consent) -> None:
        given.withdrawn_at, given.withdrawn_via = NOON + HOLD, "online"
        given.save()


class WordsTests(Case):
    def test_are_those_of_the_campaign_with_a_check_code(self):
        text = "Gửi {{ customer_name }}, mã cuối {{ number_end }}."
        self.going(text_vi=text, text_en="For {{ customer_name }}.")
        notice = Notice.objects.first()
        for channel in ("inbox", "zalo", "email", "sms"):
            words = rendering.render(notice=notice, channel=channel)
            for fact in (notice.code, notice.account.number[-4:]):
                self.assertIn(fact, words.text, channel)
        english = rendering.render(notice=notice, channel="inbox", language="en")
        self.assertIn("For Nguyễn Thị Hạnh.", english.text)

    def test_fill_in_no_more_than_was_offered(self):
        made = a_campaign(text_vi="{{ hotline }}")
        notice = Notice(kind=made.kind, campaign=made, account=self.accounts[0], code="X")
        with self.assertRaises(LookupError):
            rendering.render(notice=notice, channel="inbox")


class PeopleTests(Case):
    def test_narrows_an_audience_to_what_its_writer_may_see(self):
        elsewhere: User = a_member("supervisor", unit=an_account().unit)
        self.accounts[0].unit_id = None
        made = a_campaign(made_by=elsewhere)
        self.assertEqual(campaigns.count(campaign=made, by=elsewhere, at=NOON).recipients, 3)
