"""Who moved in or out sees the own days and no others: on no page, in no list, by no program."""

from collections.abc import Iterator
from datetime import date, timedelta
from unittest.mock import patch

from django.db import transaction
from django.test import TestCase
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyCase

from billing import queries
from billing.models import Bill, Read
from billing.tests.factories import a_bill
from billing.use import PeriodUse
from customers.models import Account, AccountLink
from customers.queries import places
from customers.tests.factories import NOON, a_link, a_meter, a_user, an_account
from customers.tests.pages import in_english
from notifications.inbox import inbox
from notifications.models import Channel
from notifications.tests.factories import a_dispatch, a_notice, a_run, an_outage
from portal.lib.periods import DAY, EVER, Period, Window, local_day, start_of

FIRST, MOVED, TODAY = date(2026, 7, 1), date(2026, 10, 1), date(2026, 11, 24)
NOW = NOON + timedelta(days=22)
MONTHS = [date(2026, month, 1) for month in (7, 8, 9, 10)]
LAST_READ = date(2026, 11, 22)


def wh_of(day: date) -> int:
    """The use of one day, told apart from that of every other day and sum of days."""
    return 1000 + 7 * (day - FIRST).days ** 2


def a_lived_in_account() -> Account:
    """Five months of days and four bills, each bill with its notice; an outage each month."""
    account = an_account()
    meter, index = a_meter(account=account), 5_000_000
    reads = [Read(meter=meter, day=FIRST - DAY, index_wh=index, learned_at=NOON)]
    for day in Period.of_days(FIRST, LAST_READ):
        index += wh_of(day)
        reads.append(Read(meter=meter, day=day, index_wh=index, learned_at=NOON))
    Read.objects.bulk_create(reads)
    for month in MONTHS:
        bill = a_bill(account=account, month=month, total=100_000 + month.month)
        notice = a_notice(
            account=account,
            bill=bill,
            run=a_run(subject=f"{month:%Y-%m}"),
            planned_at=start_of(bill.ends_before),
            expires_at=start_of(bill.ends_before) + timedelta(days=30),
        )
        a_dispatch(notice=notice, channel=Channel.INBOX, status="accepted")
        outage = an_outage(
            starts_at=start_of(month) + timedelta(days=14),
            ends_at=start_of(month) + timedelta(days=14, hours=4),
        )
        told = a_notice(
            account=account,
            kind="planned_outage",
            outage=outage,
            run=a_run(kind="planned_outage", subject=outage.code),
            planned_at=start_of(month),
            expires_at=outage.ends_at,
        )
        a_dispatch(notice=told, channel=Channel.INBOX, status="accepted")
    return account


def in_sight(bill: Bill, window: Window) -> bool:
    return window.holds(Period(bill.starts_on, bill.ends_before))


def windows() -> st.SearchStrategy[Window]:
    days = st.dates(date(2026, 6, 1), date(2026, 12, 31))
    return st.tuples(st.none() | days, st.none() | days).filter(apart).map(lambda two: Window(*two))


def apart(two: tuple[date | None, date | None]) -> bool:
    starts_on, ends_before = two
    return starts_on is None or ends_before is None or starts_on < ends_before


