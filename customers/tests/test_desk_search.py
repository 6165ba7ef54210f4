"""The one search of the desk: what people type, who sees what, and what a filter cannot ask."""

from django.db import connection
from django.http import HttpResponse
from django.test import TestCase
from django.urls import reverse

from customers.models import Account, StaffRole, User
from customers.services.accounts import search_text
from customers.tests.factories import (
    NOON,
    a_case,
    a_contact,
    a_link,
    a_member,
    a_unit,
    a_user,
    an_account,
    an_sms_retention,
)

SEARCH = reverse("admin:customers_account_changelist")


class FoundByTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account(
            number="PE04010001003", holder_name="Đỗ Đức Yến", address="830 Phạm Văn Đồng"
        )
        self.other = an_account(holder_name="Trần Thùy Hòa", address="445 Quốc lộ 13")
        a_contact(account=self.account, value="+84350402833")
        a_contact(account=self.account, kind="zalo", value="+84350402833")
        a_contact(account=self.account, kind="email", value="yen@example.vn")

    def assert_finds(self, text: str, *accounts: Account) -> None:
        with self.subTest(text):
            self.assertCountEqual(Account.objects.found_by(text), accounts)

    def test_takes_words_without_accents_in_any_order(self):
        for text in (
            "do duc yen",
            "Yến Đỗ",
            "YEN  duc",
            "830 pham van dong",
            "van dong yen 830",
            "Đỗ Đức Yến",
            "ben thanh yen",
        ):
            self.assert_finds(text, self.account)

    def test_takes_the_code_in_any_case_or_a_part_of_it(self):
        for text in ("PE04010001003", "pe04010001003", "0001003"):
            self.assert_finds(text, self.account)

    def test_takes_the_phone_in_any_form_and_finds_each_account_once(self):
        for text in ("0350402833", "+84 350 402 833", "0350.402.833", "84350402833", "350402833"):
            self.assert_finds(text, self.account)

    def test_takes_a_contact_only_whole(self):
        self.assert_finds("035040283")
        self.assert_finds("yen@example")

    def test_takes_an_email_address_in_any_case(self):
        self.assert_finds(" Yen@Example.VN ", self.account)

    def test_takes_signs_as_they_are(self):
        for text in ("%", "_", "yen%", "' OR 1=1 --", "\\"):
            self.assert_finds(text)

    def test_asks_for_no_more_than_eight_words(self):
        self.assert_finds("yen " * 5000, self.account)
        self.assert_finds("yen " * 8 + "nobody", self.account)

    def test_takes_the_last_word_half_typed_and_the_others_whole(self):
        self.assert_finds("yen do du", self.account)
        self.assert_finds("du yen do")

    def test_takes_commas_and_brackets_for_spaces(self):
        self.account.address = "12/3A, hẻm (sau chợ), Phạm Văn Đồng"
        self.account.search_text = search_text(
            number=self.account.number, holder_name=self.account.holder_name,
            address=self.account.address, ward=self.account.ward,
        )  # fmt: skip
        self.account.save()
        for text in ("12/3a hem sau cho", "12/3, Yến", "12 cho, dong", "hẻm-chợ yen"):
            self.assert_finds(text, self.account)

    def test_asks_the_index(self):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Account.objects.found_by("hanh le loi").explain()
        self.assertIn("account_by_words", plan)


