"""Why a bill differs from another one, as the page says it."""

import re
from datetime import date, timedelta

from django.urls import reverse

from billing.models import Bill
from billing.tests.factories import a_bill, some_reads
from billing.tests.test_pages import PagesTestCase
from customers.models import AccountLink, TariffGroup
from customers.tests.factories import a_link, a_superuser, a_user

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
# Whole calendar months of one household, priced by the list in force.
LESS = {"usage_kwh": 200, "net": 439_700, "total": 474_876}
MORE = {"usage_kwh": 250, "net": 589_600, "total": 636_768}


def amounts(page: str) -> list[int]:
    """The figures of the table of causes, its sum the last."""
    table = page[page.index("What makes the difference</caption>") :]
    cells = re.findall(
        r'<td class="right">([+\u2212]?)([\d.]+) đ</td>', table[: table.index("</table>")]
    )
    return [
        int(digits.replace(".", "")) * (-1 if sign == "\u2212" else 1) for sign, digits in cells
    ]


class ChangePageTests(PagesTestCase):
    def bills(
        self, before: dict[str, int] = LESS, after: dict[str, int] = MORE
    ) -> tuple[Bill, Bill]:
        first = a_bill(account=self.account, month=SEPTEMBER, **before)
        return first, a_bill(account=self.account, month=OCTOBER, **after)

    def change(self, query: str = "") -> str:
        answer = self.client.get(
            reverse("bill_change", args=[self.account.number, OCTOBER]) + query
        )
        self.assertEqual(answer.status_code, 200)
        return answer.content.decode().replace("\u00a0", " ")

    def test_names_causes_that_add_up_to_the_dong(self) -> None:
        self.bills()
        page = self.change()
        *parts, total = amounts(page)
        self.assertEqual(total, 636_768 - 474_876)
        self.assertEqual(sum(parts), total)
        self.assertIn("161.892 đ higher than that of 09/2026", page)

    def test_says_a_lower_bill_with_a_minus(self) -> None:
        self.bills(before=MORE, after=LESS)
        page = self.change()
        self.assertEqual(amounts(page)[-1], 474_876 - 636_768)
        self.assertIn("161.892 đ lower than that of 09/2026", page)

    def test_compares_with_the_bill_that_was_chosen(self) -> None:
        self.bills()
        a_bill(account=self.account, month=date(2026, 7, 1), **MORE)
        page = self.change("?than=2026-07")
        self.assertIn("as high as that of 07/2026", page)
        self.assertIn('<option value="2026-07" selected>', page)

    def test_has_an_answer_of_its_own_for_equal_bills(self) -> None:
        first, second = self.bills(before=LESS, after=LESS)
        Bill.objects.filter(pk=first.pk).update(index_from_wh=0, index_to_wh=200_000)
        Bill.objects.filter(pk=second.pk).update(index_from_wh=200_000, index_to_wh=400_000)
        some_reads(meter=self.account.meters.get(), from_day=OCTOBER, steps_wh=[7_000] * 3)
        page = self.change()
        self.assertIn("went on from 0 to 200 in the first and to 400", page)
        self.assertIn("Day by day", page)
        self.assertIn("no data yet", page)

    def test_calls_equal_indexes_of_two_periods_a_mistake(self) -> None:
        self.bills(before=LESS, after=LESS)
        self.assertIn("which should not be", self.change())

    def test_shows_no_days_to_those_who_may_not_see_them(self) -> None:
        self.bills(before=LESS, after=LESS)
        relative = a_link(account=self.account, role=AccountLink.Role.RELATIVE)
        self.client.force_login(relative.user)
        self.assertNotIn("Day by day", self.change())

    def test_leaves_prices_by_the_hour_to_the_figures(self) -> None:
        self.account.group, self.account.voltage = TariffGroup.BUSINESS, "<6kV"
        self.account.save()
        self.bills()
        page = self.change()
        self.assertIn("depends on the hours of use", page)
        self.assertIn("Both bills side by side", page)

    def test_says_that_there_is_no_other_bill(self) -> None:
        a_bill(account=self.account, month=OCTOBER)
        self.assertIn("no other bill yet", self.change())

    def test_is_offered_where_there_is_an_earlier_bill_alone(self) -> None:
        self.bills()
        for month, offered in ((SEPTEMBER, False), (OCTOBER, True)):
            bill = reverse("bill", args=[self.account.number, month])
            link = reverse("bill_change", args=[self.account.number, month])
            self.assertEqual(link in self.client.get(bill).content.decode(), offered, month)

    def test_is_not_there_for_what_is_no_bill_of_this_address(self) -> None:
        self.bills()
        url = reverse("bill_change", args=[self.account.number, OCTOBER])
        for asked in ("2026-01", "2026-10", "13/2026", "x", "9" * 40):
            self.assertEqual(self.client.get(url, {"than": asked}).status_code, 404, asked)

    def test_is_there_for_the_holder_alone(self) -> None:
        self.bills()
        url = reverse("bill_change", args=[self.account.number, OCTOBER])
        for person in (a_user(), a_superuser()):
            self.client.force_login(person)
            self.assertEqual(self.client.get(url).status_code, 404)
        viewer = a_link(account=self.account, role=AccountLink.Role.VIEWER)
        self.client.force_login(viewer.user)
        self.assertEqual(self.client.get(url).status_code, 404)

    def test_costs_the_same_queries_for_any_number_of_bills(self) -> None:
        self.bills()
        self.change()
        with self.assertNumQueries(5):
            self.change()
        for back in range(1, 6):
            a_bill(
                account=self.account, month=(SEPTEMBER - timedelta(days=30 * back)).replace(day=1)
            )
        with self.assertNumQueries(5):
            self.change()
