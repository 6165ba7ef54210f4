"""Too many looks: who is told of, when, and once."""

from datetime import datetime, timedelta
from unittest.mock import patch

from django.test import TestCase
from django.urls import reverse
from structlog.testing import capture_logs

from customers.models import Look, LookAlarm, StaffRole, User
from customers.services import look_alarms
from customers.tasks import watch_looks
from customers.tests.factories import NOON, a_look, a_member, a_unit, an_account
from portal.schedule import BEAT

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LIST = reverse("admin:customers_lookalarm_changelist")


def looks(count: int, *, by: User, at: datetime = NOON, page: str = "account") -> None:
    """So many looks in the half hour before ``at``, each at another account."""
    accounts = [an_account() for _ in range(count)]
    Look.objects.bulk_create(
        Look(user=by, account=account, at=at - MINUTE * (n % 30), page=page, reason="review")
        for n, account in enumerate(accounts)
    )


class WatchTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_member(StaffRole.AGENT)

    def raised(self, at: datetime = NOON) -> list[tuple[str, int]]:
        look_alarms.watch(at=at)
        return list(LookAlarm.objects.order_by("pk").values_list("kind", "count"))

    def test_lets_sixty_accounts_pass_and_tells_of_sixty_one(self):
        looks(60, by=self.agent)
        self.assertEqual(self.raised(), [])
        looks(1, by=self.agent)
        self.assertEqual(self.raised(), [("accounts", 61)])

    def test_counts_an_account_once_however_often_it_was_opened(self):
        account = an_account()
        for n in range(70):
            a_look(user=self.agent, account=account, at=NOON - n * timedelta(seconds=40))
        self.assertEqual(self.raised(), [])

    def test_lets_thirty_reveals_pass_and_tells_of_thirty_one(self):
        looks(30, by=self.agent, page="contact 1")
        self.assertEqual(self.raised(), [])
        looks(1, by=self.agent, page="contact 2")
        self.assertEqual(self.raised(), [("reveals", 31)])

    def test_adds_nobody_elses_looks_and_nothing_older_than_an_hour(self):
        looks(40, by=self.agent)
        looks(40, by=a_member(StaffRole.AGENT))
        looks(40, by=self.agent, at=NOON - HOUR)
        self.assertEqual(self.raised(), [])

    def test_tells_once_until_an_hour_has_passed_and_somebody_has_read_it(self):
        looks(61, by=self.agent)
        self.assertEqual(len(self.raised()), 1)
        self.assertEqual(len(self.raised(NOON + MINUTE)), 1)
        self.read(LookAlarm.objects.get())
        self.assertEqual(len(self.raised(NOON + 2 * MINUTE)), 1)
        looks(61, by=self.agent, at=NOON + 2 * HOUR)
        self.assertEqual(len(self.raised(NOON + 2 * HOUR)), 2)

    def read(self, alarm: LookAlarm) -> None:
        look_alarms.read(alarm=alarm, by=a_member(StaffRole.SUPERVISOR), at=NOON + MINUTE)

    def test_writes_one_line_without_a_name_or_an_account(self):
        looks(61, by=self.agent)
        with capture_logs() as lines:
            look_alarms.watch(at=NOON)
        (line,) = lines
        self.assertEqual((line["event"], line["member"]), ("too many looks", self.agent.pk))
        told = str(line)
        account = Look.objects.first().account
        for personal in (self.agent.name, self.agent.email, account.number, account.holder_name):
            self.assertNotIn(personal, told)

    def test_runs_twice_a_minute(self):
        (entry,) = [one for one in BEAT.values() if one["task"].endswith("watch_looks")]
        self.assertLessEqual(entry["schedule"], 60)
        with patch.object(look_alarms, "watch") as watch:
            watch_looks()
        watch.assert_called_once()


class ReadTests(TestCase):
    def setUp(self) -> None:
        self.agent, self.supervisor = a_member(StaffRole.AGENT), a_member(StaffRole.SUPERVISOR)
        self.alarm = self.of(self.agent)

    def of(self, user: User) -> LookAlarm:
        return LookAlarm.objects.create(user=user, kind="accounts", count=61, raised_at=NOON)

    def post(self, *alarms: LookAlarm) -> int:
        form = {"action": "read", "_selected_action": [alarm.pk for alarm in alarms]}
        return self.client.post(LIST, form).status_code

    def test_stands_on_the_first_page_of_supervisors_until_it_is_read(self):
        self.client.force_login(self.supervisor)
        index = reverse("admin:index")
        self.assertContains(self.client.get(index), f"{LIST}?open=yes")
        self.assertContains(self.client.get(f"{LIST}?open=yes"), self.agent.name)
        self.post(self.alarm)
        self.alarm.refresh_from_db()
        self.assertEqual(self.alarm.read_by, self.supervisor)
        self.assertNotContains(self.client.get(index), f"{LIST}?open=yes")

    def test_is_closed_to_agents(self):
        self.client.force_login(self.agent)
        self.assertEqual(self.client.get(LIST).status_code, 403)
        self.post(self.alarm)
        self.alarm.refresh_from_db()
        self.assertIsNone(self.alarm.read_at)

    def test_is_closed_to_supervisors_of_another_company(self):
        User.objects.filter(pk=self.agent.pk).update(unit=a_unit(code="PE01"))
        elsewhere = a_member(StaffRole.SUPERVISOR, unit=a_unit(code="PE09"))
        self.client.force_login(elsewhere)
        self.assertNotContains(self.client.get(reverse("admin:index")), f"{LIST}?open=yes")
        self.assertEqual(self.client.get(LIST).context["cl"].result_count, 0)
        self.post(self.alarm)
        self.assertFalse(look_alarms.read(alarm=self.alarm, by=elsewhere, at=NOON))
        self.alarm.refresh_from_db()
        self.assertIsNone(self.alarm.read_at)

    def test_is_never_closed_by_the_one_it_is_about(self):
        own = self.of(self.supervisor)
        self.client.force_login(self.supervisor)
        self.post(own)
        own.refresh_from_db()
        self.assertIsNone(own.read_at)
        with self.assertRaises(look_alarms.OwnAlarm):
            look_alarms.read(alarm=own, by=self.supervisor, at=NOON)

    def test_is_shown_to_auditors_who_cannot_close_it(self):
        self.client.force_login(a_member(StaffRole.AUDITOR))
        self.assertEqual(self.client.get(LIST).status_code, 200)
        self.post(self.alarm)
        self.alarm.refresh_from_db()
        self.assertIsNone(self.alarm.read_at)
