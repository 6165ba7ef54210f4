"""What a preview says of the notices that would follow is what the planner then makes."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import TestCase

from billing.tests.factories import a_bill
from customers.tests.factories import an_account, an_auto_debit
from customers.tests.loading import loaded
from notifications.models import Notice
from notifications.services import planning
from portal.lib.periods import LOCAL

AT = datetime(2026, 11, 24, 12, tzinfo=LOCAL)
BILLS = (
    "Kỳ;Mã khách hàng;Từ ngày;Đến ngày;Chỉ số đầu;Chỉ số cuối;Sản lượng (kWh);Số hộ;Tiền điện;"
    "Thuế suất;Tiền thuế GTGT;Tổng tiền;Ngày phát hành;Hạn thanh toán"
)
PAYMENTS = "Mã khách hàng;Kỳ;Số tiền;Thời điểm;Kênh thu;Mã giao dịch"
FEES = "Mã phí;Mã khách hàng;Nội dung;Số tiền;Hạn thanh toán"
DEBITS = "Mã khách hàng;Kỳ;Số tiền;Mã kết quả;Ngày trích"


def bill(number: str, month: int, issued: str) -> str:
    days = f"01/{month:02}/2026;31/{month:02}/2026"
    amounts = "100;200;100;1;200000;8%;16000;216000"
    return f"{month:02}/2026;{number};{days};{amounts};{issued};30/11/2026"


class FollowingTests(TestCase):
    @pytest.fixture(autouse=True)
    def in_small_chunks(self, loads_apart: Path, settings: Any) -> None:
        settings.LOAD_CHUNK = 2

    def check(self, kind: str, *rows: str, notices: int) -> None:
        """The preview counts as many as are made, and makes none."""
        content = "\n".join(rows).encode()
        seen = loaded(kind, content, at=AT, only_look=True)
        self.assertEqual(sum(seen.report["follows"].values()), notices)
        self.assertFalse(Notice.objects.exists())
        load = loaded(kind, content, at=AT)
        self.assertEqual((load.state, load.refused), ("done", 0))
        planning.plan_due(at=AT + timedelta(minutes=1))
        made = Notice.objects.values_list("kind", flat=True)
        self.assertEqual(dict.fromkeys(made, len(made)), load.report["follows"])
        again = loaded(kind, content, at=AT + timedelta(minutes=2), only_look=True)
        self.assertEqual(sum(again.report["follows"].values()), 0)

    def test_counts_bills_worth_telling_and_no_old_ones(self) -> None:
        numbers = [an_account().number for _ in range(3)]
        new = [bill(number, 10, "05/11/2026") for number in numbers]
        old = [bill(number, 8, "05/09/2026") for number in numbers]
        self.check("bills", BILLS, *new, *old, notices=3)

    def test_counts_payments_of_late_and_no_old_ones(self) -> None:
        number = an_account().number
        rows = [f"{number};10/2026;1000;2026-11-23 12:17;Ví;A{n}" for n in range(3)]
        self.check(
            "payments", PAYMENTS, *rows, f"{number};10/2026;9;2026-06-01 12:17;Ví;B", notices=3
        )

    def test_counts_fees_that_can_still_be_paid(self) -> None:
        number = an_account().number
        rows = [f"P1;{number};Di dời;1000;30/11/2026", f"P2;{number};Di dời;1000;01/11/2026"]
        self.check("fees", FEES, *rows, notices=1)

    def test_counts_debits_that_failed(self) -> None:
        accounts = [an_account(), an_account()]
        for account in accounts:
            an_auto_debit(account=account)
            a_bill(account=account, total=1000)
        rows = [
            f"{a.number};10/2026;1000;{code};20/11/2026"
            for a, code in zip(accounts, ("51", "00"), strict=True)
        ]
        self.check("debits", DEBITS, *rows, notices=1)
