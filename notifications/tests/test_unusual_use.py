"""Who is told of unusual use: the people of the address as they chose, once for each find."""

from datetime import date, timedelta

from django.test import TestCase
from django.urls import reverse

from billing.tests.factories import unusual_days
from customers.models import AccountLink, Right
from customers.tests.factories import NOON, a_contact, a_link, a_user, an_account
from customers.tests.pages import in_english
from notifications.inbox import inbox, letter
from notifications.models import Dispatch, Kind, Notice, Preference
from notifications.services import own_choices
from notifications.services.planning import unusual
from notifications.tests.factories import a_dispatch, a_notice

LATER = NOON + timedelta(hours=1)


def told() -> list[Notice]:
    unusual.plan_due(at=LATER)
    return list(Notice.objects.order_by("pk"))


class PlanTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.link = a_link(account=self.account)
        self.found = unusual_days(account=self.account)

    def test_tells_each_find_once(self) -> None:
        a_contact(account=self.account, kind="email")
        for _look in range(2):
            [notice] = told()
        self.assertEqual((notice.kind, notice.unusual), (Kind.UNUSUAL_USE, self.found))
        channels = set(Dispatch.objects.values_list("channel", flat=True))
        self.assertEqual(channels, {"inbox", "email"})

    def test_tells_nothing_that_is_no_news(self) -> None:
        unusual.plan_due(at=NOON + timedelta(days=4))
        self.assertFalse(Notice.objects.exists())

    def test_tells_nobody_of_days_before_they_moved_in(self) -> None:
        AccountLink.objects.update(moved_in_on=date(2026, 10, 1))
        self.assertEqual(told(), [])

    def test_keeps_to_what_was_chosen(self) -> None:
        a_contact(account=self.account, kind="email")
        Preference.objects.create(
            account=self.account, kind=Kind.UNUSUAL_USE, channel="email", wanted=False, set_at=NOON
        )
        told()
        self.assertFalse(Dispatch.objects.filter(channel="email", status="queued").exists())


class ReadTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.link = a_link(account=self.account)
        self.notice = a_notice(account=self.account, kind=Kind.UNUSUAL_USE)
        a_dispatch(notice=self.notice, channel="inbox", status="accepted")

    def test_says_days_amounts_and_how_sure(self) -> None:
        words = letter(self.notice, at=NOON)
        for part in ("30/10/2026", "01/11/2026", "14\u00a0kWh", "6\u00a0kWh", "không biết vì sao"):
            self.assertIn(part, words.text)

    def test_is_for_those_who_see_the_days(self) -> None:
        """The holder; whose link shows totals alone, and a stranger, do not find it."""
        totals = a_link(account=self.account, role="relative", rights=[Right.TOTALS, Right.NOTICES])
        self.assertTrue(inbox([self.account], reader=self.link.user).exists())
        self.assertFalse(inbox([self.account], reader=totals.user).exists())
        self.assertFalse(inbox([self.account], reader=a_user()).exists())

    def test_is_chosen_by_those_who_see_the_days(self) -> None:
        asked = {"kind": Kind.UNUSUAL_USE, "channel": "email"}
        self.assertTrue(own_choices.may_be_told([Right.NOTICES, Right.DAYS], **asked))
        self.assertFalse(own_choices.may_be_told([Right.NOTICES, Right.BILLS], **asked))


class PageTests(TestCase):
    def setUp(self) -> None:
        in_english(self.client)
        self.account = an_account()
        self.link = a_link(account=self.account)
        self.client.force_login(self.link.user)
        self.url = reverse("address", args=[self.account.number])
        today = date.today()
        unusual_days(
            account=self.account, first_on=today - timedelta(days=5),
            last_on=today - timedelta(days=3), since=today - timedelta(days=60),
        )  # fmt: skip

    def test_of_the_address_shows_the_evidence(self) -> None:
        page = self.client.get(self.url)
        for words in (
            "More than usual",
            "about 14\u00a0kWh",
            "usually about 6\u00a0kWh",
            "why, we do not know",
        ):
            self.assertContains(page, words)

    def test_shows_it_to_nobody_whose_days_it_is_not(self) -> None:
        AccountLink.objects.update(moved_in_on=date.today() - timedelta(days=20))
        self.assertNotContains(self.client.get(self.url), "More than usual")
        self.client.force_login(a_user())
        self.assertEqual(self.client.get(self.url).status_code, 404)

    def test_shows_it_for_a_month(self) -> None:
        self.account.unusual_use.update(last_on=date.today() - timedelta(days=31),
                                        first_on=date.today() - timedelta(days=33))  # fmt: skip
        self.assertNotContains(self.client.get(self.url), "More than usual")
