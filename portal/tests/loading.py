"""Files on their way, for tests: brought, worked on as the background does, let in, undone."""

from pathlib import Path
from typing import Any

import pytest
from django.test import TestCase
from django.utils import timezone

from customers.models import Account, Load, StaffRole, User
from customers.services import loads
from customers.tests.factories import a_member
from portal.lib.importing import resource_of

PAYMENTS = "Mã khách hàng,Kỳ,Số tiền,Thời điểm,Kênh thu,Mã giao dịch"
ACCOUNTS = (
    "Mã khách hàng,Tên khách hàng,Năm sinh,Địa chỉ,Phường/Xã,Điện thoại,Email,Mã đơn vị,Mục đích,"
    "Số hộ,Số công tơ,Hệ số nhân,Ngày ghi,Có app,Theo dõi Zalo"
)


def account_row(number: str, serial: str, *, name: str = "Lê An", phone: str = "") -> str:
    return f"{number},{name},,1 Lê Lợi,Phường 1,{phone},,PE01,SHBT,1,{serial},1,31,,"


def accounts(*rows: str) -> bytes:
    return "\n".join((ACCOUNTS, *rows)).encode()


class Loading(TestCase):
    """Brings files and works on them as the background does."""

    @pytest.fixture(autouse=True)
    def in_small_chunks(self, loads_apart: Path, tmp_path: Path, settings: Any) -> None:
        settings.LOAD_CHUNK = 7
        self.tmp_path = tmp_path

    def setUp(self) -> None:
        self.operator = a_member(StaffRole.OPERATOR)
        self.other = a_member(StaffRole.SUPERVISOR)

    def bring(self, kind: str, content: bytes, *, by: User | None = None, **more: Any) -> Load:
        load, _new = loads.bring(
            kind=kind, name="tep.csv", pieces=[content], source="desk",
            at=timezone.now(), by=by or self.operator, **more,
        )  # fmt: skip
        return load

    def work(self, load: Load) -> Load:
        while loads.work(resource=resource_of(load.kind), clock=timezone.now, seconds=60):
            pass
        load.refresh_from_db()
        return load

    def preview(self, kind: str, content: bytes, **more: Any) -> Load:
        return self.work(self.bring(kind, content, **more))

    def apply(self, load: Load) -> Load:
        loads.confirm(load=load, by=load.made_by, at=timezone.now())
        return self.work(load)

    def undo(self, load: Load) -> Load:
        loads.ask_undo(load=load, by=self.operator, at=timezone.now())
        return self.work(load)

    def payments(self, *rows: str) -> bytes:
        return "\n".join((PAYMENTS, *rows)).encode()

    def payment(self, account: Account, reference: str, amount: int = 1000) -> str:
        return f"{account.number},10/2026,{amount},2026-11-04 12:17,Ngân hàng,{reference}"
