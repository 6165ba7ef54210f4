"""Lists of the desk as files: whose rows, in which order, to whom, and what is written down."""

import csv
import io
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from django.test import Client, TestCase, override_settings
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from structlog.testing import capture_logs

from billing.tests.factories import a_bill, a_payment
from customers.models import Account, Download, OperatingUnit, Protection, StaffRole, User
from customers.tests.factories import (
    a_contact,
    a_member,
    a_meter,
    a_superuser,
    a_unit,
    a_user,
    an_account,
)
from notifications.tests.factories import an_outage
from portal.lib import workbooks
from portal.lib.files_out import Form
from portal.site import list_files
from portal.tests.desk_rows import (
    ELSEWHERE,
    STAFF,
    a_row_of_each,
    ask,
    label,
    person,
    registered,
    url,
)
from portal.tests.test_desk_matrix import OPEN

# Tables whose rows are of the one company in the world of these tests.
OF_COMPANIES = {
    *(name for name in OPEN if name not in list_files.NOBODYS),
    "notifications.Cutover",
}
TAKERS = {StaffRole.SUPERVISOR, StaffRole.OPERATOR}
ACCOUNTS, BILLS, PAYMENTS = "customers/account", "billing/bill", "billing/payment"


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def lines(answer: Any) -> list[list[str]]:
    """The cells of a CSV file in which nothing is quoted."""
    return [line.split(";") for line in content(answer).decode("utf-8-sig").splitlines()]


class Taking(TestCase):
    def take(
        self, table: str, query: str = "", *, form: str = "csv", verb: str = "take", **more: Any
    ) -> Any:
        app, model = table.split("/")
        path = reverse(f"admin:list_{verb}", args=[app, model])
        return self.client.post(path + query, {"form": form}, **more)


class EveryListTests(TestCase):
    account: Account
    people: dict[str, User]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.account = a_row_of_each()
        cls.people = {role: person(role) for role in (*STAFF, "customer")}
        cls.people["supervisor_elsewhere"] = a_member(
            StaffRole.SUPERVISOR, unit=OperatingUnit.objects.get(code="PE77")
        )

    def path(self, table: Any, verb: str = "take") -> str:
        return reverse(f"admin:list_{verb}", args=[table.opts.app_label, table.opts.model_name])

    def test_leaves_or_is_named_with_the_reason(self):
        names = {label(table) for table in registered()}
        self.assertLessEqual(list_files.STAY.keys() | list_files.NOBODYS, names)
        self.assertFalse(list_files.STAY.keys() & list_files.NOBODYS)
        self.assertTrue(all(list_files.STAY.values()))

    def status(self, user: User, table: Any) -> int:
        return ask(user, self.path(table) + self.narrowed(table), {"form": "csv"}).status_code

    def narrowed(self, table: Any) -> str:
        """Of accounts nothing is listed before a company is chosen; of cases first one's own."""
        queries = {
            "customers.Account": f"?unit__id__exact={self.account.unit_id}",
            "customers.Case": "?queue=company",
        }
        return queries.get(label(table), "")

    def test_leaves_for_whoever_sees_it_and_about_customers_for_two_roles_alone(self):
        for role, user in self.people.items():
            plain = role if role == ELSEWHERE else role.removesuffix("_elsewhere")
            for table in registered():
                name = label(table)
                may = plain in OPEN[name]["changelist"] and (
                    name in list_files.NOBODYS or plain in TAKERS
                )
                with self.subTest(role=role, table=name):
                    found = self.status(user, table)
                    if not user.is_staff:
                        self.assertEqual(found, 302)
                    elif name in list_files.STAY:
                        self.assertEqual(found, 404)
                    elif not may:
                        self.assertEqual(found, 403)
                    elif role.endswith("_elsewhere") and name in OF_COMPANIES:
                        # Back to a page that is as empty.
                        self.assertEqual(found, 302)
                    else:
                        self.assertEqual(found, 200)

    def test_holds_each_row_of_the_page_in_either_form(self):
        boss = self.people[StaffRole.SUPERVISOR]
        leaving = [one for one in registered() if label(one) not in list_files.STAY]
        for table in leaving:
            query = self.narrowed(table)
            shown = ask(boss, url(table, "changelist") + query).context_data["cl"]
            for form in Form:
                with self.subTest(table=label(table), form=form):
                    answer = ask(boss, self.path(table) + query, {"form": form.value})
                    self.assertEqual(answer.status_code, 200)
                    file = io.BytesIO(content(answer))
                    if form is Form.CSV:
                        rows = list(csv.reader(io.TextIOWrapper(file, "utf-8-sig"), delimiter=";"))
                    else:
                        rows = list(load_workbook(file).active.iter_rows(values_only=True))
                    self.assertEqual(len(rows), 1 + shown.queryset.count())
                    self.assertEqual({len(row) for row in rows}, {len(rows[0])})
                    self.assertFalse([cell for row in rows for cell in row if "</" in str(cell)])

    def test_that_stays_shows_no_way_to_take_it(self):
        self.client.force_login(self.people[StaffRole.SUPERVISOR])
        page = self.client.get(reverse("admin:customers_look_changelist"))
        self.assertNotContains(page, 'class="take-list"')

    def test_unknown_is_not_there(self):
        self.client.force_login(self.people[StaffRole.SUPERVISOR])
        for app, model in (("auth", "group"), ("customers", "loadnote"), ("x", "y")):
            answer = self.client.post(
                reverse("admin:list_take", args=[app, model]), {"form": "csv"}
            )
            self.assertEqual(answer.status_code, 404)


