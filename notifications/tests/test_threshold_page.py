"""The page and the API of a threshold of use: whom they open to, what they take, what they say."""

from datetime import date
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from billing.tests.factories import a_bill, some_reads
from customers.models import AccountLink
from customers.tests.factories import a_link, a_meter, a_superuser, a_user, an_account
from customers.tests.pages import in_english
from notifications.models import KindPolicy, UseThreshold
from notifications.tests.factories import a_dispatch, a_notice, a_passing, a_threshold
from notifications.tests.test_thresholds import A_DAY_WH, AT, EVE, TODAY

Role = AccountLink.Role
DAYS = ["totals", "notices", "days"]
NONE = {"kwh": None, "dong": None, "step": None}


class PageTestCase(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.account = an_account(reading_day=31)
        for month, kwh in ((8, 210), (9, 260), (10, 220)):
            a_bill(account=cls.account, month=date(2026, month, 1), usage_kwh=kwh)
        some_reads(meter=a_meter(account=cls.account), from_day=EVE, steps_wh=[A_DAY_WH] * 15)
        cls.link = a_link(account=cls.account)
        cls.relative = a_link(account=cls.account, role=Role.RELATIVE, rights=DAYS).user

    def setUp(self) -> None:
        patcher = patch("django.utils.timezone.now", return_value=AT)
        patcher.start()
        self.addCleanup(patcher.stop)
        self.url = reverse("threshold", args=[self.account.number])
        self.client.force_login(self.link.user)

    def save(self, typed: str | None, unit: str = "kwh", **options: Any) -> Any:
        answers = {"unit": unit} if typed is None else {"unit": unit, "amount": typed}
        return self.client.post(self.url, answers, **options)


class AccessTests(PageTestCase):
    def test_opens_to_who_sees_the_days_and_to_nobody_else(self) -> None:
        closed = (
            a_link(account=self.account, role=Role.RELATIVE).user,
            a_link(account=self.account, role=Role.RELATIVE, rights=["totals", "days"]).user,
            a_link(account=self.account, role=Role.VIEWER).user,
            a_link(account=self.account, role=Role.HOUSEHOLD, moved_out_on=TODAY).user,
            a_user(),
            a_superuser(),
        )
        api, api_url = APIClient(), f"/api/v1/accounts/{self.account.number}/threshold/"
        remove = reverse("remove_threshold", args=[self.account.number])
        for user, status in (
            (self.link.user, 200),
            (self.relative, 200),
            *((u, 404) for u in closed),
        ):
            self.client.force_login(user)
            api.force_authenticate(user)
            self.assertEqual(self.client.get(self.url).status_code, status)
            self.assertEqual(api.get(api_url).status_code, status)
            if status == 404:
                self.assertEqual(self.save("300").status_code, 404)
                self.assertEqual(self.client.post(remove).status_code, 404)
                put = api.put(api_url, {"kwh": 300}, format="json")
                self.assertEqual(put.status_code, 404)
        self.assertFalse(UseThreshold.objects.exists())

    def test_shows_nobody_what_another_has_set(self) -> None:
        a_threshold(link=self.link, kwh=777)
        a_passing(link=self.link, kwh=777, used_wh=778_000)
        self.assertContains(self.client.get(self.url), "777")
        self.client.force_login(self.relative)
        self.assertNotContains(self.client.get(self.url), "777")

    def test_is_linked_from_the_use_and_from_the_preferences_of_who_may(self) -> None:
        link = f'href="{self.url}"'
        for name in ("address", "account_preferences"):
            page = self.client.get(reverse(name, args=[self.account.number]))
            self.assertContains(page, link)
        self.client.force_login(a_link(account=self.account, role=Role.RELATIVE).user)
        page = self.client.get(reverse("address", args=[self.account.number]))
        self.assertNotContains(page, link)

    def test_counts_its_notice_as_seen_when_its_person_opens_it(self) -> None:
        passing = a_passing(link=AccountLink.objects.get(user=self.relative))
        notice = a_notice(account=self.account, kind="use_threshold", subject="x", passing=passing)
        a_dispatch(notice=notice, channel="inbox", status="accepted")
        url = reverse("notice", args=[notice.code])
        self.assertEqual(self.client.get(url).status_code, 404)
        self.client.force_login(self.relative)
        self.assertContains(self.client.get(url), "312,4")
        notice.refresh_from_db()
        self.assertEqual((notice.reach, notice.reached_by), ("seen", "inbox"))


class ShowTests(PageTestCase):
    def test_says_what_is_used_now_and_usually(self) -> None:
        in_english(self.client)
        page = self.client.get(self.url)
        for text in ("150\u00a0kWh", "Until", "220\u00a0kWh", "260\u00a0kWh", "last 3 periods"):
            self.assertContains(page, text)

    def test_says_that_nothing_is_known_where_nothing_is(self) -> None:
        in_english(self.client)
        account = an_account()
        self.client.force_login(a_link(account=account).user)
        page = self.client.get(reverse("threshold", args=[account.number]))
        self.assertContains(page, "no data yet", count=2)
        self.assertNotContains(page, "0\u00a0kWh")

    def test_says_when_a_consent_is_lacking(self) -> None:
        KindPolicy.objects.filter(kind="use_threshold").update(consent="advice")
        consents = reverse("consents", args=[self.account.number])
        self.assertContains(self.client.get(self.url), consents)

    def test_costs_the_same_queries_however_much_is_known(self) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as made:
                self.client.get(self.url)
            return len(made)

        self.client.get(self.url)
        before = cost()
        for month in range(1, 8):
            a_bill(account=self.account, month=date(2026, month, 1))
            a_passing(link=self.link, starts_on=date(2026, month, 1), until=date(2026, month, 2))
        self.assertEqual(cost(), before)


class SaveTests(PageTestCase):
    def test_saves_changes_and_removes(self) -> None:
        for typed, kwh in (("300", 300), ("1.250", 1250), (" 400 kWh ", 400), ("1 000", 1000)):
            self.assertRedirects(self.save(typed), self.url)
            self.assertEqual(UseThreshold.objects.get().kwh, kwh, typed)
        remove = reverse("remove_threshold", args=[self.account.number])
        for _ in range(2):
            self.assertRedirects(self.client.post(remove), self.url)
            self.assertFalse(UseThreshold.objects.exists())
        self.assertEqual(self.client.get(remove).status_code, 405)

    def test_takes_both_ends_of_the_range(self) -> None:
        for typed, kwh in (("1", 1), ("100000", 100_000), ("100.000", 100_000)):
            self.save(typed)
            self.assertEqual(UseThreshold.objects.get().kwh, kwh)

    BAD = (
        ("-1", "Xin gõ một số từ 1 đến 100.000.", "Type a number from 1 to 100.000."),
        ("−1", "Xin gõ một số từ 1 đến 100.000.", "Type a number from 1 to 100.000."),
        ("0", "Xin gõ một số từ 1 đến 100.000.", "Type a number from 1 to 100.000."),
        ("100001", "Xin gõ một số từ 1 đến 100.000.", "Type a number from 1 to 100.000."),
        ("9" * 5000, "Xin gõ một số từ 1 đến 100.000.", "Type a number from 1 to 100.000."),
        ("1e12", "Xin chỉ gõ bằng các chữ số 0 đến 9", "Type the number with the digits 0 to 9"),
        ("NaN", "Xin chỉ gõ bằng các chữ số 0 đến 9", "Type the number with the digits 0 to 9"),
        ("inf", "Xin chỉ gõ bằng các chữ số 0 đến 9", "Type the number with the digits 0 to 9"),
        ("١٠٠", "Xin chỉ gõ bằng các chữ số 0 đến 9", "Type the number with the digits 0 to 9"),
        ("0x10", "Xin chỉ gõ bằng các chữ số 0 đến 9", "Type the number with the digits 0 to 9"),
        ("<b>5</b>", "Xin chỉ gõ bằng các chữ số 0 đến 9", "Type the number with the digits 0"),
        ("99,5", "Xin gõ số nguyên, không có phần lẻ", "Type a whole number, without decimals"),
        ("99.5", "Xin gõ số nguyên, không có phần lẻ", "Type a whole number, without decimals"),
        ("1,000", "Xin gõ số nguyên, không có phần lẻ", "Type a whole number, without decimals"),
        ("", "Xin gõ số kWh, ví dụ 300.", "Type how many kWh, for example 300."),
        ("   ", "Xin gõ số kWh, ví dụ 300.", "Type how many kWh, for example 300."),
        (None, "Xin gõ số kWh, ví dụ 300.", "Type how many kWh, for example 300."),
    )

    def test_refuses_what_is_no_number_of_kwh_and_names_the_mend(self) -> None:
        for language in (1, 2):
            for typed, *words in self.BAD:
                page = self.save(typed)
                self.assertContains(page, words[language - 1])
                self.assertContains(page, 'class="error-summary"')
                if typed and typed.strip():
                    shown = typed.replace("<", "&lt;").replace(">", "&gt;")
                    self.assertContains(page, f'value="{shown}"')
            in_english(self.client)
        self.assertFalse(UseThreshold.objects.exists())

    def test_leaves_what_was_saved_alone_when_it_refuses(self) -> None:
        self.save("300")
        self.save("NaN")
        self.assertEqual(UseThreshold.objects.get().kwh, 300)


class ApiTests(PageTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = APIClient()
        self.api.force_authenticate(self.link.user)
        self.path = f"/api/v1/accounts/{self.account.number}/threshold/"

    def put(self, body: object) -> Any:
        return self.api.put(self.path, body, format="json")

    def test_reads_sets_and_removes(self) -> None:
        for kwh in (None, 300, 400, None, None):
            answer = self.put({"kwh": kwh})
            self.assertEqual((answer.status_code, answer.json()), (200, NONE | {"kwh": kwh}))
            self.assertEqual(self.api.get(self.path).json(), NONE | {"kwh": kwh})

    def test_refuses_what_is_no_number_of_kwh(self) -> None:
        for kwh in (-1, 0, 1e12, 100_001, "NaN", "99,5", 99.5, "", True, [], {}):
            self.assertEqual(self.put({"kwh": kwh}).status_code, 400, kwh)
        for body in ({}, [], "x", 1):
            self.assertEqual(self.put(body).status_code, 400, body)
        self.assertFalse(UseThreshold.objects.exists())

    def test_takes_one_of_three(self) -> None:
        for given in ({"dong": 500_000}, {"step": 3}, {"kwh": 300, "dong": None}):
            answer = self.put(given)
            self.assertEqual((answer.status_code, answer.json()), (200, NONE | given), given)
        for given in ({"kwh": 300, "dong": 500_000}, {"step": 1}, {"step": 9}, {"dong": 999}):
            self.assertEqual(self.put(given).status_code, 400, given)


class UnitTests(PageTestCase):
    def test_saves_an_amount_and_a_step(self) -> None:
        in_english(self.client)
        for typed, unit, words in (
            ("500.000 đ", "dong", "500.000\u00a0đ"),
            ("3", "step", "step 2 (into step 3)"),
        ):
            self.assertRedirects(self.save(typed, unit), self.url)
            found = UseThreshold.objects.get()
            self.assertEqual((found.unit, found.kwh), (unit, None))
            self.assertContains(self.client.get(self.url), words)

    def test_refuses_in_the_words_of_the_unit(self) -> None:
        for typed, unit, words in (
            ("", "dong", "Xin gõ số tiền, ví dụ 500.000."),
            ("999", "dong", "Xin gõ một số từ 1.000 đến 1.000.000.000."),
            ("", "step", "Xin gõ bậc giá, ví dụ 3."),
            ("1", "step", "Xin gõ một số từ 2 đến 6."),
            ("7", "step", "Xin gõ một số từ 2 đến 6."),
            ("300", "tấn", "Xin chọn một trong các mục này."),
        ):
            with self.subTest(typed=typed, unit=unit):
                self.assertContains(self.save(typed, unit), words)
        self.assertFalse(UseThreshold.objects.exists())

    def test_offers_kwh_alone_where_the_price_depends_on_hours(self) -> None:
        account = an_account(group="business", voltage="<6kV")
        self.client.force_login(a_link(account=account).user)
        url = reverse("threshold", args=[account.number])
        self.assertNotContains(self.client.get(url), 'value="dong"')
        self.client.post(url, {"unit": "dong", "amount": "500000"})
        self.assertFalse(UseThreshold.objects.exists())
        self.client.post(url, {"unit": "kwh", "amount": "500"})
        self.assertEqual(UseThreshold.objects.get().kwh, 500)
