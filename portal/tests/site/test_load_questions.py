"""What a file leaves open is asked once, and remembered for files with the same headings."""

from io import BytesIO
from unittest.mock import ANY

from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from billing.models import Payment, Read
from billing.tests.factories import a_bill
from customers.models import FileReading, Load, StaffRole
from customers.services import loads
from customers.services.loads import files
from customers.tests.factories import a_member, a_meter, a_unit, an_account
from portal.lib.importing import resource_of
from portal.tests.loading import PAYMENTS, Loading

READS = "Mã khách hàng,Số công tơ,Ngày,Chỉ số"


class Asking(Loading):
    def setUp(self) -> None:
        super().setUp()
        self.account = an_account(unit=a_unit())
        self.client.force_login(self.operator)

    def say(self, load: Load, **said: str) -> Load:
        loads.answer(load=load, said=said, by=self.operator, at=timezone.now())
        return self.work(load)

    def foreign(self, reference: str, heading: str = "So tien thu") -> bytes:
        header = PAYMENTS.replace("Số tiền", heading)
        return f"{header}\n{self.payment(self.account, reference)}\n".encode()


class HeadingTests(Asking):
    def test_that_nobody_knows_are_asked_and_hold_for_the_next_file(self) -> None:
        load = self.preview("payments", self.foreign("GD1"))
        self.assertEqual(load.state, "asked")
        self.assertEqual(load.report["asked"]["names"], ["amount"])
        self.assertEqual(load.report["asked"]["headings"], ["So tien thu"])
        load = self.say(load, amount="So tien thu")
        self.assertEqual((load.state, load.created), ("previewed", 1))
        self.assertFalse(FileReading.objects.exists())
        self.apply(load)
        self.assertEqual(Payment.objects.get().amount, 1000)

        following = self.preview("payments", self.foreign("GD2"))
        self.assertEqual((following.state, following.created), ("previewed", 1))

    def test_of_a_file_that_never_went_in_are_asked_anew(self) -> None:
        load = self.say(self.preview("payments", self.foreign("GD1")), amount="So tien thu")
        loads.cancel(load=load, why="", by=self.operator, at=timezone.now())
        self.assertEqual(self.preview("payments", self.foreign("GD2")).state, "asked")

    def test_that_were_forgotten_are_asked_anew(self) -> None:
        load = self.apply(
            self.say(self.preview("payments", self.foreign("GD1")), amount="So tien thu")
        )
        page = self.client.get(reverse("admin:customers_load_change", args=[load.pk]))
        self.assertContains(page, "act/forget/")
        self.client.post(reverse("admin:customers_load_act", args=[load.pk, "forget"]))
        self.assertEqual(self.preview("payments", self.foreign("GD2")).state, "asked")

    def test_stay_forgotten_though_a_file_read_by_them_goes_in_afterwards(self) -> None:
        first = self.apply(
            self.say(self.preview("payments", self.foreign("GD1")), amount="So tien thu")
        )
        second = self.preview("payments", self.foreign("GD2"))
        loads.forget(load=first, by=self.operator)
        self.assertEqual(self.apply(second).state, "done")
        self.assertEqual(self.preview("payments", self.foreign("GD3")).state, "asked")

    def test_learned_from_a_file_that_is_undone_are_asked_anew(self) -> None:
        load = self.say(self.preview("payments", self.foreign("GD1")), amount="So tien thu")
        self.assertEqual(self.undo(self.apply(load)).state, "undone")
        self.assertEqual(self.preview("payments", self.foreign("GD2")).state, "asked")

    def test_hold_for_no_file_with_other_headings(self) -> None:
        self.apply(self.say(self.preview("payments", self.foreign("GD1")), amount="So tien thu"))
        other = self.foreign("GD2").replace("Kênh thu".encode(), "Kênh thu,Ghi chú".encode())
        other = other.replace("Ngân hàng,".encode(), "Ngân hàng,,".encode())
        self.assertEqual(self.preview("payments", other).state, "asked")

    def test_of_refused_rows_are_those_of_the_file_and_mended_ones_go_in(self) -> None:
        content = self.foreign("GD1").replace(b",1000,", b",x,")
        load = self.apply_two(self.say(self.preview("payments", content), amount="So tien thu"))
        self.assertEqual((load.state, load.refused), ("done", 1))
        book = files.mending_path(load.pk).read_bytes()
        mended = self.preview("payments", book, mends=load)
        self.assertEqual((mended.state, mended.refused), ("previewed", 1), mended.why)

    def apply_two(self, load: Load) -> Load:
        load = self.apply(load)
        loads.release(load=load, by=self.other, at=timezone.now())
        return self.work(load)

    def test_of_a_file_of_another_kind_are_not_asked(self) -> None:
        a_bill()
        load = self.preview("bills", f"{READS}\n{self.account.number},1,01/11/2026,1\n".encode())
        self.assertEqual(load.state, "refused")

    def test_that_are_all_of_another_kind_say_where_the_file_belongs(self) -> None:
        known = resource_of("bills").table.columns
        content = ";".join(column.heading for column in known).encode() + b"\nPE1;x"
        load = self.preview("payments", content)
        self.assertEqual(load.state, "refused")
        self.assertIn(str(resource_of("bills").label), load.why)

    def test_one_heading_cannot_mean_two_columns(self) -> None:
        content = self.foreign("GD1").replace("Mã giao dịch".encode(), b"Giao dich so")
        load = self.preview("payments", content)
        self.assertEqual(load.report["asked"]["names"], ["amount", "reference"])
        for said in (
            {},
            {"amount": "So tien thu"},
            dict.fromkeys(("amount", "reference"), "Giao dich so"),
        ):
            with self.assertRaises(loads.NotAnAnswer):
                loads.answer(load=load, said=said, by=self.operator, at=timezone.now())
        load.refresh_from_db()
        self.assertEqual((load.state, load.answers), ("asked", ANY))
        self.assertNotIn("said", load.answers)


