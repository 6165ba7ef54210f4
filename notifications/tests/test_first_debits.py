"""What is told of a new auto-debit, what is said before it may debit, and "this was not me"."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from billing.tests.factories import a_bill, payments_known
from customers.models import Account, Arrangement, User
from customers.services import arrangements, events
from customers.tests.factories import (
    a_contact,
    a_link,
    a_member,
    a_staff_user,
    a_user,
    an_account,
    an_auto_debit,
)
from notifications import security, sms
from notifications.models import Dispatch, Kind, Notice
from notifications.services import guarding, planning, refusing, rendering, whole_codes
from notifications.tests.factories import a_notice
from notifications.tests.test_guard import ASKED, against, ready
from portal.lib.periods import LOCAL, local_day

DAY = timedelta(days=1)


def noon(day: int) -> datetime:
    return datetime(2026, 11, day, 12, tzinfo=LOCAL)


class Mandate:
    """An auto-debit approved at ``at``, and the notice of it."""

    def __init__(self, *, at: datetime, account: Account | None = None) -> None:
        self.at = at
        self.account = account or an_account()
        asked = an_auto_debit(account=self.account, state="requested", starts_on=local_day(at))
        self.made = arrangements.approve(arrangement=asked, by=a_member("supervisor"), at=at)
        planning.plan_urgent(at=at)
        self.notice = Notice.objects.get(account=self.account, kind=Kind.SECURITY)

    @property
    def state(self) -> str:
        return Arrangement.objects.get(pk=self.made.pk).state

    def somebody(self, **fields: Any) -> User:
        return a_link(account=self.account, **fields).user


class TellingTests(TestCase):
    def test_goes_at_once_also_to_the_contact_that_was_replaced_lately(self):
        account = an_account()
        a_contact(account=account, kind="email", value="new@example.vn")
        a_contact(account=account, kind="email", value="old@example.vn",
                  suspended_at=noon(1), suspended_why="changed")  # fmt: skip
        mandate = Mandate(at=noon(2), account=account)
        mails = Dispatch.objects.filter(notice=mandate.notice, channel="email", status="queued")
        addresses = set(mails.values_list("address", flat=True))
        self.assertEqual(addresses, {"new@example.vn", "old@example.vn"})

    def test_says_in_each_channel_from_when_and_how_to_say_no(self):
        notice = Mandate(at=noon(2)).notice
        for channel, way in (
            ("inbox", "gọi tổng đài"), ("email", "Không phải tôi"), ("zalo", "Không phải tôi"),
            ("sms", "Goi 1900"),
        ):  # fmt: skip
            said = rendering.render(notice=notice, channel=channel).text
            self.assertIn("04/11/2026", said, channel)
            self.assertIn(way, said, channel)

    def test_fits_where_room_is_short(self):
        notice = Mandate(at=noon(2)).notice
        self.assertLessEqual(len(security.words(notice.event)["short"]), 30)
        said = rendering.render(notice=notice, channel="sms").text
        self.assertEqual(len(sms.parts(said)), 1, said)


@pytest.mark.django_db
@pytest.mark.parametrize(("due_on", "pays"), [(3, False), (4, True)])
def test_goes_by_the_first_debit_and_not_by_the_approval(due_on, pays):
    """The bill's words, the reminder, and the word after the last day to pay."""
    mandate = Mandate(at=noon(2))
    bill = a_bill(account=mandate.account, due_on=date(2026, 11, due_on))
    issued = a_notice(account=mandate.account, bill=bill)
    said = rendering.render(notice=issued, channel="zalo").text
    assert ("Ngân hàng sẽ tự trả" in said, "Hạn thanh toán" in said) == (pays, not pays)
    late = a_notice(account=mandate.account, bill=bill, kind=Kind.PAYMENT_OVERDUE)
    assert ("chưa trả" in rendering.render(notice=late, channel="zalo").text) == pays
    at = noon(due_on)
    payments_known(at=at)
    planning.plan_hourly(at=at)
    assert Notice.objects.filter(kind=Kind.PAYMENT_REMINDER).exists() != pays


