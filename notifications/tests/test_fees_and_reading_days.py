"""Who is told of a service fee, and of another day of reading."""

from datetime import date, timedelta

from django.conf import settings
from django.test import TestCase

from billing.models import ServiceFee
from billing.services import fees
from customers.models import Account, ReadingDayChange
from customers.reading_days import first_by_new_day
from customers.services import reading_days
from customers.tests.factories import NOON, a_contact, an_account
from notifications import sms
from notifications.channels.zalo.templates import has_link_or_phone
from notifications.models import Kind, Notice
from notifications.services import dispatching, planning, rendering
from notifications.tests.factories import DAY, a_fee, a_notice
from notifications.tests.fakes import provider
from portal.lib.columns import Row


class FeeTests(TestCase):
    def row(self, account: Account, **fields: object) -> Row:
        values = {
            "reference": "PDV1",
            "number": account.number,
            "what": "Di dời công tơ",
            "amount": 385_000,
            "due_on": NOON.date() + 14 * DAY,
        }
        return Row(2, values | fields)

    def test_are_told_once(self) -> None:
        fee = a_fee()
        planning.plan_due(at=NOON)
        planning.plan_due(at=NOON + DAY)
        notice = Notice.objects.get()
        assert (notice.kind, notice.fee, notice.account) == (Kind.SERVICE_FEE, fee, fee.account)

    def test_that_are_past_their_day_are_not_told(self) -> None:
        a_fee(due_on=NOON.date() - DAY)
        planning.plan_due(at=NOON)
        assert not Notice.objects.exists()

    def test_are_never_rewritten(self) -> None:
        account = an_account()
        assert fees.load(rows=[self.row(account)], at=NOON).created == 1
        assert fees.load(rows=[self.row(account)], at=NOON).unchanged == 1
        refused = fees.load(rows=[self.row(account, amount=1)], at=NOON).refused
        assert [refusal.column for refusal in refused] == ["reference"]
        assert ServiceFee.objects.get().amount == 385_000

    def test_of_nobody_are_refused(self) -> None:
        row = self.row(an_account(), number="PE99999999999")
        assert [r.column for r in fees.load(rows=[row], at=NOON).refused] == ["number"]


class ReadingDayTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account(reading_day=31)
        a_contact(account=self.account, kind="zalo")

    def change(self, before: int, after: int, *, at=NOON) -> None:
        reading_days.note(changes=[(self.account.pk, before, after)], at=at)

    def test_are_told_a_week_before_the_first_reading(self) -> None:
        self.change(20, 31)
        assert ReadingDayChange.objects.get().read_on == date(2026, 11, 30)
        planning.plan_due(at=NOON)
        assert not Notice.objects.exists()
        week_ahead = NOON.replace(day=23)
        planning.plan_due(at=week_ahead)
        planning.plan_due(at=week_ahead + DAY)
        notice = Notice.objects.get()
        assert (notice.kind, notice.subject) == (Kind.READING_SCHEDULE, "reading-2026-11-30")
        assert "30/11/2026" in rendering.render(notice=notice, channel="inbox").text

    def test_that_were_taken_back_untold_are_no_news(self) -> None:
        self.change(20, 31)
        self.change(31, 20)
        planning.plan_due(at=NOON.replace(day=18))
        assert not Notice.objects.exists()

    def test_that_were_taken_back_after_they_were_told_are_told_at_once(self) -> None:
        at = NOON.replace(day=25)
        self.change(20, 31)
        planning.plan_due(at=at)
        self.change(31, 20, at=at)
        planning.plan_due(at=at)
        wrong, right = Notice.objects.order_by("pk")
        assert wrong.subject == "reading-2026-11-30"
        assert "ngày 20" in rendering.render(notice=right, channel="inbox").text
        planning.plan_due(at=NOON.replace(day=18, month=12))
        assert Notice.objects.count() == 2

    def test_are_not_sent_once_changed_again(self) -> None:
        at = NOON.replace(day=25)
        self.change(20, 31)
        planning.plan_due(at=at)
        self.change(31, 5, at=at)
        with provider() as fake:
            dispatching.send_batch(channel="zalo", at=at)
        assert fake.sent == []
        assert Notice.objects.get().reason == "superseded"


class FirstReadingTests(TestCase):
    def test_leaves_no_period_shorter_than_ten_days(self) -> None:
        for before, after, today, expected in (
            (20, 31, date(2026, 11, 2), date(2026, 11, 30)),
            (25, 31, date(2026, 11, 26), date(2026, 12, 31)),
            (31, 5, date(2026, 11, 2), date(2026, 12, 5)),
            (31, 20, date(2026, 11, 2), date(2026, 11, 20)),
        ):
            found = first_by_new_day(before=before, after=after, today=today)
            assert found == expected, (before, after, today)


class WordsTests(TestCase):
    def test_fit_every_channel(self) -> None:
        for kind in (Kind.SERVICE_FEE, Kind.READING_SCHEDULE):
            notice = a_notice(kind=kind, subject="x", expires_at=NOON + timedelta(days=5))
            zalo = rendering.render(notice=notice, channel="zalo")
            assert not has_link_or_phone(zalo.text)
            assert set(settings.ZALO_TEMPLATES[kind]["parameters"]) <= set(zalo.data)
            assert len(sms.parts(rendering.render(notice=notice, channel="sms").text)) == 1
