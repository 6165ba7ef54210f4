"""A load that is cancelled, breaks, or has totals under its rows: the books stay right."""

from datetime import timedelta
from typing import Any
from unittest import mock

from django.utils import timezone

from billing.models import Payment
from customers.models import LoadNote, LoadRow
from customers.services import loads
from customers.services.loads import staging, undoing
from customers.tests.factories import an_account
from portal.lib.importing import resource_of
from portal.tests.loading import Loading


class TotalsTests(Loading):
    def test_are_remarked_on_and_no_row(self) -> None:
        content = self.payments(self.payment(an_account(), "GD1"), "Tổng cộng,,1000,,,")
        load = self.preview("payments", content)
        self.assertEqual((load.rows, load.created, load.refused), (1, 1, 0))
        self.assertEqual(LoadNote.objects.filter(load=load, kind="remark", row=3).count(), 1)


class CancelTests(Loading):
    def test_holds_also_while_the_last_rows_are_read(self) -> None:
        row = self.payment(an_account(), "GD1")
        load, _new = loads.bring(
            kind="payments", name="x.csv", pieces=[self.payments(row)],
            source="inbox", at=timezone.now(),
        )  # fmt: skip

        about = staging._about

        def cancelled(*given: Any) -> dict[str, object]:
            loads.cancel(load=load, why="wrong", by=None, at=timezone.now())
            return about(*given)

        with mock.patch.object(staging, "_about", cancelled):
            load = self.work(load)
        self.assertEqual((load.state, load.why), ("cancelled", "wrong"))
        self.assertFalse(LoadRow.objects.exists())
        self.assertFalse(Payment.objects.exists())


class FailureTests(Loading):
    """Something breaks while the background is at a load."""

    def setUp(self) -> None:
        super().setUp()
        account = an_account()
        rows = [self.payment(account, f"GD{n:03}") for n in range(40)]
        self.load = self.apply(self.preview("payments", self.payments(*rows)))
        self.at = timezone.now()

    def break_undo(self, *, after: int, times: int) -> None:
        """An undo that breaks ``times`` times, each a rest later and ``after`` batches on."""
        batch = undoing.batch

        def broken(**values: Any) -> bool:
            broken.calls += 1  # type: ignore[attr-defined]
            if broken.calls > after:  # type: ignore[attr-defined]
                raise OSError("the disk is gone")
            return batch(**values)

        for _time in range(times):
            broken.calls = 0  # type: ignore[attr-defined]
            with mock.patch.object(undoing, "batch", broken):
                loads.work(resource=resource_of("payments"), clock=lambda: self.at, seconds=60)
            self.at += timedelta(minutes=2)
        self.load.refresh_from_db()

    def undoing(self) -> None:
        loads.ask_undo(load=self.load, by=self.operator, at=timezone.now())

    def test_forgets_nothing_of_what_was_undone_already(self) -> None:
        self.undoing()
        with mock.patch.object(undoing, "BATCH", 5):
            self.break_undo(after=1, times=3)
        self.assertEqual((self.load.state, self.load.tries), ("undoing", 1))
        taken = self.load.report["undone"]["taken"]["billing_payment"]
        self.assertEqual(taken, 40 - Payment.objects.count())
        self.assertGreater(taken, 0)

    def test_gives_up_after_rests_not_after_three_blips(self) -> None:
        self.undoing()
        for _blip in range(20):
            self.break_undo(after=0, times=1)
            self.at -= timedelta(minutes=2)
        self.assertEqual((self.load.state, self.load.tries), ("undoing", 1))
        self.at += timedelta(minutes=2)
        self.break_undo(after=0, times=4)
        self.assertEqual(self.load.state, "cancelled")
        self.assertTrue(self.load.why)