class GuardTests(TestCase):
    """A cut waits while we hold the debits back, but as long as we wait, not as if a bank paid."""

    def setUp(self) -> None:
        self.stop = ready()
        starts = {"starts_on": local_day(ASKED)}
        self.debit = an_auto_debit(account=self.stop.bill.account, decided_at=ASKED, **starts)

    def protections(self, at: datetime) -> list[str]:
        return guarding._protections(self.stop, at=at)

    def test_stands_against_a_cut_while_the_debits_are_held_back(self):
        self.assertEqual(against(self.stop), ["arrangement"])
        self.assertEqual(self.protections(ASKED), [f"{self.debit.pk}:held_back"])

    def test_is_another_protection_once_the_bank_may_pay(self):
        self.assertEqual(self.protections(ASKED + 2 * DAY), [f"{self.debit.pk}:in_force"])


class NotMeTests(TestCase):
    """The button at the notice: for who holds the contract, or has the message."""

    def setUp(self) -> None:
        cache.clear()
        self.mandate = Mandate(at=timezone.now() - timedelta(hours=1))
        self.page = reverse("notice", args=[self.mandate.notice.code])
        self.button = reverse("refuse_notice", args=[self.mandate.notice.code])

    def as_user(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    def test_undoes_it_for_the_holder(self):
        holder = self.mandate.somebody()
        client = self.as_user(holder)
        self.assertContains(client.get(self.page), "Không phải tôi</button>")
        answer = client.post(self.button, follow=True)
        self.assertContains(answer, "Ngân hàng không trích tiền")
        self.assertNotContains(answer, "Không phải tôi</button>")
        self.assertEqual(self.mandate.state, "undone")
        self.mandate.made.refresh_from_db()
        self.assertEqual(self.mandate.made.closed_by, holder)

    def test_is_not_offered_to_the_household_and_closed_to_strangers_and_staff(self):
        household = self.as_user(self.mandate.somebody(role="household"))
        self.assertNotContains(household.get(self.page), "Không phải tôi</button>")
        household.post(self.button)
        for user in (a_user(), a_staff_user("customers.view_account")):
            self.assertEqual(self.as_user(user).post(self.button).status_code, 404)
        self.assertEqual(self.mandate.state, "in_force")

    def test_undoes_it_for_whoever_has_the_whole_code_and_only_for_them(self):
        verify, button = reverse("verify_notice"), reverse("refuse_verified")
        short, whole = self.mandate.notice.code, whole_codes.whole(self.mandate.notice.code)
        Client().post(button, {"code": short})
        self.assertEqual(self.mandate.state, "in_force")
        self.assertContains(Client().post(verify, {"code": whole}), "Không phải tôi</button>")
        for _ in range(2):
            answer = Client().post(button, {"code": whole})
            self.assertContains(answer, "Ngân hàng không trích tiền")
        self.assertEqual(self.mandate.state, "undone")

    def test_ends_it_where_the_day_is_over_and_stops_working_with_the_notice(self):
        notice = self.mandate.notice
        refusing.refuse(notice=notice, at=notice.planned_at + 3 * DAY)
        self.assertEqual(self.mandate.state, "ended")
        with self.assertRaises(refusing.NotRefusable):
            refusing.refuse(notice=notice, at=notice.expires_at)

    def test_stops_the_mandate_that_the_event_names_and_none_of_the_same_moment(self):
        made = self.mandate.made
        event = events.record(
            account=made.account, kind="arranged", at=made.decided_at,
            detail=f"auto_debit {made.first_debit_on}",
        )  # fmt: skip
        told = a_notice(account=made.account, kind=Kind.SECURITY, subject="other", event=event)
        self.assertIsNone(refusing.mandate_to_stop(told, at=timezone.now()))

    def test_has_nothing_to_stop_once_staff_undid_it(self):
        arrangements.undo(arrangement=self.mandate.made, by=a_member("agent"), at=timezone.now())
        with self.assertRaises(refusing.NotRefusable):
            refusing.refuse(notice=self.mandate.notice, at=timezone.now())
