"""The quiet hours of an address on its page of preferences, and what holds unless one chooses."""

from datetime import UTC, datetime, time
from typing import Any
from unittest.mock import patch

from django.test import TestCase
from django.urls import reverse

from customers.models import AccountEvent, AccountLink
from customers.tests.factories import a_contact, a_link, a_superuser, a_user, an_account
from customers.tests.pages import in_english
from notifications.models import Dispatch, KindPolicy, OwnQuietHours, QuietHours
from notifications.services import claiming
from notifications.tests.factories import a_dispatch, a_notice

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 15, tzinfo=UTC)  # 22:00 in Viet Nam
OWN = {"hours": "own", "begins": "23:00", "ends": "06:30"}


class QuietPageTestCase(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.account = an_account()
        cls.holder = a_link(account=cls.account).user
        a_contact(account=cls.account, kind="zalo")
        a_contact(account=cls.account, kind="email")

    def setUp(self) -> None:
        patcher = patch("django.utils.timezone.now", return_value=NOW)
        patcher.start()
        self.addCleanup(patcher.stop)
        self.client.force_login(self.holder)
        self.page = reverse("account_preferences", args=[self.account.number])

    def save(self, **answers: Any) -> Any:
        return self.client.post(reverse("save_quiet", args=[self.account.number]), answers)

    def hours(self) -> tuple[time, time] | None:
        own = OwnQuietHours.objects.filter(account=self.account).first()
        return (own.begins, own.ends) if own else None


class SaveTests(QuietPageTestCase):
    def test_saves_own_hours_none_at_all_and_the_company_s(self) -> None:
        for answers, hours in (
            (OWN, (time(23), time(6, 30))),
            ({"hours": "own", "begins": "0:00", "ends": "5:00"}, (time(0), time(5))),
            ({"hours": "own", "begins": "22h", "ends": "6h15"}, (time(22), time(6, 15))),
            ({"hours": "never", "begins": "23:00", "ends": "1:00"}, (time(0), time(0))),
            ({"hours": "company"}, None),
            ({"hours": "company", "begins": "23:00", "ends": "23:00"}, None),
        ):
            self.assertRedirects(self.save(**answers), self.page)
            self.assertEqual(self.hours(), hours, answers)

    def test_refuses_odd_hours_names_the_mend_and_keeps_what_was_typed(self) -> None:
        in_english(self.client)
        self.save(**OWN)
        odd = "Type the time like 21:00 or 6:30"
        for answers, words in (
            ({"begins": "23:00", "ends": "23:00"}, "Both times are the same."),
            ({"begins": "0:00", "ends": "00:00"}, "Both times are the same."),
            ({"begins": "23:00", "ends": ""}, "Type this time as well, for example 6:30."),
            ({"begins": "", "ends": "6:30"}, "Type this time as well, for example 21:00."),
            ({"begins": "24:00", "ends": "6:30"}, odd),
            ({"begins": "-1", "ends": "6:30"}, odd),
            ({"begins": "21:60", "ends": "6:30"}, odd),
            ({"begins": "9" * 5000, "ends": "6:30"}, odd),
            ({"begins": "<script>", "ends": "6:30"}, odd),
            ({"begins": "tối", "ends": "6:30"}, odd),
        ):
            page = self.save(hours="own", **answers)
            self.assertContains(page, words)
            self.assertContains(page, 'class="error-summary"')
            kept = answers["begins"].replace("<", "&lt;").replace(">", "&gt;")
            if kept:
                self.assertContains(page, f'value="{kept}"')
        for hours in ("", "x"):
            self.assertContains(self.save(hours=hours), 'class="error-summary"')
        self.assertEqual(self.hours(), (time(23), time(6, 30)))

    def test_says_in_vietnamese_what_to_mend(self) -> None:
        page = self.save(hours="own", begins="21:00", ends="21:00")
        self.assertContains(page, "Hai giờ này trùng nhau.")

    def test_shows_again_what_was_saved(self) -> None:
        self.save(**OWN)
        page = self.client.get(self.page)
        self.assertContains(page, 'value="23:00"')
        self.assertContains(page, 'value="06:30"')
        self.save(hours="never")
        self.assertContains(
            self.client.get(self.page), '<input type="radio" name="hours" value="never" '
            'id="id_hours_2" required checked>', html=True,
        )  # fmt: skip

    def test_tells_of_a_change_and_not_of_the_same_again(self) -> None:
        for _ in range(2):
            self.save(**OWN)
        changed = AccountEvent.objects.filter(kind=AccountEvent.Kind.CHANNEL_CHANGED)
        self.assertEqual(changed.count(), 1)
        [kept] = OwnQuietHours.history.all()
        self.assertEqual(kept.history_user_id, self.holder.pk)

    def test_is_closed_to_who_may_not_change_where_notices_go(self) -> None:
        closed = (
            a_link(account=self.account, role=AccountLink.Role.RELATIVE).user,
            a_link(account=self.account, role=AccountLink.Role.VIEWER).user,
            a_user(),
            a_superuser(),
        )
        for user in closed:
            self.client.force_login(user)
            self.assertEqual(self.save(**OWN).status_code, 404)
        self.assertIsNone(self.hours())

    def test_is_kept_by_what_is_sent(self) -> None:
        """Own hours begin at 23:00, so at 22:00 a message goes although the company is quiet."""
        a_dispatch(notice=a_notice(account=self.account), due_at=NOW)
        claim = {"channel": "zalo", "at": NIGHT, "limit": 10}
        self.assertEqual(claiming.claim(**claim).claims, [])
        self.save(**OWN)
        Dispatch.objects.filter(channel="zalo").update(due_at=NOW)
        self.assertEqual(len(claiming.claim(**claim).claims), 1)


class ShowTests(QuietPageTestCase):
    def setUp(self) -> None:
        super().setUp()
        in_english(self.client)

    def test_says_the_company_s_hours_and_what_is_never_held_back(self) -> None:
        page = self.client.get(self.page)
        self.assertContains(page, "from 21:00 until 07:00")
        self.assertContains(
            page, "Never held back: Disconnection in 24 hours, Planned outage, "
            "Unplanned outage and its end, changes of who sees this address",
        )  # fmt: skip
        QuietHours.objects.create(starts_on=NOW.date(), begins=time(0), ends=time(0))
        self.assertNotContains(self.client.get(self.page), "from 00:00")

    def test_says_beside_each_kind_what_holds_unless_one_chooses(self) -> None:
        page = self.client.get(self.page)
        self.assertContains(page, "Unless chosen otherwise: Zalo, E-mail; not in quiet hours.")
        self.assertContains(page, "Unless chosen otherwise: Zalo, E-mail; at any hour.")
        KindPolicy.objects.filter(kind="survey").update(channels=["inbox"])
        self.assertContains(
            self.client.get(self.page), "Unless chosen otherwise: only the inbox of this site."
        )
