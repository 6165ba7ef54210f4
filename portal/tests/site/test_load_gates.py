"""What decides whether one person's yes is enough: nobody passes it by a detour."""

from datetime import timedelta
from typing import Any
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from customers.models import Account, Load, User
from customers.services import loads
from customers.services.loads import files, previewing
from customers.tests.factories import a_unit
from portal.tests.loading import Loading, account_row, accounts

KNOWN = range(9_000_000, 9_000_030)


def rows(*, name: str = "Lê An", **more: Any) -> bytes:
    return accounts(*(account_row(f"PE0401{n:07}", f"S{n:06}", name=name, **more) for n in KNOWN))


class Gates(Loading):
    """Thirty accounts are known; a file would rename them all."""

    def setUp(self) -> None:
        super().setUp()
        a_unit(code="PE01")
        self.known = self.apply(self.preview("accounts", rows()))
        self.assertEqual(self.known.state, "done")

    def act(self, load: Load, verb: str, *, by: User | None = None, **data: str) -> Any:
        self.client.force_login(by or self.operator)
        url = reverse("admin:customers_load_act", args=[load.pk, verb])
        return self.client.post(url, data, follow=True)

    def renamed(self) -> int:
        return Account.objects.filter(holder_name="Tên Khác").count()

    def stale(self, load: Load) -> None:
        """A day passes."""
        at = timezone.now() - timedelta(hours=25)
        Load.objects.filter(pk=load.pk).update(previewed_at=at)


class CheckAgainTests(Gates):
    def test_counts_anew_and_asks_the_second_person_as_before(self) -> None:
        load = self.preview("accounts", rows(name="Tên Khác"))
        first = (load.created, load.updated, load.unchanged, load.report["doubts"])
        for _time in range(3):
            self.stale(load)
            self.act(load, "check")
            load = self.work(load)
        self.assertEqual((load.created, load.updated, load.unchanged, load.report["doubts"]), first)
        self.act(load, "confirm")
        self.assertEqual((self.work(load).state, self.renamed()), ("waiting", 0))

    def test_says_where_nothing_would_change(self) -> None:
        load = self.preview("accounts", rows(), again=True)
        self.assertEqual((load.state, load.unchanged), ("previewed", len(KNOWN)))
        self.client.force_login(self.operator)
        page = self.client.get(reverse("admin:customers_load_change", args=[load.pk]))
        self.assertContains(page, "Tệp này không làm thay đổi gì")

    def test_is_refused_while_the_check_holds(self) -> None:
        load = self.preview("accounts", rows(name="Tên Khác"))
        with self.assertRaises(loads.NotNow):
            loads.check_again(load=load, at=timezone.now())

    def test_loads_no_file_from_the_folder_with_nobodys_yes(self) -> None:
        kept = files.keep([rows(name="Tên Khác")])
        load, _new = loads.take(
            kind="accounts", name="x.csv", kept=kept, source="inbox", at=timezone.now()
        )
        load = self.work(load)
        for _time in range(20):
            self.stale(load)
            self.act(load, "check")
            load = self.work(load)
        self.assertEqual((load.state, self.renamed()), ("previewed", 0))


class TwoPreviewsTests(Gates):
    def confirm(self, load: Load) -> None:
        loads.confirm(load=load, by=load.made_by, at=timezone.now())

    def test_are_not_both_confirmed_before_the_first_begins(self) -> None:
        first, second = (
            self.preview("accounts", accounts(account_row("PE01000000777", "N1", name=name)))
            for name in ("Thật", "Giả")
        )
        self.confirm(first)
        with self.assertRaises(loads.Expired):
            self.confirm(second)
        self.assertEqual((self.work(first).state, self.work(second).state), ("done", "previewed"))

    def test_wait_while_what_they_build_on_is_written(self) -> None:
        accounts_ = self.preview("accounts", accounts(account_row("PE01000000777", "N1")))
        kept = files.keep([self.payments(self.payment(Account.objects.all()[0], "GD1"))])
        payments, _new = loads.take(
            kind="payments", name="x.csv", kept=kept, source="inbox", at=timezone.now()
        )
        self.confirm(accounts_)
        self.assertEqual(self.work(payments).state, "uploaded")
        self.work(accounts_)
        self.assertEqual(self.work(payments).state, "done")

    def test_from_the_folder_are_checked_again_where_something_was_written_meanwhile(self) -> None:
        accounts_ = self.preview("accounts", accounts(account_row("PE01000000777", "N1")))
        kept = files.keep([self.payments(self.payment(Account.objects.all()[0], "GD1"))])
        payments, _new = loads.take(
            kind="payments", name="x.csv", kept=kept, source="inbox", at=timezone.now()
        )
        finish = previewing.finish

        def meanwhile(**values: Any) -> None:
            finish(**values)
            if Load.objects.get(pk=accounts_.pk).state == "previewed":
                self.confirm(accounts_)

        with mock.patch.object(previewing, "finish", meanwhile):
            self.assertEqual(self.work(payments).state, "uploaded")
        self.work(accounts_)
        self.assertEqual(self.work(payments).state, "done")


