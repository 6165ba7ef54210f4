"""A file that was read once: what fails when it is read again is no fault of the file's."""

from unittest import mock

from django.utils import timezone

from billing.models import Payment
from customers.models import Load
from customers.services import loads
from customers.services.loads import files, mending, working
from customers.tests.factories import a_unit, an_account
from portal.lib import spreadsheets
from portal.lib.importing import resource_of
from portal.lib.spreadsheets import Refused
from portal.tests.lib.files import xlsx
from portal.tests.loading import PAYMENTS, Loading


class ReadAgainTests(Loading):
    def some(self) -> bytes:
        row = self.payment(an_account(unit=a_unit()), "GD1").split(",")
        bad = [*row[:2], "x", *row[3:5], "GD2"]
        return xlsx(PAYMENTS.split(","), row, bad)

    def confirmed(self) -> Load:
        load = self.preview("payments", self.some())
        Load.objects.filter(pk=load.pk).update(needs_second=False)
        loads.confirm(load=load, by=load.made_by, at=timezone.now())
        return load

    def test_is_tried_again_and_keeps_what_was_written(self) -> None:
        load = self.confirmed()
        files.mending_path(load.pk).unlink()
        with mock.patch.object(mending, "opened", side_effect=Refused("killed")):
            working.work(resource=resource_of("payments"), clock=timezone.now, seconds=60)
        load.refresh_from_db()
        self.assertEqual((load.state, load.tries, Payment.objects.count()), ("applying", 1, 1))
        self.assertTrue(load.notes.exists())
        Load.objects.filter(pk=load.pk).update(rests_until=None)
        self.assertEqual(self.work(load).state, "done")
        self.assertTrue(files.mending_path(load.pk).exists())

    def test_is_left_out_where_the_refused_rows_are_written_down_already(self) -> None:
        load = self.confirmed()
        with mock.patch.object(spreadsheets, "stream", side_effect=AssertionError("read")):
            self.assertEqual(self.work(load).state, "done")
        self.assertEqual(load.notes.filter(kind="refused").count(), 1)