class AnyWindowTests(PropertyCase):
    """Whatever the days of moving: no query returns a day, a sum, a bill or a notice outside."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.account = a_lived_in_account()
        cls.user = a_user()

    def place(self, window: Window) -> Account | None:
        a_link(
            account=self.account,
            user=self.user,
            moved_in_on=window.starts_on,
            moved_out_on=window.ends_before,
        )
        return next((place.account for place in places(self.user, on=TODAY)), None)

    @given(windows())
    @settings(max_examples=50, deadline=None)
    def test_shows_nothing_outside(self, window: Window) -> None:
        with transaction.atomic():
            account = self.place(window)
            if account is None:
                assert window.starts_on is not None
                assert window.starts_on > TODAY
            else:
                assert account.window == window
                self.check(account, window)
            transaction.set_rollback(True)

    def check(self, account: Account, window: Window) -> None:
        bills = queries.months(account)
        everything = Bill.objects.filter(account=account)
        assert set(bills) == {bill for bill in everything if in_sight(bill, window)}
        assert set(queries.last_bills([account]).values()) == set(bills[:1])
        assert {one.bill for one in queries.due_bills([account], on=TODAY)} == set(bills)
        for use in self.uses(account, bills):
            self.check_use(use, window)
        for total in queries.month_totals(account, bills=bills, today=TODAY):
            if total.bill is None:
                assert window.holds(total.period)
                assert total.wh == sum(wh_of(day) for day in total.period if day <= LAST_READ)
        for notice in inbox([account], reader=self.user):
            if notice.bill is not None:
                assert in_sight(notice.bill, window)
            else:
                assert notice.announcement is not None
                assert local_day(notice.announcement.starts_at) in window

    def uses(self, account: Account, bills: list[Bill]) -> Iterator[PeriodUse]:
        for asked in (Period.of_days(FIRST, TODAY), *map(Period.of_month, MONTHS)):
            try:
                yield queries.daily_use(account, asked, today=TODAY)
            except queries.OutOfSight:
                assert account.window.clip(asked) is None
        for month in (None, *MONTHS):
            try:
                found = queries.overview(account, bills=bills, month=month, today=TODAY)
            except queries.OutOfSight:
                assert month is not None
            else:
                yield found.use
                if found.last_day:
                    assert found.last_day.day in account.window
        billed = queries.last_bills([account])
        yield from queries.use_so_far([account], billed=billed, today=TODAY).values()

    def check_use(self, use: PeriodUse, window: Window) -> None:
        assert window.holds(use.period)
        for day in use.days:
            assert day.day in window
            assert day.wh in (None, wh_of(day.day))
        known = [day for day in use.period if day <= LAST_READ and day >= FIRST]
        assert (use.total_wh or 0) == sum(map(wh_of, known))
        assert not use.across


class WholeWindowTests(TestCase):
    def test_leaves_everything_to_those_who_never_moved(self) -> None:
        account = a_lived_in_account()
        link = a_link(account=account)
        [place] = places(link.user, on=TODAY)
        assert place.account.window == EVER
        assert len(queries.months(place.account)) == len(MONTHS)
        assert inbox([place.account], reader=link.user).count() == 2 * len(MONTHS)


class MovedTests(TestCase):
    """The old tenant until the end of September, the next one from October; pages and API."""

    def setUp(self) -> None:
        clock = patch("django.utils.timezone.now", return_value=NOW)
        clock.start()
        self.addCleanup(clock.stop)
        in_english(self.client)
        self.account = a_lived_in_account()
        self.old = a_link(account=self.account, moved_out_on=MOVED).user
        self.new = a_link(account=self.account, moved_in_on=MOVED).user
        self.relative = a_link(
            account=self.account,
            role=AccountLink.Role.RELATIVE,
            rights=["totals", "bills", "notices", "days"],
            moved_out_on=MOVED,
        ).user
        self.viewer = a_link(
            account=self.account, role=AccountLink.Role.VIEWER, moved_out_on=MOVED
        ).user

    def get(self, user, name: str, *args: object, **query: str):
        self.client.force_login(user)
        return self.client.get(reverse(name, args=[self.account.number, *args]), query)

    def text(self, user, name: str, *args: object, **query: str) -> str:
        answer = self.get(user, name, *args, **query)
        assert answer.status_code == 200, (name, args, query)
        return answer.content.decode()

    def test_open_the_own_bills_alone(self) -> None:
        for user, own, others in (
            (self.old, MONTHS[:3], MONTHS[3:]),
            (self.relative, MONTHS[:3], MONTHS[3:]),
            (self.new, MONTHS[3:], MONTHS[:3]),
            (self.viewer, [], MONTHS),
        ):
            for name in ("bill", "api:bill"):
                for month in own:
                    assert self.get(user, name, month).status_code == 200
                for month in others:
                    assert self.get(user, name, month).status_code == 404

    def test_list_the_own_bills_alone(self) -> None:
        for user, own in ((self.old, MONTHS[:3]), (self.new, MONTHS[3:])):
            found = self.get(user, "api:bills").json()["results"]
            assert [bill["month"] for bill in found] == [f"{m:%Y-%m}" for m in reversed(own)]
            page = self.text(user, "bills")
            for month in MONTHS:
                url = reverse("bill", args=[self.account.number, month])
                assert (url in page) == (month in own)

    def test_hide_a_bill_that_straddles_the_move_from_both(self) -> None:
        AccountLink.objects.filter(user=self.old).update(moved_out_on=MOVED - 10 * DAY)
        AccountLink.objects.filter(user=self.new).update(moved_in_on=MOVED - 10 * DAY)
        for user in (self.old, self.new):
            assert self.get(user, "bill", MONTHS[2]).status_code == 404

    def test_answer_a_program_with_the_own_days_alone(self) -> None:
        asked = {"first_on": "2026-09-25", "last_on": "2026-10-05"}
        days = {
            user: [day["day"] for day in self.get(user, "api:days", **asked).json()["days"]]
            for user in (self.old, self.relative, self.new)
        }
        assert days[self.old] == [f"2026-09-{day}" for day in range(25, 31)]
        assert days[self.relative] == days[self.old]
        assert days[self.new] == [f"2026-10-0{day}" for day in range(1, 6)]
        late = {"first_on": "2026-10-01", "last_on": "2026-10-05"}
        assert self.get(self.old, "api:days", **late).status_code == 404

    def test_lead_to_no_month_outside(self) -> None:
        september = self.text(self.old, "address", month="2026-09")
        assert "month=2026-08" in september
        assert "month=2026-10" not in september
        assert self.get(self.old, "address", month="2026-10").status_code == 404
        october = self.text(self.new, "address", month="2026-10")
        assert "month=2026-09" not in october
        assert self.get(self.new, "address", month="2026-09").status_code == 404

    def test_show_the_old_tenant_the_last_month_lived_there(self) -> None:
        assert "month=2026-08" in self.text(self.old, "address")

    def test_tell_months_of_the_own_time_alone(self) -> None:
        for user in (self.old, self.viewer):
            page = self.text(user, "address", view="months")
            assert "9/2026" in page
            assert "10/2026" not in page
            assert "11/2026" not in page

    def test_keep_notices_of_the_others_out_of_inbox_and_reach(self) -> None:
        for user, own in ((self.old, MONTHS[:3]), (self.new, MONTHS[3:])):
            [place] = places(user)
            found = inbox([place.account], reader=user)
            assert {n.bill.month for n in found if n.bill} == set(own)
            assert {n.announcement.starts_at.month for n in found if n.announcement} == {
                m.month for m in own
            }
            listed = self.get(user, "api:notices").json()["results"]
            assert {one["code"] for one in listed} == {notice.code for notice in found}
        later = self.account.notices.get(bill__month=MONTHS[3])
        self.client.force_login(self.old)
        assert self.client.get(reverse("notice", args=[later.code])).status_code == 404
        url = reverse("api:notice_read", args=[self.account.number, later.code])
        assert self.client.post(url).status_code == 404

    def test_show_the_old_tenant_no_debt_of_the_next_on_the_first_page(self) -> None:
        Bill.objects.filter(month__in=MONTHS[:3]).update(paid_at=NOW)
        self.client.force_login(self.old)
        page = self.client.get(reverse("home")).content.decode()
        assert "There is nothing to pay now" in page
        assert "100.010" not in page

    def test_let_the_old_tenant_change_nothing(self) -> None:
        for name in ("people", "account_preferences", "api:preferences"):
            assert self.get(self.old, name).status_code == 404
            assert self.get(self.new, name).status_code == 200
        self.client.force_login(self.old)
        url = reverse("send_test", args=[self.account.number])
        assert self.client.post(url, {"channel": "inbox"}).status_code == 404

    def test_open_nothing_before_the_day_of_moving_in(self) -> None:
        AccountLink.objects.filter(user=self.new).update(moved_in_on=TODAY + DAY)
        assert places(self.new) == []
        assert self.get(self.new, "address").status_code == 404