class RowsTests(Taking):
    def setUp(self) -> None:
        self.here, self.there = a_unit(code="PE01"), a_unit(code="PE09")
        self.mine = an_account(unit=self.here, holder_name="=Lê An")
        self.other = an_account(unit=self.there)
        for account in (self.mine, self.other):
            a_meter(account=account)
            a_bill(account=account)

    def sign_in(self, role: str, unit: OperatingUnit | None = None) -> User:
        user = a_member(role, unit=unit)
        self.client.force_login(user)
        return user

    def numbers(self, table: str, query: str = "", place: int = 1) -> list[str]:
        return [line[place] for line in lines(self.take(table, query))[1:]]

    def test_are_those_of_the_own_company(self):
        self.sign_in(StaffRole.SUPERVISOR, self.there)
        self.assertEqual(self.numbers(BILLS), [self.other.number])
        self.sign_in(StaffRole.SUPERVISOR)
        self.assertCountEqual(self.numbers(BILLS), [self.mine.number, self.other.number])

    def test_leave_out_who_is_protected(self):
        Protection.objects.create(account=self.mine, why="x", by=a_superuser(), at=timezone.now())
        self.sign_in(StaffRole.OPERATOR)
        self.assertEqual(self.numbers(BILLS), [self.other.number])

    def test_are_those_that_the_filters_and_the_search_leave(self):
        self.sign_in(StaffRole.OPERATOR)
        a_bill(account=self.mine, month=date(2026, 1, 1))
        self.assertEqual(self.numbers(BILLS, f"?q={self.other.number}"), [self.other.number])
        self.assertEqual(len(self.numbers(BILLS)), 3)
        january = "?month__gte=2026-01-01&month__lt=2026-02-01"
        self.assertEqual(self.numbers(BILLS, january), [self.mine.number])

    def test_of_accounts_are_of_the_company_chosen_and_none_where_nothing_is(self):
        self.sign_in(StaffRole.OPERATOR)
        query = f"?unit__id__exact={self.here.pk}"
        self.assertEqual(self.numbers(ACCOUNTS, query, place=0), [self.mine.number])
        self.assertRedirects(
            self.take(ACCOUNTS), reverse("admin:customers_account_changelist"),
            fetch_redirect_response=False,
        )  # fmt: skip

    def test_stand_in_the_order_of_the_page(self):
        self.sign_in(StaffRole.OPERATOR)
        for reference, days in (("GD1", 1), ("GD2", 3), ("GD3", 2)):
            a_payment(
                bill=self.mine.bills.get(), reference=reference,
                paid_at=timezone.now() - timedelta(days=days), amount=1,
            )  # fmt: skip
        self.assertEqual(self.numbers(PAYMENTS, place=5), ["GD1", "GD3", "GD2"])
        self.assertEqual(self.numbers(PAYMENTS, "?o=2", place=5), ["GD2", "GD3", "GD1"])

    def test_run_no_formula_and_are_wholly_there(self):
        self.sign_in(StaffRole.OPERATOR)
        a_contact(account=self.mine, value="+84901234567")
        query = f"?unit__id__exact={self.here.pk}"
        (_head, line) = lines(self.take(ACCOUNTS, query))
        self.assertEqual(line[1], "'=Lê An")
        self.assertEqual(line[5], "'+84901234567")
        sheet = load_workbook(io.BytesIO(content(self.take(ACCOUNTS, query, form="xlsx")))).active
        self.assertEqual(sheet["B2"].value, "'=Lê An")
        self.assertEqual({cell.data_type for cell in sheet[2] if cell.value}, {"s", "n"})

    def test_cost_the_same_questions_however_many_they_are(self):
        self.sign_in(StaffRole.OPERATOR)
        for _more in range(2):
            with self.assertNumQueries(12):
                content(self.take(BILLS))
            for _one in range(5):
                a_bill(account=an_account(unit=self.here))

    def test_that_the_address_line_may_not_ask_for_are_refused(self):
        self.sign_in(StaffRole.OPERATOR)
        for query in ("?total__gte=1", "?account__holder_name__startswith=L", "?month__gte=x"):
            with self.subTest(query):
                self.assertIn(self.take(BILLS, query).status_code, (400, 404))