class UnattendedTests(Asking):
    """What comes from the folder by night is seen by nobody."""

    def from_folder(self, content: bytes) -> Load:
        load, _new = loads.take(
            kind="payments", name="dem.csv", kept=files.keep([content]), source=Load.Source.INBOX,
            at=timezone.now(),
        )  # fmt: skip
        return self.work(load)

    def let_in(self, load: Load) -> Load:
        at = timezone.now()
        loads.confirm(load=load, by=self.operator, at=at)
        loads.release(load=load, by=self.other, at=at)
        return self.work(load)

    def test_no_one_person_teaches_how_its_files_are_read(self) -> None:
        self.apply(self.say(self.preview("payments", self.foreign("GD1")), amount="So tien thu"))
        load = self.from_folder(self.foreign("GD2"))
        self.assertEqual((load.state, load.needs_second), ("previewed", True))
        self.assertEqual(Payment.objects.count(), 1)
        page = self.client.get(reverse("admin:customers_load_change", args=[load.pk]))
        self.assertContains(page, "So tien thu")

        self.assertEqual(self.let_in(load).state, "done")
        self.assertEqual(self.from_folder(self.foreign("GD3")).state, "done")

    def test_no_one_person_answers_for_it(self) -> None:
        load = self.say(self.from_folder(self.foreign("GD1")), amount="So tien thu")
        self.assertEqual((load.state, load.needs_second), ("previewed", True))
        self.assertEqual(self.let_in(load).state, "done")
        self.assertEqual(self.from_folder(self.foreign("GD2")).state, "done")

    def test_what_one_teaches_anew_counts_as_theirs(self) -> None:
        known = self.let_in(self.say(self.from_folder(self.foreign("GD1")), amount="So tien thu"))
        loads.forget(load=known, by=self.operator)
        self.apply(self.say(self.preview("payments", self.foreign("GD2")), amount="So tien thu"))
        self.assertEqual(self.from_folder(self.foreign("GD3")).state, "previewed")


class NumberTests(Asking):
    def reads(self, index: str, day: str = "01/11/2026") -> bytes:
        a_meter(account=self.account, serial="111111") if not self.account.meters.exists() else None
        return f'{READS}\n{self.account.number},111111,{day},"{index}"\n'.encode()

    def test_that_read_in_two_ways_are_asked(self) -> None:
        for mark, wh in ((",", 1_250_000), (".", 1_250)):
            with self.subTest(mark=mark):
                load = self.preview("reads", self.reads("1.250"), again=True)
                self.assertEqual(
                    load.report["asked"],
                    {"about": "mark", "column": "index_wh", "example": "1.250"},
                )
                load = self.say(load, mark=mark)
                self.assertEqual(load.state, "previewed", load.why)
                Read.objects.all().delete()
                load = self.apply(load)
                self.assertEqual(Read.objects.get().index_wh, wh)
                FileReading.objects.all().delete()

    def test_that_say_themselves_how_they_are_written_go_before_what_was_said(self) -> None:
        self.apply(self.say(self.preview("reads", self.reads("1.250")), mark="."))
        load = self.preview("reads", self.reads("1.250,5", day="02/11/2026"))
        self.apply(load)
        self.assertEqual(Read.objects.get(day="2026-11-02").index_wh, 1_250_500)

    def test_are_no_question_where_they_are_mixed(self) -> None:
        content = (
            self.reads("1.250,5") + f'{self.account.number},111111,02/11/2026,"1,260.5"\n'.encode()
        )
        self.assertEqual(self.preview("reads", content).state, "refused")


class SheetTests(Asking):
    def book(self) -> bytes:
        book, out = Workbook(), BytesIO()
        for name in ("Thu", "Chi"):
            sheet = book.create_sheet(name)
            sheet.append(PAYMENTS.split(","))
            sheet.append(self.payment(self.account, f"GD{name}").split(","))
        del book["Sheet"]
        book.save(out)
        return out.getvalue()

    def test_are_asked_where_several_hold_data(self) -> None:
        load = self.preview("payments", self.book())
        self.assertEqual(load.report["asked"], {"about": "sheet", "names": ["Thu", "Chi"]})
        load = self.apply(self.say(load, sheet="Chi"))
        self.assertEqual(Payment.objects.get().reference, "GDCHI")


class PageTests(Asking):
    def test_asks_whoever_may_load_and_takes_the_answer(self) -> None:
        load = self.preview("payments", self.foreign("GD1"))
        url = reverse("admin:customers_load_change", args=[load.pk])
        act = reverse("admin:customers_load_act", args=[load.pk, "answer"])
        page = self.client.get(url)
        self.assertContains(page, '<option value="So tien thu">')
        self.client.force_login(a_member(StaffRole.AGENT))
        self.assertEqual(self.client.post(act, {"amount": "So tien thu"}).status_code, 403)
        self.client.force_login(self.operator)
        self.client.post(act, {"amount": "Kênh thu"})
        load.refresh_from_db()
        self.assertEqual(load.state, "asked")
        self.client.post(act, {"amount": "So tien thu"})
        self.assertEqual(self.work(load).state, "previewed")
        self.assertContains(self.client.get(url), "So tien thu")

    def test_of_numbers_shows_both_ways(self) -> None:
        a_meter(account=self.account, serial="111111")
        load = self.preview(
            "reads", f"{READS}\n{self.account.number},111111,01/11/2026,1.250\n".encode()
        )
        page = self.client.get(reverse("admin:customers_load_change", args=[load.pk]))
        self.assertContains(page, '<option value=",">')
        self.assertContains(page, '<option value=".">')
