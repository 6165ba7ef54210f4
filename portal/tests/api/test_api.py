"""The API: who sees what, exact units, and answers that keep to the schema."""

from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import patch

from django.test import TestCase
from rest_framework.test import APIClient

from billing.tests.factories import a_bill, a_read
from customers.models import AccountLink
from customers.tests.factories import PASSWORD, a_link, a_meter, a_superuser, a_user, an_account

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


class ApiTestCase(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.account = an_account()
        cls.holder = a_link(account=cls.account).user
        cls.stranger = a_link().user
        cls.viewer = a_link(account=cls.account, role=AccountLink.Role.VIEWER).user
        cls.staff = a_superuser()
        meter = a_meter(account=cls.account)
        for number, day in enumerate((1, 2, 4), start=1):
            a_read(meter=meter, day=date(2026, 11, day), index_wh=1_000_000 + number * 5_000)
        cls.bill = a_bill(account=cls.account, month=date(2026, 10, 1))

    def setUp(self) -> None:
        patcher = patch("django.utils.timezone.now", return_value=NOW)
        patcher.start()
        self.addCleanup(patcher.stop)

    def get(self, user: Any, path: str) -> Any:
        client = APIClient()
        if user:
            client.force_authenticate(user)
        return client.get(f"/api/v1/{path}")

    @property
    def paths(self) -> list[str]:
        here = f"accounts/{self.account.number}/"
        return [here, f"{here}days/", f"{here}bills/", f"{here}bills/2026-10/"]


class AccessTests(ApiTestCase):
    def test_opens_every_address_page_to_its_holder(self) -> None:
        for path in self.paths:
            self.assertEqual(self.get(self.holder, path).status_code, 200, path)

    def test_answers_a_stranger_and_staff_as_if_there_were_no_such_account(self) -> None:
        for path in self.paths:
            nowhere = self.get(self.holder, path.replace(self.account.number, "PE01000099999"))
            for user in (self.stranger, self.staff):
                answer = self.get(user, path)
                self.assertEqual(answer.status_code, 404, path)
                self.assertEqual(answer.content, nowhere.content, path)

    def test_answers_an_address_that_is_none_as_an_account_that_is_none(self) -> None:
        for user in (self.holder, self.stranger, self.staff, None):
            for path in ("nothing/", f"accounts/{self.account.number}/nothing/", "accounts/ọ/x/"):
                nowhere = self.get(self.holder, "accounts/PE01000099999/")
                answer = self.get(user, path)
                self.assertEqual(answer.status_code, 404, path)
                self.assertEqual(answer.headers["Content-Type"], "application/json", path)
                self.assertEqual(answer.json(), nowhere.json(), path)

    def test_asks_who_is_nobody_to_sign_in(self) -> None:
        for path in ["accounts/", *self.paths]:
            self.assertIn(self.get(None, path).status_code, (401, 403), path)

    def test_never_shows_days_to_a_viewer_of_totals(self) -> None:
        self.assertEqual(self.get(self.viewer, self.paths[0]).status_code, 200)
        for path in self.paths[1:]:
            self.assertEqual(self.get(self.viewer, path).status_code, 404, path)

    def test_lists_only_my_own_addresses(self) -> None:
        numbers = [place["number"] for place in self.get(self.holder, "accounts/").json()]
        self.assertEqual(numbers, [self.account.number])
        self.assertEqual(self.get(self.staff, "accounts/").json(), [])


class AnswerTests(ApiTestCase):
    def test_tells_days_in_whole_wh_and_gaps_as_gaps(self) -> None:
        path = f"{self.paths[1]}?first_on=2026-11-02&last_on=2026-11-05"
        answer = self.get(self.holder, path).json()
        self.assertEqual(answer["total_wh"], 10_000)
        self.assertEqual(answer["days"][0], {"day": "2026-11-02", "wh": 5_000, "mark": "measured"})
        self.assertEqual([day["wh"] for day in answer["days"][1:3]], [None, None])
        self.assertEqual(
            answer["together"], [{"first_on": "2026-11-03", "last_on": "2026-11-04", "wh": 5_000}]
        )

    def test_refuses_days_that_are_none_or_too_many(self) -> None:
        for query in (
            "first_on=2026-11-05&last_on=2026-11-01",
            "first_on=2020-01-01&last_on=2026-11-01",
            "first_on=2026-11-31",
            "first_on=x%00",
        ):
            self.assertEqual(self.get(self.holder, f"{self.paths[1]}?{query}").status_code, 400)

    def test_tells_a_bill_with_its_lines(self) -> None:
        answer = self.get(self.holder, self.paths[3]).json()
        self.assertEqual(answer["bill"]["total"], self.bill.total)
        self.assertEqual(sum(int(line["kwh"]) for line in answer["lines"]), self.bill.usage_kwh)

    def test_finds_no_bill_under_a_month_that_is_none(self) -> None:
        for month in ("2026-13", "2026-00", "0000-01", "2025-01"):
            path = f"{self.paths[2]}{month}/"
            self.assertEqual(self.get(self.holder, path).status_code, 404, month)

    def test_is_kept_by_no_cache(self) -> None:
        self.client.force_login(self.holder)
        answer = self.client.get(f"/api/v1/{self.paths[3]}")
        self.assertIn("no-store", answer.headers["Cache-Control"])


class SignInTests(TestCase):
    def test_takes_the_session_token_of_allauth(self) -> None:
        user = a_user(password=PASSWORD)
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        account = a_link(user=user).account
        client = APIClient()
        body = {"email": user.email, "password": PASSWORD}
        answer = client.post("/_allauth/app/v1/auth/login", body, format="json")
        self.assertEqual(answer.status_code, 200, answer.content)
        token = answer.json()["meta"]["session_token"]
        found = APIClient().get("/api/v1/accounts/", headers={"X-Session-Token": token}).json()
        self.assertEqual([place["number"] for place in found], [account.number])

    def test_refuses_a_token_that_is_none(self) -> None:
        answer = APIClient().get("/api/v1/accounts/", headers={"X-Session-Token": "x" * 32})
        self.assertIn(answer.status_code, (401, 403))
