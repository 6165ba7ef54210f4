"""Codes of customers, meters and transactions, and what spreadsheets make of them."""

from typing import Any

from openpyxl import Workbook

from billing.models import Bill, Payment
from customers.models import Account, Meter
from customers.tests.factories import an_account
from portal.tests.lib.files import saved, xlsx_parts, xml_rows, zipped

from .bad import BILL, CUSTOMER, PAYMENT, Bad, as_csv, as_xlsx, customers
from .listed import bad_file

CODE, SERIAL = "Mã khách hàng", "Số công tơ"


class CustomerCodeTests(Bad):
    def load(self, *codes: Any) -> Any:
        return self.through("accounts", as_xlsx(customers(*({CODE: code} for code in codes))))

    @bad_file("code-01")
    def test_is_taken(self) -> None:
        self.assertEqual(self.load("PE01000123456").created, 1)

    @bad_file("code-02", "code-04")
    def test_is_put_right_and_stays_one_customer(self) -> None:
        an_account(number="PE01000123456")
        for odd in (
            "pe01000123456", "PE 0100 0123456", "PE01000123456\u00a0", "PE-01000123456",
            "PE01\u200b000123456", "\ufeffPE01000123456",
        ):  # fmt: skip
            load = self.load(odd)
            self.assertEqual((load.refused, load.created), (0, 0), odd)
            self.assertIn("put right", self.remarks(load)[2])
            self.assertEqual(Account.objects.count(), 1)

    @bad_file("code-03", "code-15")
    def test_of_another_form_refuses_the_row(self) -> None:
        load = self.load(
            "PE0100012345", "PE010001234567", "PE0100012345O", "' OR 1=1--",
            "PE01000123456'; DROP TABLE bill;--",
        )  # fmt: skip
        rows = [("x", "11 digits")] * 3 + [("x", "P, a letter"), ("x", "11 digits")]
        self.assert_rows_refused(load, CODE, *rows)
        self.assertFalse(Bill.objects.exists())

    @bad_file("code-06")
    def test_in_scientific_notation_is_never_padded(self) -> None:
        load = self.through("accounts", as_csv(customers({CODE: "1.01E+12"})))
        self.assert_rows_refused(load, CODE, ("1.01E+12", "format the column as text"))

    @bad_file("code-11", "code-12")
    def test_that_is_unknown_makes_no_customer_of_a_bill(self) -> None:
        rows = [BILL | {CODE: f"P{letter}01000123456"} for letter in "EACDM"]
        load = self.preview("bills", as_xlsx(rows))
        self.assert_rows_refused(load, CODE, *[("x", "no account with this")] * 5)
        self.assertFalse(Account.objects.exists())

    @bad_file("code-12")
    def test_of_a_company_that_is_not_ours_refuses_the_row(self) -> None:
        rows = customers({CODE: "PA01000123456", "Mã đơn vị": "PA01"})
        load = self.through("accounts", as_xlsx(rows))
        self.assert_rows_refused(load, "Mã đơn vị", ("PA01", "no regional company"))
        self.assertFalse(Account.objects.exists())


class NumberTests(Bad):
    @bad_file("code-05")
    def test_of_thirteen_digits_is_exact_or_refused(self) -> None:
        an_account(number=PAYMENT[CODE])
        load = self.through("payments", as_xlsx([PAYMENT | {"Mã giao dịch": 1010001234567.0}]))
        self.assertEqual(Payment.objects.get().reference, "1010001234567")
        self.assertIn("taken as text", self.remarks(load)[2])
        load = self.through("accounts", as_xlsx(customers({CODE: 1010001234567.0})))
        self.assert_rows_refused(load, CODE, ("1010001234567", "number here"))

    @bad_file("code-07", "code-08")
    def test_of_a_meter_that_has_lost_digits_refuses_the_row(self) -> None:
        rows = customers({SERIAL: 12345678901234600.0}, {SERIAL: 123.0}, {}, {})
        rows[2][SERIAL], rows[3][SERIAL] = "000124", "000125"
        load = self.through("accounts", as_xlsx(rows))
        self.assert_rows_refused(load, SERIAL, ("1", "digits are lost"), ("123", "3 digits inst"))
        self.assertEqual(set(Meter.objects.values_list("serial", flat=True)), {"000124", "000125"})


class FormulaTests(Bad):
    @bad_file("code-09")
    def test_counts_by_its_stored_result_or_refuses_the_row(self) -> None:
        head, first = tuple(CUSTOMER), list(CUSTOMER.values())
        cells = xml_rows(head, first, first).split("<row ")
        formula = "<f>&quot;PE&quot;&amp;&quot;01000000001&quot;</f>"
        kept = f'<c r="A2" t="str">{formula}<v>PE01000000001</v></c>'
        never = f'<c r="A3" t="str">{formula}</c>'
        for number, cell in ((2, kept), (3, never)):
            head_of, _old, rest = cells[number].partition("<c ")
            cells[number] = head_of + cell + rest[rest.index("</c>") + 4 :]
        load = self.through("accounts", zipped(xlsx_parts("<row ".join(cells))))
        self.assert_rows_refused(load, CODE, ("=", "no stored result"), first=3)
        self.assertEqual(Account.objects.get().number, "PE01000000001")

    @bad_file("code-10")
    def test_that_went_wrong_refuses_the_row_naming_its_error(self) -> None:
        errors = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?")
        book = Workbook()
        for row in [tuple(CUSTOMER), *(tuple(row.values()) for row in customers(*[{}] * 5))]:
            book.active.append(row)
        for number, error in enumerate(errors, 2):
            book.active.cell(number, 2).value = error
        load = self.through("accounts", saved(book))
        self.assert_rows_refused(
            load, "Tên khách hàng", *((error, "shows an error") for error in errors)
        )
        self.assertEqual([value for _c, value, _w in self.refusals(load).values()], list(errors))
        self.assertFalse(Account.objects.exists())


class TwiceTests(Bad):
    def setUp(self) -> None:
        super().setUp()
        an_account(number=BILL[CODE])

    @bad_file("code-13")
    def test_alike_counts_once(self) -> None:
        load = self.through("bills", as_xlsx([BILL, BILL]))
        self.assertEqual((load.created, Bill.objects.count()), (1, 1))
        said = self.remarks(load).get(3, "") + str(self.refusals(load).get(3, ""))
        self.assertIn("says the same", said)

    @bad_file("code-14")
    def test_and_different_counts_never(self) -> None:
        other = BILL | {"Tiền điện": "499661", "Tổng tiền": "539634"}
        load = self.through("bills", as_xlsx([BILL, other]))
        self.assertEqual(set(self.refusals(load)), {2, 3})
        self.assertFalse(Bill.objects.exists())
