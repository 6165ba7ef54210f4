"""A file on its way: taken once, previewed without a trace, applied in chunks, taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest import mock

import psycopg
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from billing.models import Bill, EarlierRead, Payment, Read, StandingRead
from billing.services import closing
from billing.tests.factories import a_bill, a_read
from customers.models import (
    Account,
    ContactPoint,
    Load,
    LoadChange,
    LoadNote,
    LoadRow,
    Meter,
)
from customers.services import loads
from customers.services.loads import files, ladder, staging, steps, working
from customers.tests.factories import a_link, a_meter, a_unit, an_account
from customers.tests.loading import loaded
from portal.demo.company import DATA, FILES
from portal.lib import spreadsheets, sql
from portal.lib.importing import resource_of
from portal.tests.loading import ACCOUNTS, Loading, account_row, accounts
from portal.tests.test_imports import CREATED, REFUSED, row_versions


@contextmanager
def held_elsewhere(key: str) -> Iterator[None]:
    """Another connection holds the lock ``key``."""
    with psycopg.connect(sql.database_url()) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
        yield


class SampleFilesTests(Loading):
    def test_go_in_as_they_do_at_once_and_the_same_rows_are_refused(self) -> None:
        for kind, name in FILES.items():
            with override_settings(LOAD_CHUNK=1000):
                load = self.preview(kind, (DATA / name).read_bytes())
                self.assertEqual(load.state, "previewed", load.why)
                self.assertEqual(load.created, CREATED[kind], kind)
                load.needs_second = False
                load.save()
                load = self.apply(load)
            self.assertEqual(load.state, "done")
            self.assertEqual(load.created, CREATED[kind], kind)
            refused = LoadNote.objects.filter(load=load, kind="refused")
            self.assertEqual(dict(refused.values_list("row", "column")), REFUSED[kind])
            self.assertEqual(load.rows, load.created + load.updated + load.unchanged + load.refused)
        self.assertFalse(LoadRow.objects.exists())


class PreviewTests(Loading):
    def test_changes_nothing_and_tells_each_field(self) -> None:
        account = an_account(unit=a_unit())
        a_meter(account=account, serial="111111")
        before = row_versions()
        row = account_row(account.number, "111111", name="Lê Mới", phone="0903123456")
        load = self.preview("accounts", accounts(row))
        self.assertEqual((load.created, load.updated), (0, 1))
        self.assertEqual(row_versions(), before)
        self.assertFalse(LoadChange.objects.exists())
        (change,) = [c for c in load.report["changes"] if c["table"] == "customers_account"]
        fields = {name: (was, now) for name, was, now in change["fields"]}
        self.assertEqual(fields["holder_name"], (account.holder_name, "Lê Mới"))
        self.assertNotIn("households", fields)

    def test_expires_when_another_load_has_written(self) -> None:
        account = an_account()
        first = self.preview("payments", self.payments(self.payment(account, "GD1")))
        second = self.preview("payments", self.payments(self.payment(account, "GD2")))
        self.apply(first)
        with self.assertRaises(loads.Expired):
            self.apply(second)
        loads.check_again(load=second, at=timezone.now())
        self.assertEqual(self.apply(self.work(second)).state, "done")

    def test_expires_after_a_day(self) -> None:
        load = self.preview("payments", self.payments(self.payment(an_account(), "GD1")))
        with self.assertRaises(loads.Expired):
            at = timezone.now() + timedelta(hours=25)
            loads.confirm(load=load, by=self.operator, at=at)

    def test_is_confirmed_by_whoever_made_it_and_once(self) -> None:
        load = self.preview("payments", self.payments(self.payment(an_account(), "GD1")))
        with self.assertRaises(loads.NotYours):
            loads.confirm(load=load, by=self.other, at=timezone.now())
        loads.confirm(load=load, by=self.operator, at=timezone.now())
        with self.assertRaises(loads.NotNow):
            loads.confirm(load=load, by=self.operator, at=timezone.now())

    def test_of_a_file_that_is_none_says_why_and_keeps_no_rows(self) -> None:
        load = self.preview("payments", b"\x89PNG\r\n\x1a\n" + bytes(99))
        self.assertEqual(load.state, "refused")
        self.assertIn("CSV", load.why)

    def test_refused_by_its_last_row_leaves_nothing(self) -> None:
        account = an_account()
        rows = [self.payment(account, f"GD{n}") for n in range(20)]
        load = self.preview("payments", self.payments(*rows, "Tổng cộng,,999,,,"))
        self.assertEqual(load.state, "refused")
        self.assertFalse(LoadRow.objects.exists())
        self.assertFalse(LoadNote.objects.exists())


class SecondPersonTests(Loading):
    def doubtful(self) -> Load:
        account = an_account()
        bad = "PE99,10/2026,1,2026-11-04 12:17,Ví,GD2"
        load = self.preview("payments", self.payments(self.payment(account, "GD1"), bad))
        self.assertEqual([one["code"] for one in load.report["doubts"]], ["refused"])
        return load

    def test_is_asked_where_more_than_one_of_a_hundred_is_refused(self) -> None:
        load = self.apply(self.doubtful())
        self.assertEqual(load.state, "waiting")
        self.assertFalse(Payment.objects.exists())
        with self.assertRaises(loads.SamePerson):
            loads.release(load=load, by=self.operator, at=timezone.now())
        loads.release(load=load, by=self.other, at=timezone.now())
        self.assertEqual(self.work(load).state, "done")
        self.assertEqual(Payment.objects.count(), 1)

    def test_is_not_asked_for_five_in_ten_thousand(self) -> None:
        account = an_account()
        rows = [self.payment(account, f"GD{n}") for n in range(500)]
        bad = [self.payment(account, f"B{n}").replace(",1000,", ",x,") for n in range(5)]
        load = self.preview("payments", self.payments(*rows, *bad))
        self.assertEqual((load.refused, load.needs_second), (5, False))
        again = self.preview("payments", self.payments(*rows, *bad, bad[0].replace("B0", "B9")))
        self.assertEqual((again.refused, again.needs_second), (6, True))

    def test_is_asked_for_bills_of_which_nearly_all_are_known(self) -> None:
        with override_settings(LOAD_CHUNK=1000):
            for kind in ("units", "accounts", "bills"):
                loaded(kind, (DATA / FILES[kind]).read_bytes())
            load = self.preview("bills", (DATA / FILES["bills"]).read_bytes(), again=True)
        self.assertIn("known", [one["code"] for one in load.report["doubts"]])
        self.assertEqual((load.created, load.updated), (0, 0))

    def test_is_asked_where_bills_would_be_paid_a_second_time(self) -> None:
        bills = [a_bill(month=date(2026, 10, 1), total=1000) for _n in range(4)]

        def payments(letter: str) -> bytes:
            rows = (self.payment(one.account, f"{letter}{n}") for n, one in enumerate(bills))
            return self.payments(*rows)

        first = self.apply(self.preview("payments", payments("A")))
        self.assertEqual((first.report["doubts"], first.remarked, first.state), ([], 0, "done"))
        again = self.preview("payments", payments("B"))
        doubt = {"code": "paid_already", "paid_already": 4, "new": 4}
        self.assertEqual((again.report["doubts"], again.created), ([doubt], 4))
        self.client.force_login(self.other)
        page = self.client.get(reverse("admin:customers_load_change", args=[again.pk]))
        self.assertContains(page, "4 trong 4 khoản thanh toán mới là của hóa đơn đã được trả đủ")
        self.assertContains(page, "Hóa đơn của kỳ này đã được trả đủ")

    @mock.patch.object(staging, "MOST_REMARKS", 2)
    def test_is_asked_for_payments_that_stand_twice_in_the_file_among_other_remarks(self) -> None:
        bills = [a_bill(month=date(2026, 10, 1), total=1000) for _n in range(3)]
        early = [self.payment(an_account(), f"C{n}") for n in range(3)]
        twice = [self.payment(one.account, f"{x}{n}") for x in "AB" for n, one in enumerate(bills)]
        known = [self.payment(an_account(), f"K{n}") for n in range(100)]
        with override_settings(LOAD_CHUNK=1000):
            self.apply(self.preview("payments", self.payments(*known)))
            load = self.preview("payments", self.payments(*known, *early, *twice))
            self.assertEqual(load.report["doubts"], [])
            more = [self.payment(one.account, f"D{n}") for n, one in enumerate(bills * 2)]
            load = self.preview("payments", self.payments(*known, *early, *twice, *more))
        doubt = {"code": "paid_already", "paid_already": 9, "new": 15}
        self.assertEqual(load.report["doubts"], [doubt])

    def test_is_asked_where_the_names_have_slipped(self) -> None:
        accounts = [an_account(unit=a_unit()) for _n in range(4)]
        rows = [
            f"{a.number},Tên Khác {n},,{a.address},{a.ward},,,{a.unit.code},SHBT,1,88{n},1,31,,"
            for n, a in enumerate(accounts, 100)
        ]
        load = self.preview("accounts", "\n".join((ACCOUNTS, *rows)).encode())
        self.assertIn("renamed", [one["code"] for one in load.report["doubts"]])


class ApplyTests(Loading):
    def test_goes_on_from_its_mark_after_a_worker_was_killed(self) -> None:
        account = an_account()
        rows = [self.payment(account, f"GD{n:03}") for n in range(40)]
        load = self.preview("payments", self.payments(*rows))
        loads.confirm(load=load, by=self.operator, at=timezone.now())
        load.refresh_from_db()
        working.apply_chunk(load=load, resource=resource_of("payments"), at=timezone.now())
        self.assertEqual(Payment.objects.count(), 7)
        load = self.work(load)
        self.assertEqual((load.created, Payment.objects.count()), (40, 40))

    def test_reads_the_file_again_where_the_database_lost_the_rows(self) -> None:
        account = an_account()
        rows = [self.payment(account, f"GD{n:03}") for n in range(20)]
        load = self.preview("payments", self.payments(*rows))
        LoadRow.objects.all().delete()
        self.assertEqual(self.apply(load).created, 20)

    def test_stops_where_it_was_cancelled_and_says_what_is_in(self) -> None:
        account = an_account()
        rows = [self.payment(account, f"GD{n:03}") for n in range(40)]
        load = self.preview("payments", self.payments(*rows))
        loads.confirm(load=load, by=self.operator, at=timezone.now())
        load.refresh_from_db()
        working.apply_chunk(load=load, resource=resource_of("payments"), at=timezone.now())
        loads.cancel(load=load, why="", by=None, at=timezone.now())
        load = self.work(load)
        self.assertEqual((load.state, load.created, Payment.objects.count()), ("cancelled", 7, 7))
        self.assertEqual(self.undo(load).state, "undone")
        self.assertFalse(Payment.objects.exists())

    def test_exchanges_meters_of_two_accounts_far_apart_in_the_file(self) -> None:
        unit = a_unit()
        first, last = (
            an_account(number="PE01000000001", unit=unit),
            an_account(number="PE01000000099", unit=unit),
        )
        a_meter(account=first, serial="AAA1")
        a_meter(account=last, serial="BBB1")
        others = [an_account(number=f"PE010000000{n}", unit=unit) for n in range(10, 40)]

        rows = [account_row(first.number, "BBB1")]
        rows += [account_row(other.number, f"C{other.number}") for other in others]
        rows += [account_row(last.number, "AAA1")]
        load = self.preview("accounts", accounts(*rows))
        self.assertEqual(load.refused, 0)
        load.needs_second = False
        load.save()
        self.apply(load)
        in_place = dict(Meter.objects.in_place().values_list("account__number", "serial"))
        self.assertEqual((in_place[first.number], in_place[last.number]), ("BBB1", "AAA1"))

    def test_lets_a_load_wait_while_another_worker_is_at_its_kind(self) -> None:
        load = self.bring("payments", self.payments(self.payment(an_account(), "GD1")))
        with held_elsewhere("load:payments"):
            more = loads.work(resource=resource_of("payments"), clock=timezone.now, seconds=5)
        load.refresh_from_db()
        self.assertEqual((more, load.state), (False, "uploaded"))
        self.assertEqual(self.work(load).state, "previewed")


class SameFileTests(Loading):
    def test_is_one_load_whoever_brings_it(self) -> None:
        content = self.payments(self.payment(an_account(), "GD1"))
        first, second = (
            self.bring("payments", content),
            self.bring("payments", content, by=self.other),
        )
        self.assertEqual(first, second)

    def test_changes_nothing_when_it_is_loaded_again_on_purpose(self) -> None:
        content = self.payments(self.payment(an_account(), "GD1"))
        self.apply(self.preview("payments", content))
        versions = row_versions()
        again = self.apply(self.preview("payments", content, again=True))
        self.assertEqual((again.created, again.updated, again.unchanged), (0, 0, 1))
        self.assertEqual(row_versions(), versions)
        self.assertFalse(LoadChange.objects.filter(load=again).exists())

    def test_is_no_second_load_while_the_first_one_waits(self) -> None:
        content = self.payments(self.payment(an_account(), "GD1"))
        load = self.preview("payments", content)
        self.assertEqual(self.bring("payments", content, again=True), load)
        with self.assertRaises(ladder.UnderWay):
            steps.step("again", load=load, said={}, by=self.operator, at=timezone.now())
        loads.cancel(load=load, why="", by=self.operator, at=timezone.now())
        self.assertNotEqual(self.bring("payments", content, again=True), load)


class UndoTests(Loading):
    def test_takes_back_what_was_made_and_what_was_changed(self) -> None:
        unit = a_unit()
        known = an_account(unit=unit, number="PE01000000001")
        a_meter(account=known, serial="AAA1")
        before = (Account.objects.values().get(pk=known.pk), list(Meter.objects.values()))

        rows = [account_row(known.number, "NEW1", phone="0903123456")]
        rows += [account_row(f"PE0100000{n:04}", f"S{n}", phone="0903123456") for n in range(2, 30)]
        load = self.preview("accounts", accounts(*rows))
        load.needs_second = False
        load.save()
        load = self.apply(load)
        self.assertEqual((Account.objects.count(), load.created, load.updated), (29, 28, 1))
        load = self.undo(load)
        self.assertEqual(load.state, "undone")
        self.assertEqual(load.report["undone"]["kept"], {})
        after = (Account.objects.values().get(), list(Meter.objects.values()))
        self.assertEqual(after, before)
        self.assertFalse(ContactPoint.objects.exists())

    def test_leaves_what_something_was_built_on_and_says_what(self) -> None:
        a_unit()
        rows = [account_row(f"PE0100000{n:04}", f"S{n}") for n in range(2, 12)]
        load = self.apply(self.preview("accounts", accounts(*rows)))
        used = Account.objects.get(number="PE01000000005")
        a_link(account=used)
        a_bill(account=used)
        load = self.undo(load)
        undone = load.report["undone"]
        self.assertEqual([a.number for a in Account.objects.all()], [used.number])
        self.assertEqual(undone["kept"]["customers_account"], 1)
        self.assertEqual(undone["because"]["billing_bill"], 1)
        self.assertEqual(undone["because"]["customers_accountlink"], 1)

    def test_leaves_what_people_changed_since_also_where_the_load_made_it(self) -> None:
        a_unit(code="PE01")
        rows = [account_row(f"PE0100000{n:04}", f"S{n}", phone="0903123456") for n in range(2, 12)]
        load = self.apply(self.preview("accounts", accounts(*rows)))
        proven = ContactPoint.objects.get(account__number="PE01000000005")
        ContactPoint.objects.filter(pk=proven.pk).update(verified_at=timezone.now())
        read = Account.objects.get(number="PE01000000007")
        Account.objects.filter(pk=read.pk).update(reading_day=20)
        undone = self.undo(load).report["undone"]
        left = set(Account.objects.values_list("number", flat=True))
        self.assertEqual(left, {"PE01000000005", "PE01000000007"})
        self.assertEqual([contact.pk for contact in ContactPoint.objects.all()], [proven.pk])
        self.assertEqual(undone["because"]["people"], 2)

    def test_leaves_a_row_that_was_changed_since(self) -> None:
        unit = a_unit()
        known = an_account(unit=unit, number="PE01000000001")
        a_meter(account=known, serial="AAA1")

        for name in ("Tên Một", "Tên Hai"):
            row = account_row(known.number, "AAA1", name=name)
            self.apply(self.preview("accounts", accounts(row)))
        first = Load.objects.order_by("pk")[0]
        first = self.undo(first)
        self.assertEqual(Account.objects.get().holder_name, "Tên Hai")
        self.assertEqual(first.report["undone"]["kept"], {"customers_account": 1})

    def test_opens_a_bill_again_whose_payment_is_taken_back(self) -> None:
        bill = a_bill()
        row = f"{bill.account.number},{bill.month:%m/%Y},{bill.total},2026-11-04 12:17,Ví,GD1"
        load = self.apply(self.preview("payments", self.payments(row)))
        self.assertIsNotNone(Bill.objects.get().paid_at)
        self.undo(load)
        self.assertIsNone(Bill.objects.get().paid_at)
        self.assertFalse(Payment.objects.exists())

    def test_gives_a_corrected_read_its_value_back(self) -> None:
        read = a_read(meter=a_meter(serial="77"), day=timezone.localdate() - timedelta(days=3))
        head = "Mã khách hàng,Số công tơ,Ngày,Chỉ số,Chất lượng"
        day = f"{read.day:%Y-%m-%d}"
        content = f"{head}\n{read.meter.account.number},77,{day},{read.index_wh // 1000 + 1},TT"
        load = self.apply(self.preview("reads", content.encode()))
        self.assertEqual(load.updated, 1)
        self.undo(load)
        self.assertEqual(Read.objects.get().index_wh, read.index_wh)

    def test_gives_a_corrected_read_of_a_closed_month_its_value_back(self) -> None:
        day, meter = date(2026, 2, 3), a_meter(serial="77")
        read = a_read(meter=meter, day=day, learned_at=datetime(2026, 2, 4, tzinfo=UTC))
        closing.close_all(at=timezone.now())
        self.assertFalse(Read.objects.exists())
        head = "Mã khách hàng,Số công tơ,Ngày,Chỉ số,Chất lượng"
        content = f"{head}\n{meter.account.number},77,{day},{read.index_wh // 1000 + 1},TT"
        load = self.apply(self.preview("reads", content.encode()))
        self.assertEqual((load.updated, Read.objects.get().quality), (1, "corrected"))
        load = self.undo(load)
        self.assertEqual(load.report["undone"]["taken"], {"billing_read": 1})
        closing.close_all(at=timezone.now() + timedelta(days=40))
        stands = StandingRead.objects.get()
        self.assertEqual((stands.index_wh, stands.quality), (read.index_wh, "measured"))
        self.assertEqual(EarlierRead.objects.count(), 2)

    def test_is_offered_for_thirty_days(self) -> None:
        load = self.apply(self.preview("payments", self.payments(self.payment(an_account(), "G"))))
        self.assertTrue(ladder.may_undo(load=load, at=timezone.now()))
        later = timezone.now() + timedelta(days=31)
        self.assertFalse(ladder.may_undo(load=load, at=later))

    def test_is_refused_where_a_kind_is_not_undone(self) -> None:
        load = self.apply(self.preview("payments", self.payments(self.payment(an_account(), "G"))))
        for kind in ("outages", "debits"):
            Load.objects.filter(pk=load.pk).update(kind=kind)
            with self.assertRaises(loads.CannotUndo):
                loads.ask_undo(load=load, by=self.operator, at=timezone.now())


class MendingTests(Loading):
    def test_refused_rows_come_back_mended_and_settle_their_load(self) -> None:
        account = an_account()
        rows = [self.payment(account, f"GD{n}") for n in range(3)]
        wrong = f"{account.number},10/2026,một triệu,2026-11-04 12:17,=Ví,GD9"
        load = self.apply(self.preview("payments", self.payments(*rows, wrong)))
        loads.release(load=load, by=self.other, at=timezone.now())
        load = self.work(load)
        self.assertIn(load, Load.objects.with_open_refusals())
        path = files.mending_path(load.pk)
        sheet = spreadsheets.read(path, headings=resource_of("payments").table.headings())
        ((_number, cells),) = sheet.rows
        self.assertEqual(cells[0], "5")
        place = sheet.header.index("Số tiền")
        self.assertEqual(cells[place], "một triệu")
        self.assertIn("Số tiền", sheet.header[place + 1])
        self.assertTrue(cells[place + 1])
        self.assertIn("'=Ví", cells)
        second = self.apply(self.preview("payments", self.mended(path, place), mends=load))
        self.assertEqual((second.state, second.created, second.refused), ("done", 1, 0))
        self.assertEqual(Payment.objects.get(reference="GD9").collected_by, "=Ví")
        self.assertFalse(Load.objects.with_open_refusals().exists())

    def mended(self, path: Path, place: int) -> bytes:
        """The workbook as a person saves it who has typed one amount anew."""
        book = load_workbook(path)
        book.active.cell(2, place + 1).value = "1.000.000"
        book.save(self.tmp_path / "mended.xlsx")
        return (self.tmp_path / "mended.xlsx").read_bytes()

    def test_may_be_dismissed_with_a_reason(self) -> None:
        bad = "PE99,10/2026,1,2026-11-04 12:17,Ví,GD2"
        load = self.apply(self.preview("payments", self.payments(bad)))
        loads.release(load=load, by=self.other, at=timezone.now())
        load = self.work(load)
        loads.dismiss(load=load, why="Khách đã thanh lý", by=self.operator, at=timezone.now())
        self.assertFalse(Load.objects.with_open_refusals().exists())
        with self.assertRaises(loads.NotNow):
            loads.dismiss(load=load, why="x", by=self.operator, at=timezone.now())
