"""Headings wherever and however they stand, and rows that are no customers."""

import zipfile
from io import BytesIO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.worksheet.datavalidation import DataValidation

from customers.models import Account, User
from portal.tests.lib.files import saved, xlsx

from .bad import BILL, CUSTOMER, READS, Bad, as_csv, as_xlsx, customers
from .listed import bad_file

HEAD = tuple(CUSTOMER)


class HeadingTests(Bad):
    @bad_file("h01")
    def test_over_two_rows_are_not_found(self) -> None:
        content = xlsx(("Kỳ hóa đơn", "", "Khách"), ("Tháng", "Năm", "Mã"), ("10", "2026", "PE1"))
        self.assert_refused(content, "Looked for: .*Mã khách hàng")

    @bad_file("h02")
    def test_stand_below_titles(self) -> None:
        titles = (("CÔNG TY ĐIỆN LỰC",), ("Ngày 28/11/2026",), ())
        load = self.through("accounts", xlsx(*titles, HEAD, tuple(CUSTOMER.values())))
        self.assertEqual((load.rows, load.created, load.report["header_row"]), (1, 1, 4))

    @bad_file("h04")
    def test_are_known_without_accents_and_unknown_ones_are_listed(self) -> None:
        for number, heading in enumerate(("MA KH", "Ma khach hang", "MÃ KHÁCH HÀNG")):
            row = {heading: f"PE0100000010{number}"} | CUSTOMER | {"Ghi chú": "x"}
            del row["Mã khách hàng"]
            load = self.preview("accounts", as_xlsx([row]))
            self.assertEqual((load.rows, load.refused), (1, 0), load.why)
            self.assertEqual(load.report["ignored"], ["Ghi chú"])

    @bad_file("h05")
    def test_that_stand_twice_stop_the_file(self) -> None:
        content = xlsx((*HEAD, "Tên KH"), (*CUSTOMER.values(), "Lê Khác"))
        self.assert_refused(content, "Two columns mean Tên khách hàng")

    @bad_file("h07")
    def test_of_fields_nobody_fills_are_ignored(self) -> None:
        row = CUSTOMER | {"is_superuser": "1", "id": "7", "role": "admin"}
        users = set(User.objects.values_list("pk", "is_superuser"))
        load = self.through("accounts", as_xlsx([row]))
        self.assertEqual(load.report["ignored"], ["is_superuser", "id", "role"])
        self.assertEqual(set(User.objects.values_list("pk", "is_superuser")), users)
        self.assertNotEqual(Account.objects.get().pk, 7)

    @bad_file("h08")
    def test_are_taken_by_name_in_any_order(self) -> None:
        self.through("accounts", as_xlsx([dict(reversed(CUSTOMER.items()))]))
        account = Account.objects.get()
        self.assertEqual((account.number, account.holder_name), ("PE01000000001", "Lê An"))

    @bad_file("h17")
    def test_of_another_kind_of_file_stop_it(self) -> None:
        content = f"{READS}\nPE01000000001,1,01/11/2026,5,TT\n".encode()
        self.assert_refused(content, "row of headings|missing", kind="bills")


class ShiftTests(Bad):
    @bad_file("h10")
    def test_of_one_column_asks_a_second_person(self) -> None:
        names = ["Lê An", "Trần Bình", "Phạm Chi", "Võ Dung", "Hồ Em"]
        as_file = [{"Tên khách hàng": name} for name in names]
        self.through("accounts", as_xlsx(customers(*as_file)))
        shifted = [{"Tên khách hàng": name} for name in [*names[1:], "Lý Gia"]]
        load = self.preview("accounts", as_xlsx(customers(*shifted)))
        self.assertIn("renamed", [doubt["code"] for doubt in load.report["doubts"]])
        self.assertEqual(self.apply(load).state, "waiting")
        self.assertEqual(Account.objects.get(number="PE01000000001").holder_name, "Lê An")


class RowTests(Bad):
    def setUp(self) -> None:
        super().setUp()
        self.through("accounts", as_xlsx(customers({}, {})))
        self.rows = [BILL, BILL | {"Mã khách hàng": "PE01000000002"}]

    def total(self, amount: int, word: str = "Tổng cộng") -> dict[str, str]:
        return dict.fromkeys(BILL, "") | {"Kỳ": word, "Tổng tiền": str(amount)}

    @bad_file("h11")
    def test_of_totals_are_no_customer_and_are_compared(self) -> None:
        load = self.preview("bills", as_xlsx([*self.rows, self.total(2 * 539_633)]))
        self.assertEqual((load.rows, load.created, load.refused), (2, 2, 0), load.why)
        self.assertIn(4, self.remarks(load))
        wrong = as_xlsx([*self.rows, self.total(1_234_567)])
        self.assert_refused(wrong, "Tổng tiền.*add up", kind="bills")

    @bad_file("h13")
    def test_that_are_blank_are_no_errors(self) -> None:
        blank = dict.fromkeys(BILL, "")
        load = self.preview("bills", as_csv([self.rows[0], blank, blank, self.rows[1]]))
        self.assertEqual((load.rows, load.created, load.refused), (2, 2, 0), load.why)

    @bad_file("h14")
    def test_of_subtotals_have_no_customer(self) -> None:
        rows = [self.rows[0], self.total(539_633, "Cộng Quận 1"), self.rows[1]]
        load = self.preview("bills", as_xlsx(rows))
        self.assertEqual((load.created, load.refused), (2, 1), load.why)
        found = load.notes.filter(kind="refused", row=3).values_list("column", flat=True)
        self.assertIn("Mã khách hàng", found)


class DecorationTests(Bad):
    @bad_file("h16")
    def test_is_ignored(self) -> None:
        book = Workbook()
        sheet = book.active
        for row in (HEAD, tuple(CUSTOMER.values())):
            sheet.append(row)
        sheet["A2"].comment = Comment("Đổi mã!", "Ai đó")
        validation = DataValidation(type="list", formula1='"PE02,PE03"')
        sheet.add_data_validation(validation)
        validation.add("H2")
        sheet.conditional_formatting.add("A1:H9", CellIsRule(operator="equal", formula=["0"]))
        file = BytesIO(saved(book))
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr("xl/media/image1.png", b"\x89PNG\r\n\x1a\n")
        load = self.through("accounts", file.getvalue())
        self.assertEqual((load.rows, load.created, load.remarked), (1, 1, 0))
