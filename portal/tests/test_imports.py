"""The six sample files, from bytes to rows: exactly the wrong rows are refused, each by name."""

import json
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TestCase

from billing.models import Bill, ClosedMonth, Payment, Read
from customers.models import Account, ContactPoint, Load, Meter, OperatingUnit
from customers.tests.factories import a_unit
from customers.tests.loading import loaded, refusals
from notifications.models import Outage
from portal.demo.company import DATA, EXPORTED_AT, FILES
from portal.tests.loading import account_row, accounts

REFUSED = {
    "units": {},
    "accounts": {
        19: "Mã khách hàng",
        60: "Mã khách hàng",
        95: "Mã khách hàng",
        142: "Mã khách hàng",
        213: "Mã đơn vị",
        307: "Điện thoại",
        335: "Số hộ",
        403: "Tên khách hàng",
        514: "Năm sinh",
        642: "Email",
    },
    "reads": {
        32022: "Ngày",
        32023: "Ngày",
        32024: "Số công tơ",
        32025: "Mã khách hàng",
        32026: "Chỉ số",
        32027: "Chỉ số",
    },
    "bills": {12: "Tổng tiền", 22: "Sản lượng (kWh)"},
    "payments": {},
    "outages": {},
}
CREATED = {
    "units": 15, "accounts": 1190, "reads": 32020, "bills": 367, "payments": 235, "outages": 12,
}  # fmt: skip


def load(kind: str, *, at: datetime = EXPORTED_AT) -> Load:
    return loaded(kind, (DATA / FILES[kind]).read_bytes(), at=at)


class SampleFilesTests(TestCase):
    loads: dict[str, Load]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.loads = {kind: load(kind) for kind in FILES}

    def test_refuse_exactly_the_wrong_rows_each_for_its_column(self) -> None:
        found = {
            kind: {row: column for row, column, _value, _why in refusals(load)}
            for kind, load in self.loads.items()
        }
        self.assertEqual(found, REFUSED)

    def test_give_every_refusal_a_reason_in_words(self) -> None:
        for load in self.loads.values():
            for row, _column, _value, why in refusals(load):
                self.assertGreater(len(why.split()), 3, row)

    def test_put_every_other_row_in(self) -> None:
        created = {kind: load.created for kind, load in self.loads.items()}
        self.assertEqual(created, CREATED)
        models = (OperatingUnit, Account, Read, Bill, Payment, Outage)
        rows = [model.objects.count() for model in models]
        self.assertEqual(rows, list(CREATED.values()))

    def test_mend_odd_rows_and_say_so(self) -> None:
        remarks = self.loads["accounts"].notes.filter(kind="remark")
        remarked = set(remarks.values_list("row", flat=True))
        self.assertLessEqual({7, 8, 9, 10, 11, 12}, remarked)
        phones = dict(
            ContactPoint.objects.filter(kind="phone").values_list("account__number", "value")
        )
        self.assertEqual(phones["PB15040001006"], "+84776000368")
        self.assertEqual(phones["PE15010001007"], "+84594710541")
        self.assertEqual(phones["PE05000001008"], "+84392345678")
        self.assertTrue(Account.objects.filter(number="PE15000001005").exists())

    def test_keep_a_name_that_begins_like_a_formula_as_text(self) -> None:
        account = Account.objects.get(number="PE15020001011")
        self.assertEqual(account.holder_name, "+Lê Văn Tám")

    def test_keep_the_first_of_two_rows_with_one_code(self) -> None:
        meter = Meter.objects.get(account__number="PE08020001012")
        self.assertEqual(meter.serial, "88934378")

    def test_settle_the_bills_that_were_paid(self) -> None:
        paid = Bill.objects.exclude(paid_at=None).count()
        self.assertEqual(paid, Payment.objects.exclude(bill=None).count())
        self.assertGreater(paid, 200)

    def test_change_nothing_the_second_time(self) -> None:
        versions = row_versions()
        again = {kind: load(kind) for kind in FILES}
        for kind, one in again.items():
            self.assertEqual((one.created, one.updated), (0, 0), kind)
            self.assertEqual(one.unchanged, CREATED[kind], kind)
        self.assertEqual(row_versions(), versions)


def row_versions() -> list[tuple[object, ...]]:
    """The physical versions of all rows: an untouched row keeps its own."""
    tables = (
        "customers_account", "customers_contactpoint", "customers_meter", "billing_read",
        "billing_bill", "billing_payment", "notifications_outage",
    )  # fmt: skip
    with connection.cursor() as cursor:
        found = []
        for table in tables:
            cursor.execute(f"SELECT '{table}', count(*), max(ctid)::text FROM {table}")
            found += cursor.fetchall()
        return found


