"""The API's inbox and preferences: the same answers and refusals as the pages give."""

from datetime import UTC, datetime
from typing import Any

from django.test import TestCase
from rest_framework.test import APIClient

from billing.tests.factories import a_bill
from customers.models import AccountLink
from customers.tests.factories import a_contact, a_link, a_superuser, an_account
from notifications.models import Notice, Preference
from notifications.services import planning
from notifications.services.preferences import CHOSEN

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


class NoticesTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.account = an_account()
        cls.holder = a_link(account=cls.account).user
        cls.viewer = a_link(account=cls.account, role=AccountLink.Role.VIEWER).user
        cls.stranger = a_link().user
        cls.staff = a_superuser()
        a_contact(account=cls.account, kind="zalo", value="+84903123456")
        planning.plan_bills(month=a_bill(account=cls.account).month, at=NOW)
        cls.notice = Notice.objects.get()
        cls.path = f"/api/v1/accounts/{cls.account.number}/"

    def client_of(self, user: Any) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        return client

    def test_lists_notices_and_takes_none_for_read(self) -> None:
        answer = self.client_of(self.holder).get(f"{self.path}notices/").json()
        [notice] = answer["results"]
        self.assertEqual(notice["code"], self.notice.code)
        self.assertIsNone(notice["read_at"])
        self.assertFalse(Notice.objects.exclude(read_at=None).exists())

    def test_records_that_a_notice_was_read(self) -> None:
        url = f"{self.path}notices/{self.notice.code}/read/"
        self.assertEqual(self.client_of(self.holder).post(url).status_code, 204)
        self.notice.refresh_from_db()
        self.assertEqual(self.notice.reach, Notice.Reach.SEEN)
        self.assertEqual(self.client_of(self.holder).get(url).status_code, 405)

    def test_takes_a_relatives_reading_for_nobody_elses(self) -> None:
        url = f"{self.path}notices/{self.notice.code}/read/"
        relative = a_link(account=self.account, role=AccountLink.Role.RELATIVE).user
        self.assertEqual(self.client_of(relative).post(url).status_code, 204)
        self.notice.refresh_from_db()
        self.assertEqual(self.notice.reach, Notice.Reach.TRYING)

    def test_is_closed_to_everyone_else(self) -> None:
        for user in (self.viewer, self.stranger, self.staff):
            client = self.client_of(user)
            for url in ("notices/", "preferences/"):
                self.assertEqual(client.get(self.path + url).status_code, 404)
            read = f"{self.path}notices/{self.notice.code}/read/"
            self.assertEqual(client.post(read).status_code, 404)
            answer = client.put(f"{self.path}preferences/", {}, format="json")
            self.assertEqual(answer.status_code, 404)

    def test_saves_preferences_once_and_refuses_an_old_version(self) -> None:
        client = self.client_of(self.holder)
        body = client.get(f"{self.path}preferences/").json()
        body["choices"][0]["wanted"] = []
        self.assertEqual(
            client.put(f"{self.path}preferences/", body, format="json").status_code, 200
        )
        self.assertEqual(Preference.objects.filter(wanted=False).count(), 1)
        old = client.put(f"{self.path}preferences/", body, format="json")
        self.assertEqual(old.status_code, 409)

    def test_leaves_kinds_alone_that_are_not_mentioned(self) -> None:
        client, url = self.client_of(self.holder), f"{self.path}preferences/"
        body = {"version": client.get(url).json()["version"], "choices": []}
        client.put(url, body, format="json")
        self.assertFalse(Preference.objects.exists())

    def test_asks_only_about_kinds_that_are_sent(self) -> None:
        found = self.client_of(self.holder).get(f"{self.path}preferences/").json()["choices"]
        self.assertEqual([choice["kind"] for choice in found], [kind.value for kind in CHOSEN])

    def test_refuses_bodies_that_are_no_preferences(self) -> None:
        client = self.client_of(self.holder)
        for body in ([], "x", 1, {}, {"version": "", "choices": [{"kind": "x", "wanted": []}]}):
            answer = client.put(f"{self.path}preferences/", body, format="json")
            self.assertEqual(answer.status_code, 400, body)
        raw = client.put(f"{self.path}preferences/", "{" * 5_000, content_type="application/json")
        self.assertEqual(raw.status_code, 400)