class SearchPageTests(TestCase):
    def setUp(self) -> None:
        self.ours, self.theirs = a_unit(code="PE04"), a_unit(code="PE05")
        self.agent = a_member(StaffRole.AGENT)
        self.client.force_login(self.agent)

    def listed(self, query: str) -> list[Account]:
        return list(self.client.get(f"{SEARCH}?{query}").context["cl"].result_list)

    def test_opens_the_account_where_there_is_only_one(self):
        account = an_account(holder_name="Đỗ Đức Yến")
        an_account()
        response = self.client.get(SEARCH, {"q": "yen do"})
        self.assertRedirects(
            response,
            reverse("admin:customers_account_change", args=[account.pk]),
            fetch_redirect_response=False,
        )

    def test_lists_several_by_number_with_what_tells_them(self):
        second = an_account(number="PE04019999999", has_app=True)
        first = an_account(number="PE04010000000", unit=self.ours)
        a_contact(account=first, kind="zalo")
        a_contact(account=first, kind="email", suspended_at=NOON)
        an_sms_retention(account=first)
        response = self.client.get(SEARCH, {"q": "hanh"})
        self.assertEqual(list(response.context["cl"].result_list), [first, second])
        self.assertContains(response, "Zalo · SMS")
        self.assertNotContains(response, "E-mail ·")

    def test_tells_no_way_that_does_not_reach_the_holder(self):
        first = an_account(holder_name="Trần Thị Hạnh", number="PE01000000008")
        an_account(holder_name="Lê Văn Hạnh", number="PE01000000009")
        a_contact(account=first, kind="zalo", owner="relative", value="0999")
        number = a_contact(account=first, suspended_at=NOON, suspended_why="replaced")
        an_sms_retention(account=first, contact=number)
        response = self.client.get(SEARCH, {"q": "hanh"})
        self.assertNotContains(response, "Zalo")
        self.assertNotContains(response, "SMS theo")

    def test_lists_nothing_before_anything_was_asked(self):
        an_account()
        self.assertEqual(self.listed(""), [])
        self.assertEqual(self.listed("q=+"), [])

    def test_says_so_when_nothing_was_found(self):
        response = self.client.get(SEARCH, {"q": "không ai"})
        self.assertContains(response, 'class="empty"')

    def test_shows_twenty_and_counts_no_further(self):
        Account.objects.bulk_create(
            Account(
                number=f"PE0401{number:07d}",
                unit=self.ours,
                holder_name="Nguyễn Thị Hạnh",
                address="1 Lê Lợi",
                ward="Phường Bến Thành",
                search_text="hanh",
            )
            for number in range(130)
        )
        for asked in ({"q": "hanh"}, {"q": "hanh", "all": ""}):
            with self.subTest(asked):
                found = self.client.get(SEARCH, asked).context["cl"]
                self.assertEqual((len(found.result_list), found.result_count), (20, 20))

    def test_asks_the_database_as_often_for_many_as_for_two(self):
        for _ in range(2):
            an_account()
        with self.assertNumQueries(11):
            self.client.get(SEARCH, {"q": "hanh"})
        for _ in range(10):
            account = an_account()
            a_contact(account=account, kind="zalo")
            a_link(account=account)
            an_sms_retention(account=account)
        with self.assertNumQueries(11):
            self.client.get(SEARCH, {"q": "hanh"})

    def test_narrows_to_one_company(self):
        here, _there = an_account(unit=self.ours), an_account(unit=self.theirs)
        self.assertEqual(self.listed(f"unit__id__exact={self.ours.pk}"), [here])

    def test_answers_no_filter_but_the_company(self):
        an_account()
        fields = ("holder_born_in", "holder_name", "search_text", "contacts__value", "links__user")
        lookups = ("exact", "startswith", "contains", "regex", "gt", "lt", "in", "isnull")
        for field in fields:
            for lookup in lookups:
                with self.subTest(field=field, lookup=lookup):
                    response = self.client.get(SEARCH, {f"{field}__{lookup}": "1"})
                    self.assertEqual(response.status_code, 400)


class RequestTests(TestCase):
    """The number of a request, as it was heard, opens it to who may see it."""

    def setUp(self) -> None:
        unit = a_unit()
        self.case = a_case(account=an_account(unit=unit), number="01A1B2C3", unit=unit)
        self.officer = a_member(StaffRole.OFFICER, unit=unit)

    def find(self, user: User, text: str) -> HttpResponse:
        self.client.force_login(user)
        return self.client.get(SEARCH, {"q": text})

    def test_is_found_by_its_number_as_it_was_heard(self):
        page = reverse("admin:customers_case_change", args=[self.case.pk])
        for text in ("01A1-B2C3", "oia1 b2c3", "01a1b2c3"):
            with self.subTest(text):
                found = self.find(self.officer, text)
                self.assertRedirects(found, page, fetch_redirect_response=False)

    def test_is_not_found_by_another_company_or_by_a_part_of_it(self):
        elsewhere = a_member(StaffRole.OFFICER, unit=a_unit(code="PE77"))
        self.assertEqual(self.find(elsewhere, "01A1B2C3").status_code, 200)
        self.assertEqual(self.find(self.officer, "01A1B2C").status_code, 200)


class VisibilityTests(TestCase):
    """Three people: an officer of the company, one of another, and people who are no staff."""

    def setUp(self) -> None:
        ours, theirs = a_unit(code="PE04"), a_unit(code="PE05")
        self.here = [an_account(unit=ours), an_account(unit=ours)]
        self.there = [an_account(unit=theirs), an_account(unit=theirs)]
        self.officer = a_member(StaffRole.OFFICER, unit=ours)

    def test_lists_an_officer_their_company_alone_and_offers_no_other(self):
        self.client.force_login(self.officer)
        response = self.client.get(SEARCH, {"q": "hanh"})
        self.assertCountEqual(response.context["cl"].result_list, self.here)
        self.assertFalse(response.context["cl"].has_filters)

    def test_sends_nobody_to_the_sign_in_page_and_shows_a_customer_nothing(self):
        self.assertRedirects(
            self.client.get(SEARCH),
            f"{reverse('account_login')}?next={SEARCH}",
            fetch_redirect_response=False,
        )
        holder = a_user()
        a_link(user=holder, account=self.here[0])
        self.client.force_login(holder)
        response = self.client.get(SEARCH, {"q": "hanh"}, follow=True)
        self.assertEqual(response.status_code, 404)

    def test_shows_staff_without_a_role_nothing(self):
        self.client.force_login(a_user(is_staff=True))
        self.assertEqual(self.client.get(SEARCH, {"q": "hanh"}).status_code, 403)
