"""By when each kind is told: new figures from a day on, kept by supervisors."""

from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from customers.models import User
from customers.tests.factories import a_member, a_unit
from notifications.models import LeadTime
from portal.tests.sign_in.people import sign_in_now

PAGE = "/desk/notifications/leadtime/"


class LeadTimeTests(TestCase):
    def setUp(self) -> None:
        self.boss = a_member("supervisor")
        self.tomorrow = timezone.localdate() + timedelta(days=1)

    def add(self, user: User, **posted: object) -> int:
        sign_in_now(self.client, user)
        known = {
            "kind": "planned_outage", "unit": "", "from_on": f"{self.tomorrow:%d/%m/%Y}",
            "within_0": "7", "within_1": "1440", **posted,
        }  # fmt: skip
        return self.client.post(f"{PAGE}add/", known).status_code

    def test_is_a_new_row_from_a_day_on(self):
        unit = a_unit()
        self.assertEqual(self.add(self.boss, unit=unit.pk), 302)
        made = LeadTime.objects.get(unit=unit)
        self.assertEqual((made.within, made.from_on), (timedelta(days=7), self.tomorrow))
        self.assertEqual(made.history.get().history_user_id, self.boss.pk)
        self.assertContains(self.client.get(PAGE), unit.name)

    def test_that_has_begun_stays_as_it_was(self):
        sign_in_now(self.client, self.boss)
        begun = LeadTime.objects.filter(from_on__lte=timezone.localdate()).order_by("pk")[0]
        answer = self.client.post(f"{PAGE}{begun.pk}/change/", {"within_0": "1"})
        self.assertEqual(answer.status_code, 403)
        yesterday = timezone.localdate() - timedelta(days=1)
        self.assertEqual(self.add(self.boss, from_on=f"{yesterday:%d/%m/%Y}"), 200)
        self.assertEqual(self.add(self.boss), 302)
        ahead = LeadTime.objects.get(from_on=self.tomorrow)
        page = self.client.get(f"{PAGE}{ahead.pk}/change/")
        self.assertContains(page, 'name="within_0"')

    def test_is_of_kinds_that_have_one(self):
        self.assertEqual(self.add(self.boss, kind="survey"), 200)
        self.assertFalse(LeadTime.objects.filter(kind="survey").exists())

    def test_is_added_by_supervisors_alone(self):
        before = LeadTime.objects.count()
        for role in ("agent", "operator", "auditor"):
            self.assertEqual(self.add(a_member(role)), 403)
        officer = a_member("officer", unit=a_unit())
        self.assertEqual(self.add(officer), 403)
        self.assertEqual(LeadTime.objects.count(), before)
