"""What it counts that a browser says it showed a message, and what it does not."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import Account, AccountLink
from customers.tests.factories import NOON, a_link, an_account
from notifications.models import Dispatch, Notice, PushDevice, Receipt
from notifications.services import sweeping
from notifications.services.inbox import opened
from notifications.tests.factories import a_device, a_dispatch, a_notice

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def at_home(account: Account, *, since=NOON - 100 * DAY, added_at=NOON, **fields) -> PushDevice:
    """A browser of somebody linked to ``account`` so long."""
    link = a_link(account=account, role="household", **fields)
    AccountLink.objects.filter(pk=link.pk).update(created_at=since)
    return a_device(user=link.user, added_at=added_at)


class TestReporting:
    def report(self, reference: str) -> int:
        return Client().post(f"/hooks/push/{reference}/").status_code

    def shown(self, *, kind="bill_issued", **fields) -> tuple[str, str, bool, str]:
        """Of a push message that a browser reports: its status, its notice's and the next's."""
        notice = a_notice(kind=kind)
        device = at_home(notice.account, **fields)
        dispatch = a_dispatch(
            notice=notice, channel="push", address=device.key, status="accepted", silent_at=NOON
        )
        zalo = a_dispatch(notice=notice, channel="zalo", status="held", step=2)
        assert self.report(dispatch.reference.hex) == 204
        for row in (notice, dispatch, zalo):
            row.refresh_from_db()
        is_kept = Receipt.objects.filter(dispatch=dispatch, applied_at__isnull=False).exists()
        return dispatch.status, notice.reach, is_kept, zalo.status

    def test_ends_the_round_of_channels(self):
        settled = timezone.now() - 3 * DAY - MINUTE
        assert self.shown(added_at=settled) == ("delivered", "delivered", True, "cancelled")

    def test_of_a_device_of_yesterday_ends_nothing(self):
        fresh = timezone.now() - 3 * DAY + MINUTE
        assert self.shown(added_at=fresh) == ("accepted", "trying", True, "held")
        sweeping.sweep(at=timezone.now())
        assert Dispatch.objects.get(channel="zalo").status == "queued"

    @pytest.mark.parametrize("how", ["linked", "moved in", "moved out", "frozen"])
    def test_of_a_device_of_long_ago_ends_nothing_where_its_person_is_new_or_gone(self, how):
        today = timezone.localdate()
        fields = {
            "linked": {"since": timezone.now() - 3 * DAY + MINUTE},
            "moved in": {"moved_in_on": today - 2 * DAY},
            "moved out": {"moved_out_on": today},
            "frozen": {"state": "frozen"},
        }[how]
        found = self.shown(added_at=NOON - 100 * DAY, **fields)
        assert found == ("accepted", "trying", True, "held")

    def test_of_a_stranger_to_the_address_ends_nothing(self):
        notice, device = a_notice(), at_home(an_account(), added_at=NOON - 100 * DAY)
        dispatch = a_dispatch(
            notice=notice, channel="push", address=device.key, status="accepted", silent_at=NOON
        )
        self.report(dispatch.reference.hex)
        notice.refresh_from_db()
        assert notice.reach == "trying"

    def test_of_a_test_message_counts_at_once(self):
        [status, *_] = self.shown(added_at=timezone.now(), kind="test_message")
        assert status == "delivered"

    @pytest.mark.parametrize("kind", ["payment_reminder", "payment_overdue", "disconnection"])
    def test_before_supply_is_cut_is_not_enough_but_opening_it_is(self, kind):
        found = self.shown(added_at=NOON - 100 * DAY, kind=kind)
        assert found == ("accepted", "trying", True, "held")
        notice = Notice.objects.get()
        a_dispatch(notice=notice, channel="inbox", status="accepted")
        opened(notice=notice, at=timezone.now())
        notice.refresh_from_db()
        assert notice.reach == "seen"
        assert Dispatch.objects.get(channel="zalo").status == "cancelled"

    def test_of_a_device_that_was_taken_off_ends_nothing(self):
        dispatch = a_dispatch(channel="push", address="gone", status="accepted")
        assert self.report(dispatch.reference.hex) == 204
        dispatch.refresh_from_db()
        assert dispatch.status == "accepted"

    def test_makes_it_delivered_and_the_browser_used(self):
        notice = a_notice()
        device = at_home(notice.account)
        dispatch = a_dispatch(notice=notice, channel="push", address=device.key, status="accepted")
        for _ in range(2):
            assert self.report(dispatch.reference.hex) == 204
        dispatch.refresh_from_db()
        device.refresh_from_db()
        assert dispatch.status == "delivered"
        assert device.used_at > NOON
        assert Receipt.objects.count() == 1

    def test_before_our_own_record_counts(self):
        notice = a_notice()
        key = at_home(notice.account).key
        dispatch = a_dispatch(notice=notice, channel="push", status="sending", address=key)
        assert self.report(dispatch.reference.hex) == 204
        dispatch.refresh_from_db()
        assert dispatch.status == "delivered"

    @pytest.mark.parametrize("reference", ["0" * 32, "f" * 32])
    def test_of_what_was_never_sent_leaves_no_trace(self, reference):
        assert self.report(reference) == 204
        assert not Receipt.objects.exists()

    @pytest.mark.parametrize("reference", ["x", "0" * 31, "G" * 32, "%00", "0" * 33])
    def test_of_nonsense_is_nowhere(self, reference):
        assert self.report(reference) in {400, 404}

    def test_moves_no_message_of_another_channel(self):
        dispatch = a_dispatch(channel="zalo", status="accepted")
        assert self.report(dispatch.reference.hex) == 204
        dispatch.refresh_from_db()
        assert dispatch.status == "accepted"

    def test_is_by_post_alone(self):
        dispatch = a_dispatch(channel="push", status="accepted")
        assert Client().get(f"/hooks/push/{dispatch.reference.hex}/").status_code == 405


def test_a_silent_browser_gives_way_to_the_next_channel():
    notice = a_notice()
    a_dispatch(notice=notice, channel="push", address="x", status="accepted", silent_at=NOON)
    zalo = a_dispatch(notice=notice, channel="zalo", status="held", step=2)
    sweeping.sweep(at=NOON + MINUTE)
    zalo.refresh_from_db()
    assert zalo.status == "queued"