class ImportFileTests(TestCase):
    @pytest.fixture(autouse=True)
    def folder_of_files(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def run_command(self, *arguments: str) -> str:
        out = StringIO()
        call_command("import_file", *arguments, stdout=out)
        return out.getvalue()

    def test_answers_as_json_with_rows_columns_values_and_reasons(self) -> None:
        self.run_command("units", str(DATA / FILES["units"]))
        answer = json.loads(self.run_command("accounts", str(DATA / FILES["accounts"]), "--json"))
        self.assertEqual([answer["created"], answer["updated"], answer["unchanged"]], [1190, 0, 0])
        row_60 = next(refusal for refusal in answer["refused"] if refusal["row"] == 60)
        self.assertEqual(set(row_60), {"row", "column", "value", "reason"})
        self.assertEqual(row_60["column"], "Mã khách hàng")

    def told_of_an_unusual_file(self, *options: str) -> str:
        """What the command says of a file of which every second row is refused."""
        a_unit(code="PE01")
        path, out = self.folder / "khach-hang.csv", StringIO()
        path.write_bytes(accounts(account_row("PE01000000001", "A1"), account_row("PE99", "A2")))
        with self.assertRaises(CommandError) as caught:
            call_command("import_file", "accounts", str(path), *options, stdout=out)
        self.assertEqual(caught.exception.returncode, 3)
        return out.getvalue()

    def test_says_what_is_unusual_where_a_file_waits(self) -> None:
        answer = json.loads(self.told_of_an_unusual_file("--json"))
        self.assertEqual((answer["state"], answer["asked"]), ("waiting", None))
        self.assertEqual([doubt["code"] for doubt in answer["doubts"]], ["refused"])

    def test_says_what_is_unusual_where_it_is_only_looked_at(self) -> None:
        told = self.told_of_an_unusual_file("--dry-run")
        self.assertIn("unusual: refused (rows 2, refused 1)", told)

    def test_says_that_a_file_was_brought_before(self) -> None:
        for is_known in (False, True):
            answer = json.loads(self.run_command("units", str(DATA / FILES["units"]), "--json"))
            self.assertEqual((answer["is_known"], answer["created"]), (is_known, 15))
        self.assertIn("brought before", self.run_command("units", str(DATA / FILES["units"])))

    def test_answers_as_json_where_a_file_is_refused_or_asked_about(self) -> None:
        name = "Tên khách hàng"
        other = accounts(account_row("PE01000000001", "A1")).decode().replace(name, "Chủ nhà nào")
        path = self.folder / "tep.csv"
        for content, code, why, asked in (("x", 1, "tiêu đề", None), (other, 3, "", [name])):
            path.write_text(content, encoding="utf-8")
            out = StringIO()
            with self.assertRaises(CommandError) as caught:
                call_command("import_file", "accounts", str(path), "--json", stdout=out)
            answer = json.loads(out.getvalue())
            self.assertEqual(caught.exception.returncode, code)
            self.assertIn(why, answer["why"])
            self.assertEqual(answer["asked"] and answer["asked"]["names"], asked)

    def test_changes_nothing_in_a_dry_run(self) -> None:
        answer = json.loads(
            self.run_command("units", str(DATA / FILES["units"]), "--json", "--dry-run")
        )
        self.assertEqual(answer["created"], 15)
        self.assertFalse(OperatingUnit.objects.exists())

    def test_refuses_a_file_of_another_kind_and_loads_none_of_it(self) -> None:
        with self.assertRaises(CommandError) as caught:
            self.run_command("bills", str(DATA / FILES["reads"]))
        self.assertIn("chi-so-ngay.csv", str(caught.exception))
        self.assertFalse(Bill.objects.exists())

    def test_names_a_file_that_is_not_there(self) -> None:
        with self.assertRaises(CommandError) as caught:
            self.run_command("bills", "khong-co.xlsx")
        self.assertIn("khong-co.xlsx", str(caught.exception))


class MakeCityTests(TestCase):
    def test_is_taken_whole_by_the_importers(self) -> None:
        call_command(
            "make_city", accounts=60, months=2, last_month="2026-10", load=True, stdout=StringIO()
        )
        self.assertEqual(Account.objects.count(), 60)
        self.assertEqual(Bill.objects.count(), 120)
        self.assertGreater(Read.objects.count(), 60 * 55)

    def test_closes_its_old_months_where_it_is_told_to(self) -> None:
        call_command(
            "make_city", accounts=5, months=3, last_month="2026-05", load=True, close=True,
            stdout=StringIO(),
        )  # fmt: skip
        self.assertEqual((Read.objects.count(), ClosedMonth.objects.count()), (0, 15))

    def test_is_the_same_for_a_seed(self) -> None:
        self.assertEqual(self.bytes_of(seed=3), self.bytes_of(seed=3))
        self.assertNotEqual(self.bytes_of(seed=3), self.bytes_of(seed=4))

    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.tmp_path = tmp_path

    def bytes_of(self, *, seed: int) -> dict[str, bytes]:
        out = self.tmp_path / "city"
        call_command(
            "make_city",
            accounts=20,
            seed=seed,
            last_month="2026-10",
            out=out,
            stdout=StringIO(),
        )
        return {file.name: file.read_bytes() for file in out.iterdir()}


class LackingColumnsTests(TestCase):
    def test_refuses_a_file_that_would_erase_what_is_known(self) -> None:
        load("units")
        load("accounts")
        content = (
            "Mã khách hàng,Tên khách hàng,Địa chỉ,Phường/Xã,Mã đơn vị,Mục đích,Số hộ,Số công tơ"
        )
        row = "PB15040001000,Trần Kim Khánh,162A Lê Lợi,Xã Củ Chi,PB15,SHBT,1,32493451"
        refused = loaded("accounts", f"{content}\n{row}\n".encode(), at=EXPORTED_AT)
        self.assertEqual(refused.state, "refused")
        self.assertIn("Điện thoại", refused.why)
        self.assertEqual(Account.objects.get(number="PB15040001000").holder_born_in, 1977)


class UnreadableFilesTests(TestCase):
    def test_are_refused_as_a_whole_with_a_reason(self) -> None:
        for content in (b"", b"\x89PNG\r\n\x1a\n" + bytes(100), b"PK\x03\x04 cut off"):
            load = loaded("bills", content, at=EXPORTED_AT)
            self.assertEqual(load.state, "refused")
            self.assertGreater(len(load.why), 10)
