"""Facts of reach: one definition, written once a day; wards add up to their company."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyTestCase

from customers.models import Account, OperatingUnit, Protection
from customers.tests.factories import (
    NOON,
    a_contact,
    a_link,
    a_member,
    a_relative_contact,
    a_unit,
    a_user,
    an_account,
    an_auto_debit,
    an_sms_retention,
)
from notifications.models import ReachCount, ReachDay
from notifications.queries import reach as queries
from notifications.services import reach
from notifications.tests.factories import a_dispatch, a_notice
from portal.lib.periods import start_of

DAY = timedelta(days=1)
TODAY = NOON.date()
NIGHT = start_of(TODAY) + timedelta(minutes=20)


def proven_by(account: Account, channel: str, *, at: datetime = NIGHT - DAY) -> None:
    """A notice that this channel confirmed."""
    a_notice(
        account=account,
        planned_at=at,
        expires_at=at + 30 * DAY,
        reach="delivered",
        reached_by=channel,
        subject=f"{channel}-{at:%m%d%H%M}",
    )


class Case(TestCase):
    def setUp(self) -> None:
        self.unit = a_unit(code="PE01")

    def account(self, *contacts: str, **fields: Any) -> Account:
        account = an_account(**{"unit": self.unit, **fields})
        for kind in contacts:
            a_contact(account=account, kind=kind)
        return account

    def counted(self, at: datetime = NIGHT) -> queries.Sums:
        reach.count_day(at=at)
        return queries.whole(ReachCount.objects.all(), day=(at + timedelta(hours=7)).date() - DAY)


class ProvenTests(Case):
    def found(self, account: Account, at: datetime = NIGHT) -> dict[str, bool]:
        return reach.proven(account, at=at)

    def test_is_a_channel_that_stands_and_confirmed_lately(self):
        account = self.account("zalo", "email")
        proven_by(account, "zalo")
        self.assertEqual(self.found(account), {"zalo": True, "email": False})
        later = NIGHT + reach.PROVEN_FOR
        self.assertEqual(self.found(account, later), {"zalo": False, "email": False})

    def test_is_none_that_was_suspended_or_is_not_there_any_more(self):
        account = self.account("zalo")
        proven_by(account, "zalo")
        proven_by(account, "email")
        account.contacts.update(suspended_at=NOON)
        self.assertEqual(self.found(account), {})

    def test_is_sms_only_by_agreement_or_until_the_cut_over(self):
        account = self.account("phone")
        proven_by(account, "sms")
        self.assertEqual(self.found(account), {})
        OperatingUnit.objects.update(bills_by_sms=True)
        self.assertEqual(self.found(account), {"sms": True})
        agreed = self.account()
        an_sms_retention(account=agreed)
        self.assertEqual(self.found(agreed), {"sms": False})

    def test_is_the_inbox_that_somebody_can_read_and_opened(self):
        account = self.account()
        proven_by(account, "inbox")
        self.assertEqual(self.found(account), {})
        a_link(account=account)
        self.assertEqual(self.found(account), {"inbox": True})

    def test_is_a_relatives_too(self):
        account = self.account()
        a_relative_contact(account=account)
        proven_by(account, "email")
        self.assertEqual(self.found(account), {"email": True})

    def test_is_the_same_in_the_facts_of_the_day(self):
        for kind in ("zalo", "email", "phone"):
            proven_by(self.account(kind), "sms" if kind == "phone" else kind)
        self.account("zalo")
        sums = self.counted().numbers
        one_by_one = [reach.proven(account, at=NIGHT) for account in Account.objects.all()]
        self.assertEqual(sums["accounts"], 4)
        self.assertEqual(sums["reachable"], sum(any(one.values()) for one in one_by_one))
        self.assertEqual(sums["untold"], sum(not one for one in one_by_one))
        for channel in ("inbox", "push", "zalo", "email", "sms"):
            self.assertEqual(sums[channel], sum(one.get(channel, False) for one in one_by_one))


class CountTests(Case):
    def test_counts_accounts_with_a_contract_that_day_and_what_is_arranged(self):
        self.account(ends_on=TODAY - DAY)
        self.account(starts_on=TODAY)
        old = self.account(holder_born_in=1950)
        an_auto_debit(account=old)
        an_sms_retention(account=old)
        a_relative_contact(account=self.account(starts_on=TODAY - DAY, ends_on=TODAY))
        found = self.counted()
        names = ("accounts", "auto_debit", "sms_agreed", "relative")
        self.assertEqual([found.numbers[name] for name in names], [2, 1, 1, 1])
        self.assertEqual([found.elderly[name] for name in names], [1, 1, 1, 0])

    def test_leaves_out_whom_only_supervisors_may_find(self):
        Protection.objects.create(account=self.account(), why="x", by=a_user(), at=NOON)
        self.assertEqual(self.counted().numbers["accounts"], 0)

    def test_adds_nothing_when_it_runs_again(self):
        proven_by(self.account("zalo"), "zalo")
        self.assertEqual(reach.count_day(at=NIGHT), 1)
        before = list(ReachCount.objects.values_list())
        self.account("zalo", ward="Xã Củ Chi")
        with self.assertNumQueries(1):
            self.assertEqual(reach.count_day(at=NIGHT + timedelta(hours=3)), 0)
        self.assertEqual(list(ReachCount.objects.values_list()), before)

    def test_adds_nothing_beside_another_one_that_counts_the_same_day(self):
        self.account()
        ReachDay.objects.create(
            day=TODAY - DAY, counted_at=NIGHT, notices_from=NIGHT, notices_until=NIGHT
        )
        # As if the other one had written after this one had looked.
        with patch.object(reach.ReachDay, "objects") as unseen:
            unseen.filter.return_value.exists.return_value = False
            unseen.filter.return_value.order_by.return_value.first.return_value = None
            self.assertEqual(reach.count_day(at=NIGHT), 0)
        self.assertFalse(ReachCount.objects.exists())

    def test_counts_each_notice_once_three_days_after_it_was_planned(self):
        account = self.account("zalo")
        for days in range(6):
            proven_by(account, "zalo", at=start_of(TODAY) - days * DAY)
        counted = []
        for day in range(6):
            found = self.counted(NIGHT + day * DAY)
            counted.append((found.numbers["notices"], found.numbers["in_time"]))
        self.assertEqual(counted, [(1, 1)] * 5 + [(0, 0)])

    def test_counts_notices_of_a_day_that_was_missed_with_the_next(self):
        account = self.account("zalo")
        for days in range(6):
            proven_by(account, "zalo", at=start_of(TODAY) - days * DAY)
        self.counted(NIGHT)
        later = self.counted(NIGHT + 3 * DAY)
        self.assertEqual(later.numbers["notices"], 3)

    def test_counts_no_notice_that_had_not_to_be_told_any_more(self):
        account, at = self.account(), start_of(TODAY) - 4 * DAY
        ends = [("ended", "settled"), ("ended", "expired"), ("unreachable", "no_channel")]
        for number, (state, why) in enumerate([*ends, ("trying", "")]):
            a_notice(account=account, planned_at=at, reach=state, reason=why, subject=str(number))
        a_notice(account=account, planned_at=at, kind="test_message", subject="t")
        found = self.counted()
        self.assertEqual((found.numbers["notices"], found.numbers["in_time"]), (3, 0))

    def test_never_asks_the_table_of_messages(self):
        a_dispatch(notice=a_notice(account=self.account("zalo"), planned_at=NIGHT - DAY))
        with CaptureQueriesContext(connection) as asked:
            reach.count_day(at=NIGHT)
            queries.trend(ReachCount.objects.all(), first=TODAY - 9 * DAY, last=TODAY)
            queries.months(since=TODAY)
        self.assertEqual([one for one in asked if "notifications_dispatch" in one["sql"]], [])


class QueryTests(Case):
    def test_shows_a_day_that_was_not_counted_as_a_gap_and_a_late_one_as_late(self):
        self.account()
        reach.count_day(at=NIGHT)
        reach.count_day(at=NIGHT + 2 * DAY + timedelta(hours=14))
        days = queries.trend(ReachCount.objects.all(), first=TODAY - DAY, last=TODAY + DAY)
        self.assertEqual([one.sums is None for one in days], [False, True, False])
        self.assertEqual([one.is_late for one in days], [False, False, True])

    def test_adds_up_months_by_the_day_on_which_notices_were_planned(self):
        account = self.account("zalo")
        proven_by(account, "zalo", at=datetime(2026, 10, 31, 12, tzinfo=UTC))
        proven_by(account, "zalo", at=datetime(2026, 11, 1, 12, tzinfo=UTC))
        for day in (date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 4)):
            reach.count_day(at=start_of(day) + timedelta(hours=25))
        october, november = queries.months(since=date(2026, 10, 5))
        self.assertEqual((october.month, october.notices), (date(2026, 10, 1), 1))
        self.assertIsNone(october.last)
        self.assertEqual((november.notices, november.until), (1, date(2026, 11, 4)))

    def test_sees_its_own_company_alone(self):
        self.account()
        self.account(unit=a_unit(code="PE02"))
        reach.count_day(at=NIGHT)
        seen = {
            "supervisor": (a_member("supervisor"), 2),
            "officer": (a_member("officer", unit=self.unit), 1),
            "officer of nobody": (a_member("officer"), 0),
            "customer": (a_link().user, 0),
        }
        for who, (user, number) in seen.items():
            with self.subTest(who):
                self.assertEqual(ReachCount.objects.visible_to(user).count(), number)


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["PE01", "PE02"]),
        st.sampled_from(["Xã Củ Chi", "Phường Bến Cát", "Phường Vũng Tàu"]),
        st.sampled_from([None, 1940, 1960, 1990]),
        st.sampled_from(["", "zalo", "email"]),
        st.booleans(),
    ),
    max_size=12,
)


class SumTests(PropertyTestCase):
    @settings(max_examples=15, deadline=None)
    @given(people=PEOPLE)
    def test_of_the_wards_are_those_of_the_company_and_of_the_accounts(self, people):
        units = {code: a_unit(code=code) for code in ("PE01", "PE02")}
        for code, ward, born, contact, is_proven in people:
            account = an_account(unit=units[code], ward=ward, holder_born_in=born)
            if contact:
                a_contact(account=account, kind=contact)
                if is_proven:
                    proven_by(account, contact)
        reach.count_day(at=NIGHT)
        for code, unit in units.items():
            self.assert_adds_up(unit, [one for one in people if one[0] == code])

    def assert_adds_up(self, unit: OperatingUnit, people: list[tuple[Any, ...]]) -> None:
        of_unit, day = ReachCount.objects.filter(unit=unit), TODAY - DAY
        whole = queries.whole(of_unit, day=day)
        self.assertEqual(whole.numbers["accounts"], len(people))
        proven = sum(bool(contact and is_proven) for *_who, contact, is_proven in people)
        self.assertEqual(whole.numbers["reachable"], proven)
        for column in ("ward", "age"):
            parts = list(queries.groups(of_unit, day=day, by=column).values())
            for name in queries.NUMBERS:
                self.assertEqual(sum(one.numbers[name] for one in parts), whole.numbers[name])
                self.assertEqual(sum(one.elderly[name] for one in parts), whole.elderly[name])