class RecordTests(Taking):
    def setUp(self) -> None:
        self.unit = a_unit()
        for _one in range(3):
            a_bill(account=an_account(unit=self.unit))
        self.operator = a_member(StaffRole.OPERATOR)
        self.client.force_login(self.operator)

    def test_of_a_list_about_customers_stands_in_each_line_and_the_log(self):
        with capture_logs() as log:
            answer = self.take(BILLS)
            found = lines(answer)
        taken = Download.objects.get()
        self.assertEqual((taken.asked_by, taken.rows), (self.operator, 3))
        self.assertEqual({line[-1] for line in found[1:]}, {str(taken.pk)})
        self.assertIn(f"-{taken.pk}.csv", answer["Content-Disposition"])
        told = [one for one in log if one["event"] == "customers_data_downloaded"]
        self.assertEqual([one["rows"] for one in told], [3])

    def test_says_how_it_was_narrowed_but_not_who_was_searched_for(self):
        number = Account.objects.earliest("pk").number
        content(self.take(BILLS, f"?q={number}&ours=none"))
        what = Download.objects.get().what
        self.assertIn("·", what)
        self.assertNotIn(number, what)

    def test_of_a_list_about_nobody_is_none(self):
        an_outage(unit=self.unit)
        self.client.force_login(a_member(StaffRole.AGENT))
        answer = self.take("notifications/outage")
        self.assertEqual(len(lines(answer)), 2)
        self.assertFalse(Download.objects.exists())

    @override_settings(DESK_MOST_EXPORTED=2)
    def test_of_a_long_list_needs_a_second_person_once(self):
        refused = self.take(BILLS)
        self.assertEqual(refused.status_code, 403)
        self.assertContains(refused, reverse("admin:list_ask", args=["billing", "bill"]),
                            status_code=403)  # fmt: skip
        self.assertFalse(Download.objects.exists())
        back = reverse("admin:billing_bill_changelist")
        self.assertRedirects(self.take(BILLS, verb="ask"), back, fetch_redirect_response=False)
        asked = Download.objects.get()
        self.assertEqual(self.take(BILLS).status_code, 403)
        Download.objects.update(approved_by=a_superuser(), approved_at=timezone.now())
        self.assertEqual(self.take(BILLS, "?ours=none").status_code, 403)
        self.assertEqual(lines(self.take(BILLS))[1][-1], str(asked.pk))
        self.assertEqual(self.take(BILLS).status_code, 403)

    def test_counts_towards_what_one_person_takes_in_a_day(self):
        with override_settings(DESK_MOST_EXPORTED=5):
            self.assertEqual(self.take(BILLS).status_code, 200)
            self.assertEqual(self.take(BILLS, form="xlsx").status_code, 403)

    def test_holds_no_more_lines_than_were_counted(self):
        answer = self.take(BILLS)
        a_bill(account=an_account(unit=self.unit))
        self.assertEqual(len(lines(answer)), 4)


class WayInTests(Taking):
    def setUp(self) -> None:
        a_bill(account=an_account(unit=a_unit()))
        self.client.force_login(a_member(StaffRole.OPERATOR))

    def test_is_a_button_of_a_page_of_ours(self):
        path = reverse("admin:list_take", args=["billing", "bill"])
        self.assertEqual(self.client.get(path).status_code, 405)
        away = self.take(BILLS, headers={"Sec-Fetch-Site": "cross-site"})
        self.assertEqual(away.status_code, 403)
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(a_member(StaffRole.OPERATOR))
        self.assertEqual(strict.post(path, {"form": "csv"}).status_code, 403)
        self.assertFalse(Download.objects.exists())

    def test_stands_below_the_list_for_whoever_may(self):
        page = reverse("admin:billing_bill_changelist")
        found = self.client.get(f"{page}?ours=none&p=1")
        self.assertContains(found, 'action="/desk/billing/bill/list/take/?ours=none"')
        self.client.force_login(a_member(StaffRole.AGENT))
        self.assertNotContains(self.client.get(page), "take-list")

    def test_knows_two_forms(self):
        self.assertEqual(self.take(BILLS, form="ods").status_code, 404)

    def test_says_when_a_list_fits_into_no_workbook(self):
        with patch.object(workbooks, "MOST_ROWS", 1):
            self.assertEqual(self.take(BILLS, form="xlsx").status_code, 302)
        self.assertFalse(Download.objects.exists())

    def test_is_none_for_customers_and_for_nobody(self):
        for user in (a_user(), None):
            client = Client()
            if user:
                client.force_login(user)
            answer = client.post(reverse("admin:list_take", args=["billing", "bill"]))
            self.assertIn(answer.status_code, (302, 404))
