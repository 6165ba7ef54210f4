"""Bad files, brought as stored loads, and a look at what became of them."""

from typing import Any

import pytest
from django.utils import timezone

from billing.models import Bill, Payment, Read
from customers.models import Account, Load, LoadNote, LoadRow
from customers.services import loads
from customers.tests.factories import a_unit
from notifications.models import Notice
from notifications.services import planning
from portal.tests.lib.files import xlsx
from portal.tests.loading import Loading

READS = "Mã khách hàng,Số công tơ,Ngày,Chỉ số,Chất lượng"

CUSTOMER = {
    "Mã khách hàng": "PE01000000001", "Tên khách hàng": "Lê An", "Năm sinh": "",
    "Địa chỉ": "1 Lê Lợi", "Phường/Xã": "Phường 1", "Điện thoại": "", "Email": "",
    "Mã đơn vị": "PE01", "Mục đích": "SHBT", "Số hộ": "1", "Số công tơ": "00100001",
    "Hệ số nhân": "1", "Ngày ghi": "31", "Có app": "", "Theo dõi Zalo": "",
}  # fmt: skip
BILL = {
    "Kỳ": "10/2026", "Mã khách hàng": "PE01000000001", "Từ ngày": "01/10/2026",
    "Đến ngày": "31/10/2026", "Chỉ số đầu": "31970", "Chỉ số cuối": "32190",
    "Sản lượng (kWh)": "220", "Số hộ": "1", "Tiền điện": "499660", "Thuế suất": "8%",
    "Tiền thuế GTGT": "39973", "Tổng tiền": "539633", "Ngày phát hành": "01/11/2026",
    "Hạn thanh toán": "05/11/2026",
}  # fmt: skip
PAYMENT = {
    "Mã khách hàng": "PE01000000001", "Kỳ": "10/2026", "Số tiền": "1000",
    "Thời điểm": "2026-11-04 12:17", "Kênh thu": "Ngân hàng", "Mã giao dịch": "GD1",
}  # fmt: skip


def customers(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Customers who differ in number and meter, each with what is odd about them."""
    numbered = (
        {"Mã khách hàng": f"PE01{n:09}", "Số công tơ": f"{100_000 + n:08}"}
        for n in range(1, len(changes) + 1)
    )
    return [CUSTOMER | own | change for own, change in zip(numbered, changes, strict=True)]


def as_xlsx(rows: list[dict[str, Any]]) -> bytes:
    return xlsx(tuple(rows[0]), *(tuple(row.values()) for row in rows))


def as_csv(rows: list[dict[str, Any]], encoding: str = "utf-8", mark: str = ";") -> bytes:
    lines = [mark.join(rows[0]), *(mark.join(map(str, row.values())) for row in rows), ""]
    return "\r\n".join(lines).encode(encoding)


class Bad(Loading):
    """Brings a file the whole way, and looks at what became of each row."""

    @pytest.fixture(autouse=True)
    def in_one_chunk(self, in_small_chunks: None, settings: Any) -> None:
        settings.LOAD_CHUNK = 20_000

    def setUp(self) -> None:
        super().setUp()
        a_unit(code="PE01")

    @property
    def tables(self) -> tuple[int, ...]:
        return tuple(model.objects.count() for model in (Account, Read, Bill, Payment))

    def assert_refused(self, content: bytes, word: str, *, kind: str = "accounts") -> Load:
        """The file as a whole is refused with a reason, and leaves nothing."""
        before = self.tables
        load = self.preview(kind, content)
        self.assertEqual(load.state, "refused")
        self.assertRegex(load.why, word)
        self.assertFalse(LoadRow.objects.filter(load=load).exists())
        self.assertFalse(LoadNote.objects.filter(load=load).exists())
        self.assertEqual(self.tables, before)
        return load

    def through(self, kind: str, content: bytes, **more: Any) -> Load:
        """Loaded, by two people where it is unusual."""
        load = self.preview(kind, content, **more)
        self.assertEqual(load.state, "previewed", load.why)
        load = self.apply(load)
        if load.state == "waiting":
            loads.release(load=load, by=self.other, at=timezone.now())
            load = self.work(load)
        self.assertEqual(load.state, "done", load.why)
        return load

    def refusals(self, load: Load) -> dict[int, tuple[str, str, str]]:
        """By row: the column, the value and the reason."""
        notes = load.notes.filter(kind=LoadNote.Kind.REFUSED).order_by("row", "pk")
        return {note.row: (note.column, note.before, note.why) for note in notes}

    def assert_rows_refused(
        self, load: Load, column: str, *expected: tuple[Any, str], first: int = 2
    ) -> None:
        """These rows and no others are refused, naming column, value and reason."""
        found = self.refusals(load)
        self.assertEqual(list(found), list(range(first, first + len(expected))), found)
        for (named, value, why), (cell, word) in zip(found.values(), expected, strict=True):
            self.assertEqual(named, column)
            self.assertTrue(value or cell == "", (value, cell))
            self.assertRegex(why, word, cell)

    def remarks(self, load: Load) -> dict[int, str]:
        notes = load.notes.filter(kind=LoadNote.Kind.REMARK).order_by("row", "pk")
        found: dict[int, str] = {}
        for note in notes:
            found[note.row] = f"{found.get(note.row, '')} {note.why}"
        return found

    def assert_told_nobody(self) -> None:
        """The planner finds nothing to tell anybody."""
        planning.plan_due(at=timezone.now())
        self.assertFalse(Notice.objects.exists())
