"""An older backup was restored: what went out after it does not go out again."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.test import TestCase

from customers.tests.factories import NOON
from notifications.models import ChannelState, Dispatch
from notifications.services import channel_states, dispatching, reconciling, sweeping
from notifications.services.reconciling import Taken
from notifications.tests.factories import a_dispatch
from notifications.tests.fakes import provider


def send(at=NOON) -> list[str]:
    with provider() as fake:
        dispatching.send_batch(channel="zalo", at=at)
    return [message.reference for message in fake.sent]


def status(dispatch: Dispatch) -> tuple[str, str]:
    found = Dispatch.objects.get(pk=dispatch.pk)
    return found.status, found.reason


class RestoredTests(TestCase):
    def setUp(self) -> None:
        """As the backup knew them: all still to be sent."""
        self.taken, self.replanned, self.new = (a_dispatch() for _ in range(3))
        call_command("hold_sending", "restored", stdout=StringIO())

    def report(self) -> reconciling.Reconciled:
        lost = Taken("0" * 32, self.replanned.address)
        report = [Taken(self.taken.reference.hex, self.taken.address), lost, Taken("not ours")]
        return reconciling.reconcile(channel="zalo", report=report, at=NOON)

    def test_nothing_is_sent_before_staff_start_the_channel(self):
        self.assertEqual(send(), [])
        stopped = ChannelState.objects.exclude(stopped_at=None)
        self.assertGreaterEqual(set(stopped.values_list("channel", flat=True)), {"zalo", "sms"})
        self.assertNotIn("inbox", stopped.values_list("channel", flat=True))

    def test_only_what_no_provider_took_is_sent_afterwards(self):
        self.assertEqual(self.report(), reconciling.Reconciled(accepted=1, unclear=1))
        channel_states.start_again(channel="zalo")
        self.assertEqual(send(), [self.new.reference.hex])
        self.assertEqual(status(self.taken), ("accepted", ""))
        self.assertEqual(status(self.replanned), ("unknown", "doubtful"))

    def test_a_report_read_twice_changes_nothing_more(self):
        self.report()
        self.assertEqual(self.report(), reconciling.Reconciled(accepted=0, unclear=0))

    def test_what_was_delivered_stays_delivered(self):
        Dispatch.objects.filter(pk=self.taken.pk).update(status="delivered")
        self.report()
        self.assertEqual(status(self.taken)[0], "delivered")

    def test_silence_after_it_leads_to_the_next_channel(self):
        held = a_dispatch(notice=self.replanned.notice, channel="email", step=2, status="held")
        self.report()
        sweeping.sweep(at=NOON + timedelta(days=6))
        self.assertEqual(status(held)[0], "queued")

    def test_a_file_is_read_as_the_provider_wrote_it(self):
        with TemporaryDirectory() as folder:
            file = Path(folder) / "report.csv"
            text = f"address,reference\n{self.taken.address},{self.taken.reference}\n"
            file.write_text(text, encoding="utf-8-sig")
            out = StringIO()
            call_command("reconcile_sending", "zalo", str(file), stdout=out)
        self.assertEqual(out.getvalue(), "1 taken already, 0 unclear.\n")
        self.assertEqual(status(self.taken)[0], "accepted")
