"""A private calendar: only its person's days, no amount, and shut as soon as they say so."""

from datetime import date, timedelta
from unittest.mock import patch

from django.test import Client, TestCase
from django.urls import reverse

from billing.tests.factories import a_bill
from customers.models import AccountLink, CalendarAddress
from customers.services import calendars, sessions
from customers.tests.factories import NOON, a_link, a_user, an_account
from customers.tests.pages import in_english
from notifications.models import Channel, Kind
from notifications.tests.factories import a_dispatch, a_notice, an_outage
from portal.tests.sign_in.people import sign_in_now


class FeedTestCase(TestCase):
    def setUp(self) -> None:
        clock = patch("django.utils.timezone.now", return_value=NOON)
        clock.start()
        self.addCleanup(clock.stop)
        self.account = an_account()
        self.user = a_link(account=self.account).user
        self.key = calendars.make(user=self.user, at=NOON)

    def fetch(self, key: str = "", status: int = 200) -> str:
        answer = Client().get(reverse("calendar", args=[key or self.key]))
        self.assertEqual(answer.status_code, status)
        return answer.content.decode().replace("\r\n ", "")


class FeedTests(FeedTestCase):
    def test_holds_the_last_day_of_an_open_bill_and_no_amount(self) -> None:
        bill = a_bill(account=self.account, due_on=date(2026, 11, 5))
        text = self.fetch()
        self.assertIn("DTSTART;VALUE=DATE:20261105", text)
        self.assertIn(self.account.number[-4:], text)
        for secret in (self.account.number, self.account.holder_name, "701"):
            self.assertNotIn(secret, text)
        bill.paid_at = NOON
        bill.save()
        self.assertNotIn("VEVENT", self.fetch())

    def test_holds_an_outage_once_until_it_is_withdrawn(self) -> None:
        outage = an_outage()
        notice = a_notice(account=self.account, kind=Kind.PLANNED_OUTAGE, outage=outage)
        a_dispatch(notice=notice, channel=Channel.INBOX, status="accepted")
        text = self.fetch()
        self.assertEqual(text.count("BEGIN:VEVENT"), 1)
        self.assertIn(f"DTSTART:{outage.starts_at:%Y%m%dT%H%M%SZ}", text)
        outage.over_at = NOON
        outage.save()
        self.assertNotIn("VEVENT", self.fetch())

    def test_holds_nothing_of_others(self) -> None:
        a_bill()
        self.assertNotIn("VEVENT", self.fetch())

    def test_holds_nothing_that_the_role_does_not_open(self) -> None:
        a_bill(account=self.account)
        viewer = a_link(account=self.account, role=AccountLink.Role.VIEWER).user
        self.assertNotIn("VEVENT", self.fetch(calendars.make(user=viewer, at=NOON)))

    def test_is_empty_once_the_link_has_ended(self) -> None:
        a_bill(account=self.account)
        AccountLink.objects.update(state=AccountLink.State.ENDED, ends_at=NOON)
        self.assertNotIn("VEVENT", self.fetch())


class KeyTests(FeedTestCase):
    def test_is_not_kept_and_opens_nothing_else(self) -> None:
        self.assertNotIn(self.key, str(CalendarAddress.objects.values().get()))
        self.fetch("x" * 32, status=404)

    def test_is_replaced_by_a_new_one(self) -> None:
        other = calendars.make(user=self.user, at=NOON + timedelta(hours=1))
        self.fetch(status=404)
        self.fetch(other)

    def test_opens_nothing_once_taken_back(self) -> None:
        calendars.revoke(user=self.user, at=NOON)
        self.fetch(status=404)

    def test_opens_nothing_once_the_login_is_shut(self) -> None:
        self.user.is_active = False
        self.user.save()
        self.fetch(status=404)

    def test_opens_nothing_once_all_sessions_were_ended(self) -> None:
        sessions.end_all(user=self.user)
        self.fetch(status=404)


class PageTests(TestCase):
    def setUp(self) -> None:
        in_english(self.client)
        self.user = a_user()
        self.url = reverse("me_calendar")

    def test_asks_who_it_is_before_it_makes_one(self) -> None:
        self.client.force_login(self.user)
        self.assertEqual(self.client.post(self.url).status_code, 302)
        self.assertFalse(CalendarAddress.objects.exists())

    def test_shows_the_address_once(self) -> None:
        sign_in_now(self.client, self.user)
        made = self.client.post(self.url)
        self.assertContains(made, "/calendar/")
        self.assertContains(made, ".ics")
        self.assertIn("no-store", made["Cache-Control"])
        self.assertNotContains(self.client.get(self.url), ".ics")

    def test_takes_it_back(self) -> None:
        sign_in_now(self.client, self.user)
        self.client.post(self.url)
        self.client.post(self.url, {"revoke": "yes"})
        self.assertFalse(CalendarAddress.objects.in_force().exists())

    def test_is_shut_to_visitors(self) -> None:
        self.assertEqual(self.client.get(self.url).status_code, 302)
