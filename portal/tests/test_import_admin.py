"""Loading a file at the desk: upload, preview, confirm; nothing before the confirmation."""

import re
import time
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse

from billing.models import Payment
from customers.models import User
from customers.tests.factories import a_staff_user, a_user, an_account

HEADINGS = "Mã khách hàng,Kỳ,Số tiền,Thời điểm,Kênh thu,Mã giao dịch"
UPLOAD = reverse("admin:billing_payment_import")
CONFIRM = reverse("admin:billing_payment_process_import")
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')


def staff(role: str) -> User:
    user = a_staff_user()
    user.groups.add(Group.objects.get(name=role))
    return user


class ImportTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.account = an_account()
        cls.operator = staff("operator")

    def setUp(self) -> None:
        self.client.force_login(self.operator)

    def file(self, *rows: str, name: str = "thanh-toan.csv") -> SimpleUploadedFile:
        return SimpleUploadedFile(name, "\n".join((HEADINGS, *rows)).encode())

    def good(self, reference: str = "GD1") -> str:
        return f"{self.account.number},10/2026,539633,2026-11-04 12:17,Ngân hàng,{reference}"

    def upload(self, file: SimpleUploadedFile) -> Any:
        return self.client.post(UPLOAD, {"import_file": file, "format": "0", "resource": "0"})

    def confirm(self, preview: Any) -> Any:
        fields = dict(HIDDEN.findall(preview.content.decode()))
        return self.client.post(CONFIRM, fields, follow=True)

    def test_shows_what_a_file_would_do_and_changes_nothing(self) -> None:
        page = self.upload(self.file(self.good(), "PE99,10/2026,1,2026-11-04 12:17,Ví,GD2"))
        self.assertContains(page, "PE99")
        self.assertContains(page, "GD1", count=0)
        self.assertEqual(page.context["result"].outcome.created, 1)
        self.assertFalse(Payment.objects.exists())

    def test_loads_the_good_rows_after_the_confirmation(self) -> None:
        preview = self.upload(self.file(self.good(), "PE99,10/2026,1,2026-11-04 12:17,Ví,GD2"))
        page = self.confirm(preview)
        self.assertEqual(page.status_code, 200)
        self.assertEqual([payment.reference for payment in Payment.objects.all()], ["GD1"])

    def test_loads_nothing_twice(self) -> None:
        for _time in range(2):
            self.confirm(self.upload(self.file(self.good())))
        self.assertEqual(Payment.objects.count(), 1)

    def test_shows_a_typed_text_as_text(self) -> None:
        page = self.upload(self.file("<script>alert(1)</script>,10/2026,1,2026-11-04 12:17,Ví,G"))
        self.assertContains(page, "&lt;script&gt;alert(1)&lt;/script&gt;")
        self.assertNotContains(page, "<script>alert")

    def test_refuses_what_is_no_spreadsheet_and_offers_no_confirmation(self) -> None:
        page = self.upload(SimpleUploadedFile("bills.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(99)))
        self.assertContains(page, 'class="errornote"')
        self.assertNotContains(page, 'name="confirm"')

    def test_answers_a_confirmation_of_no_upload_without_failing(self) -> None:
        fields = {"import_file_name": "../../x", "original_file_name": "x", "format": "0"}
        page = self.client.post(CONFIRM, fields, follow=True)
        self.assertEqual(page.status_code, 200)
        self.assertFalse(Payment.objects.exists())

    def test_takes_a_confirmation_only_from_the_uploader_and_within_a_day(self) -> None:
        preview = self.upload(self.file(self.good()))
        self.client.force_login(staff("operator"))
        self.confirm(preview)
        self.assertFalse(Payment.objects.exists())
        self.client.force_login(self.operator)
        tomorrow = time.time() + 25 * 3600
        with patch("django.core.signing.time.time", return_value=tomorrow):
            self.confirm(preview)
        self.assertFalse(Payment.objects.exists())
        self.confirm(preview)
        self.assertEqual(Payment.objects.count(), 1)

    def test_is_closed_to_whoever_may_not_load(self) -> None:
        for user in (staff("agent"), staff("officer"), staff("auditor"), a_user()):
            self.client.force_login(user)
            for url in (UPLOAD, CONFIRM):
                self.assertIn(self.client.post(url).status_code, (302, 403), user)
        self.client.logout()
        self.assertEqual(self.client.get(UPLOAD).status_code, 302)


class IndexTests(TestCase):
    def test_leads_who_may_load_to_all_kinds_in_their_order(self) -> None:
        self.client.force_login(staff("operator"))
        page = self.client.get(reverse("admin:index"))
        names = [url.split("/")[3] for _name, url in page.context["loads"]]
        self.assertEqual(
            names,
            [
                "operatingunit",
                "account",
                "read",
                "bill",
                "payment",
                "debit",
                "servicefee",
                "outage",
            ],
        )

    def test_offers_agents_nothing_to_load(self) -> None:
        self.client.force_login(staff("agent"))
        self.assertEqual(self.client.get(reverse("admin:index")).context["loads"], [])
