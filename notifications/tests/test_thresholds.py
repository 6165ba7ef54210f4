"""Who is told that the use passed the threshold they set: once, by what was measured."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyCase

from billing import queries
from billing.models import Bill, Read
from billing.tests.factories import a_bill, some_reads
from customers.models import Account, AccountLink, Consent, User
from customers.tests.factories import (
    NOON,
    a_contact,
    a_link,
    a_meter,
    a_relative_contact,
    an_account,
    an_sms_retention,
)
from notifications import sms
from notifications.channels.zalo.templates import has_link_or_phone
from notifications.inbox import inbox
from notifications.models import (
    Dispatch,
    Kind,
    KindPolicy,
    Notice,
    Preference,
    ThresholdPassing,
    UseThreshold,
)
from notifications.services import dispatching, rendering, thresholds
from notifications.services.planning import thresholds as planning
from notifications.tests.factories import (
    DAY,
    a_device,
    a_notice,
    a_passing,
    a_threshold,
    no_quiet_hours,
)
from notifications.tests.fakes import provider
from portal.lib.periods import local_day

Role = AccountLink.Role
# Bills end with October, so the running period begins with November.
EVE = date(2026, 10, 31)
AT = NOON + timedelta(days=18)
TODAY = local_day(AT)
A_DAY_WH = 10_000


def a_billed_account(*, steps_wh: Sequence[int], **fields: Any) -> Account:
    """An account billed to the end of October; each step is what one day of November used."""
    account = an_account(reading_day=31)
    a_bill(account=account)
    some_reads(meter=a_meter(account=account), from_day=EVE, steps_wh=list(steps_wh), **fields)
    return account


def told(*, at: datetime = AT) -> list[Notice]:
    """What is planned by a look at the reads, and all that was planned before."""
    planning.plan_due(at=at)
    return list(Notice.objects.order_by("pk"))


class FindTests(TestCase):
    def setUp(self) -> None:
        self.account = a_billed_account(steps_wh=[A_DAY_WH] * 15)
        self.link = a_link(account=self.account)

    def test_tells_when_measured_use_is_above(self) -> None:
        a_threshold(link=self.link, kwh=149)
        [notice] = told()
        passing = notice.passing
        assert passing is not None
        assert (notice.kind, notice.account) == (Kind.USE_THRESHOLD, self.account)
        assert (passing.kwh, passing.used_wh) == (149, 150_000)
        assert (passing.starts_on, passing.until) == (date(2026, 11, 1), date(2026, 11, 15))
        assert passing.ends_before == date(2026, 12, 1)

    def test_tells_nothing_at_or_below(self) -> None:
        a_threshold(link=self.link, kwh=150)
        assert told() == []
        assert not ThresholdPassing.objects.exists()

    def test_tells_when_the_amount_is_above(self) -> None:
        """150 kWh cost some 300,000 đồng by the prices of November."""
        threshold = a_threshold(link=self.link, kwh=None, dong=10_000_000)
        assert told() == []
        threshold.dong = 200_000
        threshold.save()
        [notice] = told()
        passing = notice.passing
        assert passing is not None
        page = queries.overview(self.account, bills=queries.months(self.account), month=None,
                                today=TODAY)  # fmt: skip
        assert (passing.used_dong, passing.dong) == (page.amount, 200_000)
        assert len(told(at=AT + DAY)) == 1

    def test_tells_when_a_step_is_reached(self) -> None:
        page = queries.overview(self.account, bills=queries.months(self.account), month=None,
                                today=TODAY)  # fmt: skip
        assert page.step is not None
        threshold = a_threshold(link=self.link, kwh=None, step=page.step.step + 1)
        assert told() == []
        threshold.step = page.step.step
        threshold.save()
        [notice] = told()
        words = rendering.render(notice=notice, channel="inbox", language="vi").text
        assert f"bậc {page.step.step - 1} (sang bậc {page.step.step})" in words
        assert len(told(at=AT + DAY)) == 1

    def test_asks_no_more_queries_for_more_of_any_unit(self) -> None:
        def cost() -> int:
            ThresholdPassing.objects.all().delete()
            with CaptureQueriesContext(connection) as made:
                thresholds.note_passed(at=AT)
            return len(made)

        for limit in ({"kwh": 100}, {"kwh": None, "dong": 100_000}, {"kwh": None, "step": 2}):
            a_threshold(link=a_link(account=a_billed_account(steps_wh=[A_DAY_WH] * 15)), **limit)
        before = cost()
        for limit in ({"kwh": 100}, {"kwh": None, "dong": 100_000}, {"kwh": None, "step": 2}):
            a_threshold(link=a_link(account=a_billed_account(steps_wh=[A_DAY_WH] * 15)), **limit)
        assert cost() == before
        assert ThresholdPassing.objects.count() == 6

    def test_tells_once_a_period_however_often_it_looks(self) -> None:
        a_threshold(link=self.link, kwh=100)
        assert len(told()) == 1
        some_reads(
            meter=a_meter(account=an_account()), from_day=EVE, steps_wh=[1]
        )  # somebody else's
        for hours in (0, 1, 24):
            assert len(told(at=AT + timedelta(hours=hours))) == 1
        assert Dispatch.objects.filter(notice=Notice.objects.get()).count() == 1

    def test_tells_again_in_the_next_period(self) -> None:
        a_threshold(link=self.link, kwh=100)
        told()
        meter = self.account.meters.get()
        last = meter.reads.latest("day")
        some_reads(
            meter=meter, from_day=last.day + DAY, index_wh=last.index_wh + A_DAY_WH,
            steps_wh=[A_DAY_WH] * 28,
        )  # fmt: skip
        a_bill(account=self.account, month=date(2026, 11, 1))
        assert len(told(at=AT + 25 * DAY)) == 2
        assert {p.starts_on.month for p in ThresholdPassing.objects.all()} == {11, 12}

    def test_tells_a_higher_threshold_anew_and_a_lower_one_not(self) -> None:
        threshold = a_threshold(link=self.link, kwh=100)
        told()
        for kwh, expected in ((80, 1), (140, 2), (100, 2), (140, 2), (160, 2)):
            threshold.kwh = kwh
            threshold.save()
            assert len(told()) == expected, kwh

    def test_tells_no_corrected_read_twice(self) -> None:
        a_threshold(link=self.link, kwh=145)
        told()
        last = Read.objects.latest("day")
        for wh, quality in ((-20_000, "corrected"), (500_000, "corrected")):
            Read.objects.filter(pk=last.pk).update(
                index_wh=last.index_wh + wh, quality=quality, learned_at=AT
            )
            assert len(told(at=AT + DAY)) == 1

    def test_tells_no_period_anew_that_turned_out_to_have_other_days(self) -> None:
        a_threshold(link=self.link, kwh=100)
        told()
        for ends_before in (date(2026, 10, 29), date(2026, 11, 4)):
            Bill.objects.update(ends_before=ends_before)
            assert len(told(at=AT + 13 * DAY)) == 1, ends_before

    def test_takes_a_gap_for_a_gap(self) -> None:
        """Days without a read are known together, and the newest of them not at all."""
        a_threshold(link=self.link, kwh=120)
        Read.objects.filter(day__gt=date(2026, 11, 12)).delete()
        assert told() == []
        some_reads(
            meter=self.account.meters.get(), from_day=date(2026, 11, 14),
            index_wh=31_970_000 + 14 * A_DAY_WH, steps_wh=[],
        )  # fmt: skip
        [notice] = told()
        assert notice.passing is not None
        assert notice.passing.used_wh == 140_000

    def test_waits_for_a_figure_that_is_no_estimate(self) -> None:
        a_threshold(link=self.link, kwh=145)
        Read.objects.filter(day=date(2026, 11, 15)).update(quality="estimated")
        assert told() == []

    def test_follows_the_days_that_the_person_lived_there(self) -> None:
        AccountLink.objects.update(moved_in_on=date(2026, 11, 6))
        a_threshold(link=self.link, kwh=100)
        assert told() == []
        a_threshold(link=a_link(account=self.account, role=Role.HOUSEHOLD), kwh=100)
        [notice] = told()
        assert notice.passing is not None
        assert notice.passing.link != self.link

    def test_tells_nobody_whose_link_opens_less_or_is_over(self) -> None:
        a_threshold(link=self.link, kwh=100)
        for change in (
            {"rights": ["totals", "notices"]},
            {"rights": ["days"]},
            {"state": AccountLink.State.FROZEN},
            {"state": AccountLink.State.ENDED},
            {"ends_at": AT - DAY},
            {"moved_out_on": TODAY},
        ):
            with transaction.atomic():
                AccountLink.objects.update(**change)
                assert told() == [], change
                transaction.set_rollback(True)
        assert len(told()) == 1

    def test_tells_nothing_found_long_ago(self) -> None:
        a_passing(link=self.link, found_at=AT - 4 * DAY)
        assert told() == []

    def test_asks_for_the_consent_that_a_policy_asks_for(self) -> None:
        KindPolicy.objects.filter(kind=Kind.USE_THRESHOLD).update(consent="advice")
        a_threshold(link=self.link, kwh=100)
        assert told() == []
        Consent.objects.create(
            account=self.account, purpose="advice", text_version="1", given_by=self.link.user,
            given_at=NOON,
        )  # fmt: skip
        assert len(told()) == 1

    def test_costs_the_same_queries_for_any_number_of_people(self) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as made, transaction.atomic():
                planning.plan_due(at=AT)
                transaction.set_rollback(True)
            return len(made)

        a_threshold(link=self.link, kwh=100)
        before = cost()
        for _ in range(5):
            account = a_billed_account(steps_wh=[A_DAY_WH] * 15)
            a_threshold(link=a_link(account=account), kwh=100)
        assert cost() == before


class MeasuredTests(PropertyCase):
    """Exactly those are told whose use, as the pages show it, is above what they set."""

    @given(
        steps=st.lists(st.integers(-3_000, 30_000), min_size=2, max_size=40),
        missing=st.sets(st.integers(0, 40), max_size=12),
        kwh=st.integers(1, 900),
        digits=st.sampled_from([5, 6]),
        second=st.booleans(),
    )
    @tried(max_examples=60, deadline=None)
    def test_and_the_statement_before_leaves_nobody_out(
        self, steps: list[int], missing: set[int], kwh: int, digits: int, second: bool
    ) -> None:
        account = an_account(reading_day=31)
        a_bill(account=account)
        # Near its highest figure, so that a meter of five digits rolls over.
        read_daily(
            a_meter(account=account, digits=digits, multiplier=2), steps, missing, 99_990_000
        )
        if second:
            read_daily(a_meter(account=account), steps[::-1], set(), 5_000_000)
        a_threshold(link=a_link(account=account), kwh=kwh)
        at = NOON + timedelta(days=len(steps))
        planning.plan_due(at=at)
        planning.plan_due(at=at)
        billed = queries.last_bills([account])
        today = local_day(at)
        shown = queries.use_so_far([account], billed=billed, today=today)[account.pk]
        is_above = (shown.total_wh or 0) > kwh * 1000
        assert ThresholdPassing.objects.filter(link__account=account).count() == is_above
        assert Notice.objects.filter(account=account).count() == is_above


def read_daily(meter: Any, steps: list[int], missing: set[int], index: int) -> None:
    """A read a day since the eve of November but for ``missing``; a meter shows no negative one."""
    reads, most = [], 10 ** (meter.digits + 3)
    for number, step in enumerate([0, *steps]):
        index = (index + step) % most
        if number not in missing:
            day = EVE + timedelta(days=number)
            reads.append(Read(meter=meter, day=day, index_wh=index, learned_at=NOON))
    Read.objects.bulk_create(reads)


class RecipientTests(TestCase):
    """The holder, a relative who may see the days, a stranger to the threshold: one is told."""

    def setUp(self) -> None:
        no_quiet_hours()
        self.account = a_billed_account(steps_wh=[A_DAY_WH] * 15)
        self.holder = a_link(account=self.account)
        self.relative = a_link(
            account=self.account, role=Role.RELATIVE, rights=["totals", "notices", "days"]
        )
        self.zalo = a_contact(account=self.account, kind="zalo")
        self.devices = {link: a_device(user=link.user) for link in (self.holder, self.relative)}
        a_relative_contact(account=self.account)
        an_sms_retention(account=self.account)

    def told_by(self) -> set[tuple[str, str]]:
        found = Dispatch.objects.exclude(channel="inbox")
        return {(one.channel, one.address) for one in found}

    def test_tells_the_holder_by_the_contacts_of_the_contract_and_no_relative(self) -> None:
        a_threshold(link=self.holder, kwh=100)
        told()
        assert self.told_by() == {
            ("push", self.devices[self.holder].key), ("zalo", self.zalo.value),
        }  # fmt: skip

    def test_tells_a_relative_by_their_own_devices_alone(self) -> None:
        a_threshold(link=self.relative, kwh=100)
        told()
        assert self.told_by() == {("push", self.devices[self.relative].key)}
        with provider() as fake:
            dispatching.send_batch(channel="push", at=AT)
        assert len(fake.sent) == 1

    def test_shows_it_in_the_inbox_of_who_set_it_and_of_nobody_else(self) -> None:
        a_threshold(link=self.relative, kwh=100)
        [notice] = told()

        def sees(user: User) -> bool:
            return inbox([self.account], reader=user).filter(pk=notice.pk).exists()

        assert sees(self.relative.user)
        assert not sees(self.holder.user)
        assert not sees(a_link(account=self.account, role=Role.HOUSEHOLD).user)

    def test_keeps_what_the_account_chose(self) -> None:
        Preference.objects.create(
            account=self.account, kind=Kind.USE_THRESHOLD, channel="zalo", wanted=False,
            set_by=self.holder.user, set_at=NOON,
        )  # fmt: skip
        a_threshold(link=self.holder, kwh=100)
        told()
        assert Dispatch.objects.get(channel="zalo").reason == "not_wanted"

    def test_sends_nothing_once_the_threshold_was_taken_off_or_the_link_ended(self) -> None:
        a_threshold(link=self.relative, kwh=100)
        told()
        for end in (
            lambda: thresholds.remove(account=self.account, by=self.relative.user),
            lambda: AccountLink.objects.filter(pk=self.relative.pk).update(state="ended"),
            lambda: AccountLink.objects.filter(pk=self.relative.pk).update(rights=["totals"]),
        ):
            with transaction.atomic():
                end()
                with provider() as fake:
                    dispatching.send_batch(channel="push", at=AT)
                assert fake.sent == []
                assert Dispatch.objects.get(channel="push").reason == "no_consent"
                transaction.set_rollback(True)


class ChooseTests(TestCase):
    def setUp(self) -> None:
        self.link = a_link()
        self.account, self.user = self.link.account, self.link.user

    def choose(self, kwh: int = 300, *, by: User | None = None) -> None:
        thresholds.choose(account=self.account, amount=kwh, by=by or self.user, at=AT)

    def test_keeps_one_threshold_a_link_and_who_changed_it(self) -> None:
        for kwh in (300, 300, 400):
            self.choose(kwh)
        assert UseThreshold.objects.get().kwh == 400
        kept = UseThreshold.history.order_by("history_id")
        assert [(one.kwh, one.history_user_id) for one in kept] == [
            (300, self.user.pk), (400, self.user.pk),
        ]  # fmt: skip

    def test_leaves_that_of_another_person_alone(self) -> None:
        other = a_link(account=self.account, role=Role.HOUSEHOLD)
        self.choose(300)
        self.choose(200, by=other.user)
        thresholds.remove(account=self.account, by=self.user)
        assert UseThreshold.objects.get().link == other
        assert thresholds.of(account=self.account, user=self.user) is None

    def test_is_refused_to_who_may_not_see_the_days(self) -> None:
        for link in (
            a_link(account=self.account, role=Role.VIEWER),
            a_link(account=self.account, role=Role.RELATIVE),
            a_link(account=self.account, role=Role.HOUSEHOLD, moved_out_on=TODAY),
            a_link(),
        ):
            with self.assertRaises(thresholds.NotLinked):
                self.choose(by=link.user)

    def test_is_kept_in_range_by_the_table(self) -> None:
        for kwh in (0, 100_001):
            with self.assertRaises(IntegrityError), transaction.atomic():
                a_threshold(link=self.link, kwh=kwh)


class WordsTests(TestCase):
    def test_fit_every_channel(self) -> None:
        passing = a_passing(kwh=100_000, used_wh=123_456_700)
        notice = a_notice(
            account=passing.link.account, kind=Kind.USE_THRESHOLD, subject="x", passing=passing
        )
        zalo = rendering.render(notice=notice, channel="zalo")
        assert not has_link_or_phone(zalo.text)
        assert set(settings.ZALO_TEMPLATES["use_threshold"]["parameters"]) <= set(zalo.data)
        assert len(sms.parts(rendering.render(notice=notice, channel="sms").text)) == 1
        assert "123.456,7" in rendering.render(notice=notice, channel="email").text

    def test_never_read_as_if_the_use_were_not_above(self) -> None:
        notice = a_notice(kind=Kind.USE_THRESHOLD, passing=a_passing(used_wh=300_004))
        assert "300,004" in rendering.render(notice=notice, channel="inbox").text