class SlippedPhonesTests(Loading):
    def setUp(self) -> None:
        super().setUp()
        self.enterContext(self.settings(LOAD_CHUNK=1_000))

    def file(self, numbers: range, slip: int) -> bytes:
        """Contracts of which the first twenty have a phone, all of them ``slip`` rows too high."""
        phones = [f"090{n + slip:07}" if n < 20 else "" for n in numbers]
        return accounts(
            *(
                account_row(f"PE0401{n:07}", f"S{n:06}", phone=phone)
                for n, phone in zip(numbers, phones, strict=True)
            )
        )

    def test_wait_for_a_second_person_also_where_few_have_a_phone(self) -> None:
        a_unit(code="PE01")
        for numbers in (range(20), range(600)):
            with self.subTest(rows=len(numbers)):
                self.apply(self.preview("accounts", self.file(range(600), 0), again=True))
                load = self.preview("accounts", self.file(numbers, 1))
                self.assertIn("replaced", [one["code"] for one in load.report["doubts"]])
                self.client.force_login(self.operator)
                url = reverse("admin:customers_load_change", args=[load.pk])
                self.assertContains(self.client.get(url), "alert--warning")

    def test_do_not_wait_where_one_customer_has_another(self) -> None:
        a_unit(code="PE01")
        self.apply(self.preview("accounts", self.file(range(600), 0)))
        load = self.preview("accounts", self.file(range(1), 5))
        self.assertEqual((load.updated, load.report["doubts"][1:]), (1, []))


class MendingTests(Gates):
    BAD = "PE99,10/2026,1,2026-11-04 12:17,Ví,GD2"

    def setUp(self) -> None:
        super().setUp()
        self.account = Account.objects.order_by("pk")[0]

    def of_payments(self, *references: str, more: tuple[str, ...] = ()) -> bytes:
        rows = [self.payment(self.account, reference) for reference in references]
        return self.payments(*rows, *more)

    def refused(self, *bad: str, good: int = 0) -> Load:
        """A load whose ``bad`` rows were refused."""
        content = self.of_payments(*(f"A{n}" for n in range(good)), more=bad or (self.BAD,))
        load = self.apply(self.preview("payments", content))
        if load.state == "waiting":
            loads.release(load=load, by=self.other, at=timezone.now())
            load = self.work(load)
        self.assertEqual((load.state, load.refused), ("done", len(bad) or 1))
        return load

    def test_is_taken_only_for_a_load_with_open_refusals(self) -> None:
        done = self.apply(self.preview("payments", self.of_payments("A1")))
        with self.assertRaises(loads.NothingToMend):
            self.bring("payments", self.of_payments("B1"), mends=done)
        waiting = self.preview("payments", self.of_payments("C1", more=(self.BAD,)))
        with self.assertRaises(loads.NothingToMend):
            self.bring("payments", self.of_payments("B2"), mends=waiting)

    def test_spares_no_file_the_second_person_that_is_another_one(self) -> None:
        load = self.refused(good=120)
        many = self.of_payments(*(f"B{n}" for n in range(600)))
        self.assertTrue(self.preview("payments", many, mends=load).needs_second)
        one = self.preview("payments", self.of_payments("ZZ"), mends=load)
        self.assertEqual([doubt["code"] for doubt in one.report["doubts"]], ["rows"])
        row = self.preview("payments", self.of_payments("GD2"), mends=load)
        self.assertEqual(row.report["doubts"], [])

    def test_is_asked_for_a_short_file_whatever_was_loaded_in_between(self) -> None:
        self.apply(self.preview("payments", self.of_payments(*(f"L{n}" for n in range(120)))))
        for reference in ("S1", "S2"):
            short = self.preview("payments", self.of_payments(reference))
            self.assertEqual([doubt["code"] for doubt in short.report["doubts"]], ["rows"])
            loads.confirm(load=short, by=self.operator, at=timezone.now())
            loads.release(load=short, by=self.other, at=timezone.now())
            self.assertEqual(self.work(short).state, "done")

    def test_settles_only_what_came_mended(self) -> None:
        load = self.refused(self.BAD, self.BAD.replace("GD2", "GD3"))
        for references, is_open in ((["ZZ"], True), (["GD2"], True), (["GD3"], False)):
            content = self.of_payments(*references)
            self.assertEqual(self.apply(self.preview("payments", content, mends=load)).created, 1)
            load.refresh_from_db()
            self.assertEqual(load.settled_at is None, is_open, references)

    def test_opens_the_rows_again_when_the_mended_ones_are_undone(self) -> None:
        load = self.refused()
        mended = self.apply(self.preview("payments", self.of_payments("GD2"), mends=load))
        self.client.force_login(self.operator)
        page = self.client.get(reverse("admin:customers_load_change", args=[load.pk]))
        self.assertContains(page, reverse("admin:customers_load_change", args=[mended.pk]))
        self.assertFalse(Load.objects.with_open_refusals().exists())
        self.undo(mended)
        self.assertEqual(Load.objects.with_open_refusals().get(), load)

    def test_keeps_a_dismissal_when_mended_rows_are_undone(self) -> None:
        load = self.refused(self.BAD, self.BAD.replace("GD2", "GD3"))
        mended = self.apply(self.preview("payments", self.of_payments("GD2"), mends=load))
        loads.dismiss(load=load, why="Khách đã thanh lý", by=self.operator, at=timezone.now())
        self.undo(mended)
        self.assertFalse(Load.objects.with_open_refusals().exists())

    def test_settles_nothing_while_a_row_is_refused_again(self) -> None:
        load = self.refused()
        again = self.preview("payments", self.of_payments(more=(self.BAD, "")), mends=load)
        again = self.apply(again)
        loads.release(load=again, by=self.other, at=timezone.now())
        self.assertEqual(self.work(again).state, "done")
        load.refresh_from_db()
        self.assertIsNone(load.settled_at)

    def test_at_the_desk_says_that_nothing_is_open(self) -> None:
        done = self.apply(self.preview("payments", self.of_payments("A1")))
        self.client.force_login(self.operator)
        url = reverse("admin:customers_load_mend", args=[done.pk])
        file = SimpleUploadedFile("x.csv", self.of_payments("B1"))
        page = self.client.post(url, {"import_file": file}, follow=True)
        self.assertContains(page, "messagelist")
        self.assertEqual(Load.objects.filter(kind="payments").count(), 1)
