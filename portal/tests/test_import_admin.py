"""Loading a file at the desk: upload, preview, confirm, a second person, mending, undo."""

import os
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from billing.models import Payment
from customers.models import Download, Load, StaffRole, User
from customers.services import downloads, loads
from customers.services.loads import files
from customers.tests.factories import a_member, a_unit, a_user, an_account
from portal.lib.importing import resource_of
from portal.tests.imports.listed import bad_file

HEADINGS = "Mã khách hàng,Kỳ,Số tiền,Thời điểm,Kênh thu,Mã giao dịch"
UPLOAD = reverse("admin:billing_payment_import")
BAD = "PE99,10/2026,1,2026-11-04 12:17,Ví,GD2"


class AtDesk(TestCase):
    """An operator, a supervisor and files of payments."""

    @pytest.fixture(autouse=True)
    def in_a_folder(self, loads_apart: Path) -> None:
        self.folder = loads_apart

    @classmethod
    def setUpTestData(cls) -> None:
        cls.account = an_account()
        cls.operator = a_member(StaffRole.OPERATOR, name="Lê Văn Tám")
        cls.boss = a_member(StaffRole.SUPERVISOR, name="Phạm Thị Thu")

    def setUp(self) -> None:
        self.client.force_login(self.operator)

    def file(self, *rows: str, name: str = "thanh-toan.csv") -> SimpleUploadedFile:
        return SimpleUploadedFile(name, "\n".join((HEADINGS, *rows)).encode())

    def good(self, reference: str = "GD1") -> str:
        return f"{self.account.number},10/2026,539633,2026-11-04 12:17,Ngân hàng,{reference}"

    def upload(self, file: SimpleUploadedFile, *, at: str = UPLOAD) -> Load:
        answer = self.client.post(at, {"import_file": file})
        self.assertEqual(answer.status_code, 302)
        return Load.objects.get(pk=answer["Location"].split("/")[-3])

    def work(self) -> None:
        resource = resource_of("payments")
        while loads.work(resource=resource, clock=timezone.now, seconds=60):
            pass

    def page(self, load: Load, *, client: Client | None = None) -> Any:
        return (client or self.client).get(self.url(load))

    def url(self, load: Load) -> str:
        return reverse("admin:customers_load_change", args=[load.pk])

    def act(self, load: Load, verb: str, *, client: Client | None = None, **data: str) -> Any:
        url = reverse("admin:customers_load_act", args=[load.pk, verb])
        return (client or self.client).post(url, data, follow=True)

    def preview(self, *rows: str) -> Load:
        load = self.upload(self.file(*rows))
        self.work()
        load.refresh_from_db()
        return load

    def loaded(self, *rows: str) -> Load:
        load = self.preview(*rows)
        self.act(load, "confirm")
        if load.needs_second:
            self.act(load, "release", client=self.as_boss())
        self.work()
        load.refresh_from_db()
        return load

    def as_boss(self) -> Client:
        client = Client()
        client.force_login(self.boss)
        return client


