"""Files by the API: who may, the whole way of one, and what it answers when it cannot."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.utils import timezone
from openpyxl import load_workbook
from rest_framework.test import APIClient

from billing.models import Payment
from customers.models import Load, StaffRole, User
from customers.services import loads
from customers.tests.factories import a_link, a_member, a_unit, an_account
from portal.lib import spreadsheets
from portal.lib.importing import kinds, resource_of

HEADINGS = "Mã khách hàng,Kỳ,Số tiền,Thời điểm,Kênh thu,Mã giao dịch"
PAYMENTS = "kinds/payments/loads/"


@pytest.mark.usefixtures("loads_apart")
class LoadsApi(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.account = an_account()
        cls.operator = a_member(StaffRole.OPERATOR)
        cls.boss = a_member(StaffRole.SUPERVISOR)

    def ask(self, method: str, path: str, *, by: User | None = None, **given: Any) -> Any:
        client = APIClient()
        client.force_authenticate(by or self.operator)
        return getattr(client, method)(f"/api/v1/{path}", **given)

    def bring(self, *rows: str, by: User | None = None, header: str = HEADINGS, **more: Any) -> Any:
        file = SimpleUploadedFile("thanh-toan.csv", "\n".join((header, *rows)).encode())
        return self.ask("post", PAYMENTS, by=by, data={"file": file, **more}, format="multipart")

    def row(self, reference: str = "GD1", amount: str = "1000") -> str:
        return f"{self.account.number},10/2026,{amount},2026-11-04 12:17,Ngân hàng,{reference}"

    def work(self) -> None:
        while loads.work(resource=resource_of("payments"), clock=timezone.now, seconds=60):
            pass

    def step(self, load: int, verb: str, *, by: User | None = None, **said: Any) -> Any:
        return self.ask("post", f"loads/{load}/steps/{verb}/", by=by, data=said, format="json")


class AccessTests(LoadsApi):
    def test_is_open_to_nobody_who_loads_no_files(self) -> None:
        load = self.bring(self.row()).json()["id"]
        here = a_member(StaffRole.OPERATOR, unit=a_unit())
        outside = [a_link(account=self.account).user, a_member(StaffRole.AGENT)]
        for user in outside:
            for path in ("kinds/", "loads/", f"loads/{load}/", f"loads/{load}/refused/"):
                self.assertEqual(self.ask("get", path, by=user).status_code, 403, path)
            self.assertEqual(self.bring(self.row(), by=user).status_code, 403)
        # Of one company: may look at no file of all companies, nor bring one.
        self.assertEqual(self.ask("get", "kinds/", by=here).json(), [])
        self.assertEqual(self.ask("get", f"loads/{load}/", by=here).status_code, 404)
        self.assertEqual(self.bring(self.row(), by=here).status_code, 403)
        self.assertEqual(self.step(load, "confirm", by=here).status_code, 404)

    def test_shows_an_auditor_loads_and_lets_them_do_nothing(self) -> None:
        load = self.bring(self.row()).json()["id"]
        auditor = a_member(StaffRole.AUDITOR)
        self.assertEqual(self.ask("get", f"loads/{load}/", by=auditor).json()["steps"], [])
        self.assertEqual(self.step(load, "cancel", by=auditor).status_code, 403)
        self.assertEqual(self.bring(self.row(), by=auditor).status_code, 403)


class WholeWayTests(LoadsApi):
    def test_brings_previews_confirms_and_undoes(self) -> None:
        answer = self.bring(self.row())
        self.assertEqual((answer.status_code, answer.json()["state"]), (201, "uploaded"))
        load = answer.json()["id"]
        self.work()
        told = self.ask("get", f"loads/{load}/").json()
        self.assertEqual((told["state"], told["created"]), ("previewed", 1))
        self.assertEqual(told["steps"], ["confirm", "cancel"])
        self.assertEqual(self.step(load, "confirm").json()["state"], "applying")
        self.work()
        self.assertEqual(Payment.objects.get().amount, 1000)
        self.assertIn("undo", self.ask("get", f"loads/{load}/").json()["steps"])
        self.step(load, "undo")
        self.work()
        self.assertFalse(Payment.objects.exists())

    def test_answers_the_load_that_the_same_file_is_already(self) -> None:
        first, second = self.bring(self.row()), self.bring(self.row())
        self.assertEqual((second.status_code, second.json()["id"]), (200, first.json()["id"]))

    def test_asks_and_takes_the_answer(self) -> None:
        header = HEADINGS.replace("Số tiền", "So tien thu")
        load = self.bring(self.row(), header=header).json()["id"]
        self.work()
        told = self.ask("get", f"loads/{load}/").json()
        self.assertEqual(told["asked"]["names"], ["amount"])
        self.assertEqual(self.step(load, "answer", columns={"amount": "x"}).status_code, 409)
        self.step(load, "answer", columns={"amount": "So tien thu"})
        self.work()
        self.assertEqual(self.ask("get", f"loads/{load}/").json()["state"], "previewed")

    def test_names_refused_rows_and_needs_a_second_person(self) -> None:
        load = self.bring(self.row(), self.row("GD2", amount="x")).json()["id"]
        self.work()
        rows = self.ask("get", f"loads/{load}/refused/").json()["results"]
        self.assertEqual([(r["row"], r["column"], r["value"]) for r in rows], [(3, "Số tiền", "x")])
        told = self.step(load, "confirm").json()
        self.assertEqual((told["state"], len(told["doubts"])), ("waiting", 1))
        self.assertEqual(self.step(load, "release").status_code, 409)
        self.assertEqual(self.step(load, "release", by=self.boss).json()["state"], "applying")

    def test_says_why_a_step_is_none(self) -> None:
        load = self.bring(self.row()).json()["id"]
        answer = self.step(load, "confirm")
        self.assertEqual(answer.status_code, 409)
        self.assertGreater(len(answer.json()["detail"]), 10)
        self.assertEqual(self.step(load, "explode").status_code, 404)

    def test_refuses_in_the_language_of_the_reader(self) -> None:
        answer = self.ask("get", "loads/999999/")
        self.assertEqual((answer.status_code, answer.json()), (404, {"detail": "Không tìm thấy."}))
        answer = self.ask("post", PAYMENTS, data={"mends": "x"}, format="multipart")
        self.assertEqual(answer.json()["mends"], ["Xin ghi một số nguyên."])

    def test_takes_only_what_it_can(self) -> None:
        self.assertEqual(self.ask("post", PAYMENTS, data={}, format="multipart").status_code, 400)
        self.assertEqual(self.ask("post", "kinds/nothing/loads/", data={}).status_code, 404)
        with self.settings(LOAD_MOST_BYTES={"api": 10}):
            answer = self.bring(self.row())
        self.assertEqual((answer.status_code, list(answer.json())), (400, ["file"]))
        self.assertFalse(Load.objects.exists())


class KindsTests(LoadsApi):
    def test_are_told_with_their_columns(self) -> None:
        found = self.ask("get", "kinds/").json()
        self.assertEqual([one["kind"] for one in found], kinds())
        payments = next(one for one in found if one["kind"] == "payments")
        self.assertEqual(payments["key"], ["reference"])
        self.assertEqual(payments["label"], "khoản thanh toán")

    def test_have_a_template_that_the_reader_knows(self) -> None:
        for kind in kinds():
            with self.subTest(kind):
                answer = self.ask("get", f"kinds/{kind}/template.xlsx")
                table = resource_of(kind).table
                sheet = load_workbook(BytesIO(answer.content)).active
                cells = [cell for cell in sheet[1] if cell.value]
                self.assertTrue(all(len(cell.comment.text) > 5 for cell in cells))
                sheet.append(["1"] * len(cells))
                filled = BytesIO()
                sheet.parent.save(filled)
                read = spreadsheets.read(filled.getvalue(), headings=table.headings())
                self.assertEqual(set(table.places(read.header)), {c.name for c in table.columns})
