"""Amounts: whole đồng, in the one way of their column; and numbers of banks, which none holds."""

from typing import Any

from billing.models import Bill, Debit, Payment
from customers.models import AutoDebit
from customers.tests.factories import an_account

from .bad import BILL, PAYMENT, Bad, as_csv, as_xlsx
from .listed import bad_file

AMOUNT = "Số tiền"


class AmountTests(Bad):
    def setUp(self) -> None:
        super().setUp()
        self.account = an_account(number=PAYMENT["Mã khách hàng"])

    def rows(self, *amounts: Any) -> list[dict[str, Any]]:
        numbered = enumerate(amounts)
        return [PAYMENT | {AMOUNT: one, "Mã giao dịch": f"GD{n}"} for n, one in numbered]

    def amounts(self) -> list[int]:
        return list(Payment.objects.order_by("reference").values_list("amount", flat=True))

    @bad_file("money-01")
    def test_are_the_same_however_a_column_writes_them(self) -> None:
        dot = ("1.250.000", "1250000", "1.250.000 ₫", "1 250 000 đ")
        load = self.through("payments", as_xlsx(self.rows(*dot)))
        self.assertEqual((load.refused, self.amounts()), (0, [1_250_000] * 4))
        self.assertIn("dot thousands", str(load.report["rules"]))
        Payment.objects.all().delete()
        load = self.through("payments", as_xlsx(self.rows("1,250,000", "1250000.00")))
        self.assertEqual((load.refused, self.amounts()), (0, [1_250_000] * 2))
        self.assertIn("comma thousands", str(load.report["rules"]))

    @bad_file("money-02")
    def test_written_in_two_ways_stop_the_file(self) -> None:
        content = as_xlsx(self.rows("1.250", "1.250.000", "850.5"))
        self.assert_refused(content, "two ways", kind="payments")

    @bad_file("money-03")
    def test_below_zero_are_refused_and_nothing_is_not_asked_for(self) -> None:
        credit = BILL | {"Tiền điện": "-50,000", "Tiền thuế GTGT": "-4,000", "Tổng tiền": "-54,000"}
        load = self.preview("bills", as_xlsx([credit]))
        self.assertEqual(list(self.refusals(load)), [2])
        nothing = BILL | {
            "Chỉ số cuối": "31970", "Sản lượng (kWh)": "0", "Tiền điện": "0",
            "Tiền thuế GTGT": "0", "Tổng tiền": "0",
        }  # fmt: skip
        load = self.through("bills", as_xlsx([nothing]))
        self.assertEqual((load.refused, Bill.objects.get().total), (0, 0))
        self.assertFalse(Bill.objects.unpaid().exists())

    @bad_file("money-04")
    def test_of_any_size_are_whole_and_doubted_by_their_price(self) -> None:
        self.through("payments", as_xlsx(self.rows("999999999999", "2147483648")))
        self.assertEqual(self.amounts(), [999_999_999_999, 2_147_483_648])
        dear = {"Tiền điện": "999999999999", "Thuế suất": "0%", "Tiền thuế GTGT": "0"}
        load = self.preview("bills", as_xlsx([BILL | dear | {"Tổng tiền": "999999999999"}]))
        self.assertEqual(load.refused, 0, self.refusals(load))
        self.assertIn("price", [doubt["code"] for doubt in load.report["doubts"]])
        self.assertEqual(self.apply(load).state, "waiting")

    @bad_file("money-05")
    def test_in_brackets_or_words_refuse_the_row(self) -> None:
        words = ("(1.250.000)", "1.25 triệu", "một triệu")
        load = self.through("payments", as_xlsx(self.rows(*words)))
        self.assert_rows_refused(load, AMOUNT, *((one, "brackets|not a number") for one in words))

    @bad_file("money-06")
    def test_lose_the_noise_of_a_float(self) -> None:
        self.through("payments", as_xlsx(self.rows(1249999.9999999998)))
        self.through("payments", as_csv(self.rows("", "1249999.9999999998")))
        self.assertEqual(self.amounts(), [1_250_000] * 2)


class BankTests(Bad):
    def setUp(self) -> None:
        super().setUp()
        self.account = an_account(number=PAYMENT["Mã khách hàng"])

    @bad_file("bank-01", "bank-02", "bank-03")
    def test_numbers_of_accounts_and_cards_are_ignored_and_kept_nowhere(self) -> None:
        odd = {"Số tài khoản": "11001234567", "Số thẻ": "9704 3601 2345 6789", "Ngân hàng": "XX"}
        load = self.through("payments", as_xlsx([PAYMENT | odd, {**PAYMENT, **odd, AMOUNT: "x"}]))
        self.assertEqual(load.report["ignored"], list(odd))
        kept = [*load.notes.values_list("before", "after", "why"), load.report, load.why]
        kept += Payment.objects.values_list()
        for number in ("11001234567", "9704", "6789"):
            self.assertNotIn(number, str(kept))

    @bad_file("bank-03", "bank-04")
    def test_debits_need_a_known_answer_and_a_mandate(self) -> None:
        row = {
            "Mã khách hàng": self.account.number, "Kỳ": "10/2026", AMOUNT: "539633",
            "Mã kết quả": "00", "Ngày trích": "05/11/2026",
        }  # fmt: skip
        load = self.through("debits", as_csv([row, row | {"Mã kết quả": "XYZ", "Kỳ": "09/2026"}]))
        self.assertEqual(set(self.refusals(load)), {2, 3})
        self.assertRegex(self.refusals(load)[3][2], "none of the words")
        self.assertFalse(Debit.objects.exists())
        self.assertFalse(AutoDebit.objects.exists())
        self.assert_told_nobody()