class ImportTests(AtDesk):
    def test_names_on_the_page_of_the_upload_what_is_loaded(self) -> None:
        page = self.client.get(reverse("admin:billing_payment_import"))
        self.assertContains(page, "<h1>Nạp tệp: khoản thanh toán</h1>")

    def test_shows_what_a_file_would_do_and_changes_nothing(self) -> None:
        load = self.preview(self.good(), BAD)
        page = self.page(load)
        self.assertContains(page, "PE99")
        self.assertEqual(page.context["counts"][0][0], "1")
        self.assertFalse(Payment.objects.exists())

    def test_loads_the_good_rows_after_the_confirmation(self) -> None:
        load = self.loaded(self.good())
        self.assertEqual(load.state, "done")
        self.assertEqual([payment.reference for payment in Payment.objects.all()], ["GD1"])
        self.assertEqual(self.page(load).status_code, 200)

    def test_looks_again_by_itself_while_it_is_worked_on(self) -> None:
        load = self.upload(self.file(self.good()))
        self.assertEqual(self.page(load)["Refresh"], "3")
        self.work()
        self.assertNotIn("Refresh", self.page(load))

    @bad_file("f29")
    def test_brings_the_same_file_to_its_first_load(self) -> None:
        first = self.loaded(self.good())
        answer = self.client.post(UPLOAD, {"import_file": self.file(self.good())}, follow=True)
        self.assertEqual(answer.request["PATH_INFO"], self.url(first))
        self.assertContains(answer, "Lê Văn Tám")
        self.assertEqual((Payment.objects.count(), Load.objects.count()), (1, 1))

    def test_confirms_once_however_often_one_presses(self) -> None:
        load = self.preview(self.good())
        for _press in range(3):
            self.act(load, "confirm")
        self.work()
        self.assertEqual(Payment.objects.count(), 1)

    @bad_file("name-07")
    def test_shows_a_typed_text_as_text(self) -> None:
        load = self.preview("<script>alert(1)</script>,10/2026,1,2026-11-04 12:17,Ví,G")
        page = self.page(load)
        self.assertContains(page, "&lt;script&gt;alert(1)&lt;/script&gt;")
        self.assertNotContains(page, "<script>alert")

    @bad_file("f02")
    def test_refuses_what_is_no_spreadsheet_and_offers_no_confirmation(self) -> None:
        load = self.upload(SimpleUploadedFile("bills.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(99)))
        self.work()
        page = self.page(load)
        self.assertContains(page, "CSV, XLSX, ODS")
        self.assertFalse(page.context["may"]["confirm"])

    @bad_file("f01")
    def test_says_that_a_file_is_empty(self) -> None:
        load = self.upload(SimpleUploadedFile("bills.xlsx", b""))
        self.work()
        load.refresh_from_db()
        self.assertEqual(load.state, "refused")
        self.assertIn("trống", load.why)

    def test_keeps_a_name_from_outside_short_and_out_of_paths(self) -> None:
        for name in ("../../../app/settings.py", "a" * 300 + ".xlsx", "<b>.csv"):
            load = self.upload(self.file(self.good(name[-3:]), name=name))
            self.assertLessEqual(len(load.name), 120)
            self.assertNotIn("/", load.name)
            self.assertNotContains(self.page(load), "<b>.csv")
            self.assertTrue((self.folder / load.sha256).exists())
            self.work()
            load.refresh_from_db()
            loads.cancel(load=load, why="", by=None, at=timezone.now())

    @bad_file("f34")
    def test_takes_text_that_a_scanner_minds_for_text_and_serves_it_back_as_none(self) -> None:
        eicar = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
        load = self.loaded(self.good().replace("Ngân hàng", eicar.replace(",", " ")), BAD)
        self.assertEqual(load.refused, 2)
        answer = self.client.get(reverse("admin:customers_load_refused", args=[load.pk]))
        self.assertIn("attachment", answer["Content-Disposition"])
        self.assertIn("spreadsheet", answer["Content-Type"])
        answer.close()

    @bad_file("f35")
    def test_forgets_an_upload_that_was_broken_off(self) -> None:
        def broken_off() -> Iterator[bytes]:
            yield b"Ma KH"
            raise OSError("the line is gone")

        with self.assertRaises(OSError):
            files.keep(broken_off())
        (partial,) = self.folder.iterdir()
        self.assertTrue(partial.name.startswith(files.PARTIAL))
        os.utime(partial, (0, 0))
        loads.tidy(at=timezone.now())
        self.assertEqual(list(self.folder.iterdir()), [])
        self.assertFalse(Load.objects.exists())

    def test_refuses_a_name_with_a_nul_and_headings_over_two_rows(self) -> None:
        load = self.upload(self.file(self.good(), name="x.xlsx\x00.exe"))
        self.assertNotIn("\x00", load.name)
        merged = "Kỳ hóa đơn,,Khách hàng\nTháng,Năm,Mã\n10,2026,PE01000123456"
        load = self.upload(SimpleUploadedFile("hai-dong.csv", merged.encode()))
        self.work()
        load.refresh_from_db()
        self.assertEqual(load.state, "refused")
        self.assertIn("Mã khách hàng", load.why)

    def test_refuses_a_file_over_the_limit_and_keeps_nothing_of_it(self) -> None:
        with self.settings(LOAD_MOST_BYTES={"desk": 50}):
            answer = self.client.post(UPLOAD, {"import_file": self.file(self.good())}, follow=True)
        self.assertContains(answer, "MiB")
        self.assertFalse(Load.objects.exists())
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_takes_a_confirmation_only_from_the_uploader(self) -> None:
        load = self.preview(self.good())
        other = Client()
        other.force_login(a_member(StaffRole.OPERATOR))
        self.act(load, "confirm", client=other)
        self.work()
        self.assertFalse(Payment.objects.exists())

    def test_is_closed_to_whoever_may_not_load(self) -> None:
        load = self.preview(self.good())
        for user in (*map(a_member, ("agent", "officer", "auditor")), a_user()):
            self.client.force_login(user)
            self.assertIn(self.client.post(UPLOAD).status_code, (302, 403), user)
            self.assertEqual(self.act(load, "confirm").status_code, 403 if user.is_staff else 404)
        self.client.logout()
        self.assertEqual(self.client.get(UPLOAD).status_code, 302)
        self.work()
        self.assertFalse(Payment.objects.exists())


class SecondPersonTests(AtDesk):
    def test_releases_what_is_unusual(self) -> None:
        load = self.preview(self.good(), BAD)
        self.assertContains(self.page(load), "alert--warning")
        self.act(load, "confirm")
        self.act(load, "release")
        self.work()
        self.assertFalse(Payment.objects.exists())
        index = self.as_boss().get(reverse("admin:index"))
        self.assertContains(index, "?open=second")
        self.act(load, "release", client=self.as_boss())
        self.work()
        self.assertEqual(Payment.objects.count(), 1)


class AfterwardsTests(AtDesk):
    def test_refused_rows_stay_on_the_first_page_until_they_are_settled(self) -> None:
        load = self.loaded(self.good(), BAD)
        self.assertContains(self.client.get(reverse("admin:index")), "?open=mend")
        self.act(load, "dismiss", why="Khách đã thanh lý hợp đồng")
        self.assertNotContains(self.client.get(reverse("admin:index")), "?open=mend")

    def test_refused_rows_are_downloaded_and_come_back_as_a_load_of_their_own(self) -> None:
        load = self.loaded(self.good(), BAD)
        url = reverse("admin:customers_load_refused", args=[load.pk])
        answer = self.client.get(url)
        book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
        taken = Download.objects.get()
        self.assertEqual((taken.rows, taken.asked_by), (1, self.operator))
        self.assertIn(f"-{taken.pk}.xlsx", answer["Content-Disposition"])
        self.assertEqual(book.active.cell(2, book.active.max_column).value, str(taken.pk))
        mended = self.file(self.good("GD2"), name="can-sua.csv")
        second = self.upload(mended, at=reverse("admin:customers_load_mend", args=[load.pk]))
        self.work()
        self.act(second, "confirm")
        self.work()
        load.refresh_from_db()
        self.assertEqual((second.mends, Payment.objects.count()), (load, 2))
        self.assertIsNotNone(load.settled_at)

    def test_many_refused_rows_leave_only_with_a_second_person(self) -> None:
        load = self.loaded(self.good(), BAD, BAD.replace("GD2", "GD3"))
        url = reverse("admin:customers_load_refused", args=[load.pk])
        with self.settings(DESK_MOST_EXPORTED=1):
            self.assertEqual(self.client.get(url).status_code, 302)
            self.assertFalse(Download.objects.exists())
            self.client.post(reverse("admin:customers_load_ask", args=[load.pk]))
            downloads.approve(download=Download.objects.get(), by=self.boss, at=timezone.now())
            answer = self.client.get(url)
            self.assertTrue(b"".join(answer.streaming_content).startswith(b"PK"))
        self.assertEqual(Download.objects.get().approved_by, self.boss)

    def test_refused_rows_are_taken_by_nobody_elses_link(self) -> None:
        load = self.loaded(self.good(), BAD)
        url = reverse("admin:customers_load_refused", args=[load.pk])
        answer = self.client.get(url, headers={"Sec-Fetch-Site": "cross-site"})
        self.assertEqual(answer.status_code, 403)
        self.assertFalse(Download.objects.exists())

    def test_undo_takes_the_payments_back_and_says_so(self) -> None:
        load = self.loaded(self.good())
        self.act(load, "undo", sure="1")
        self.work()
        self.assertFalse(Payment.objects.exists())
        self.assertEqual(len(self.page(load).context["undone"]), 1)

    def test_undo_says_first_what_goes(self) -> None:
        load = self.loaded(self.good())
        page = self.act(load, "undo")
        self.assertContains(page, "1 × ")
        self.assertContains(page, 'name="sure"')
        self.work()
        self.assertTrue(Payment.objects.exists())

    def test_a_dismissal_says_why_and_a_cancel_by_whom(self) -> None:
        load = self.loaded(self.good(), BAD)
        self.act(load, "dismiss", why="  ")
        load.refresh_from_db()
        self.assertIsNone(load.settled_at)
        other = self.preview(self.good("GD5"))
        self.act(other, "cancel", client=self.as_boss())
        other.refresh_from_db()
        self.assertEqual((other.state, other.cancelled_by), ("cancelled", self.boss))
        self.assertContains(self.page(other), self.boss.name)

    def test_the_same_file_goes_in_again_after_its_undo(self) -> None:
        load = self.loaded(self.good())
        self.act(load, "undo", sure="1")
        self.work()
        self.assertNotEqual(self.loaded(self.good()), load)
        self.assertEqual(Payment.objects.count(), 1)

    def test_the_record_is_signed_and_an_altered_one_is_not_ours(self) -> None:
        load = self.loaded(self.good())
        url = reverse("admin:customers_load_manifest", args=[load.pk])
        text = self.client.get(url).content.decode()
        self.assertIn(load.sha256, text)
        self.assertIn('"after": "539633"', text)
        self.check_record(text)
        for altered in (text.replace("539633", "539634"), "[]", ""):
            with self.assertRaisesRegex(CommandError, "not as it was signed"):
                self.check_record(altered)

    def check_record(self, text: str) -> None:
        path = self.folder / "record.json"
        path.write_text(text)
        call_command("verify_load", str(path), stdout=StringIO())

    def test_is_forgotten_after_thirty_days_but_for_its_counts(self) -> None:
        load = self.loaded(self.good(), BAD)
        loads.tidy(at=load.made_at + Load.UNDOABLE + Load.HOLDS)
        load.refresh_from_db()
        self.assertEqual((load.created, load.refused, load.notes.count()), (1, 1, 0))
        self.assertFalse(files.path(load.sha256).exists())
        self.assertFalse(files.mending_path(load.pk).exists())
        self.assertEqual(self.page(load).status_code, 200)


class WhoSeesThemTests(AtDesk):
    def test_staff_of_one_company_load_nothing_and_see_nothing(self) -> None:
        load = self.preview(self.good())
        local: User = a_member(StaffRole.SUPERVISOR, unit=a_unit(code="PE77"))
        self.client.force_login(local)
        self.assertEqual(self.page(load).status_code, 404)
        file = self.file(self.good("GD7"))
        self.assertEqual(self.client.post(UPLOAD, {"import_file": file}).status_code, 403)
        self.assertEqual(self.client.get(reverse("admin:index")).context["loads"], [])
        kept = files.keep([b"x"])
        with self.assertRaises(loads.OneCompany):
            loads.take(
                kind="payments", name="x", kept=kept, source="desk", at=timezone.now(), by=local
            )
        with self.assertRaises(loads.OneCompany):
            loads.release(load=load, by=local, at=timezone.now())

    def test_auditors_look_and_do_nothing(self) -> None:
        load = self.preview(self.good())
        self.client.force_login(a_member(StaffRole.AUDITOR))
        self.assertEqual(self.page(load).status_code, 200)
        self.assertFalse(any(self.page(load).context["may"].values()))


class IndexTests(TestCase):
    def test_leads_who_may_load_to_all_kinds_in_their_order(self) -> None:
        self.client.force_login(a_member(StaffRole.OPERATOR))
        page = self.client.get(reverse("admin:index"))
        names = [url.split("/")[3] for _name, url in page.context["loads"]]
        self.assertEqual(
            names,
            [
                "operatingunit",
                "account",
                "arrangement",
                "contactpoint",
                "registration",
                "meter",
                "read",
                "bill",
                "payment",
                "debit",
                "servicefee",
                "outage",
            ],
        )

    def test_offers_agents_nothing_to_load(self) -> None:
        self.client.force_login(a_member(StaffRole.AGENT))
        self.assertEqual(self.client.get(reverse("admin:index")).context["loads"], [])
