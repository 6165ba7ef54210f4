"""Who moved out is told nothing of later days, not even what was queued before."""

from datetime import date, timedelta

from django.test import TestCase

from billing.tests.factories import a_bill
from customers.models import Account, AccountLink
from customers.tests.factories import NOON, a_contact, a_link, a_user, an_account
from notifications.models import Dispatch
from notifications.services import dispatching
from notifications.tests.factories import a_dispatch, a_notice, a_run, an_outage
from notifications.tests.fakes import provider

Role, Status = AccountLink.Role, Dispatch.Status
MOVED = date(2026, 10, 1)
SEPTEMBER = date(2026, 9, 1)


class MovedOutTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.user = a_user(email="cu@example.vn")
        self.contact = a_contact(account=self.account, kind="email", value="cu@example.vn")

    def left(self, role: str = Role.HOUSEHOLD, **fields: object) -> AccountLink:
        return a_link(account=self.account, user=self.user, role=role, moved_out_on=MOVED, **fields)

    def sent(self, **fields: object) -> Dispatch:
        """What became of a notice about October that waits to be sent."""
        notice = a_notice(account=self.account, **fields)
        dispatch = a_dispatch(notice=notice, channel="email", contact=self.contact)
        with provider():
            dispatching.send_batch(channel="email", at=NOON)
        return Dispatch.objects.get(pk=dispatch.pk)

    def test_get_no_bill_of_later_days(self) -> None:
        self.left()
        dispatch = self.sent()
        assert (dispatch.status, dispatch.reason) == (Status.SUPPRESSED, "moved_out")
        dispatch.notice.refresh_from_db()
        assert dispatch.notice.reach == "unreachable"

    def test_get_no_outage_of_later_days(self) -> None:
        self.left()
        outage = an_outage()
        run = a_run(kind="planned_outage", subject=outage.code)
        dispatch = self.sent(kind="planned_outage", outage=outage, run=run)
        assert dispatch.reason == "moved_out"

    def test_get_the_bill_of_their_own_days(self) -> None:
        self.left()
        bill = a_bill(account=self.account, month=SEPTEMBER)
        assert self.sent(bill=bill).status == Status.ACCEPTED

    def test_as_holders_are_told_until_the_contract_is_somebody_elses(self) -> None:
        self.left(role=Role.HOLDER)
        assert self.sent().status == Status.ACCEPTED

    def test_as_holders_are_told_nothing_once_the_contract_is_somebody_elses(self) -> None:
        self.left(role=Role.HOLDER)
        a_link(account=self.account, moved_in_on=MOVED)
        assert self.sent().reason == "moved_out"

    def test_as_holders_are_told_nothing_once_the_contract_ended(self) -> None:
        self.left(role=Role.HOLDER)
        Account.objects.filter(pk=self.account.pk).update(ends_on=MOVED)
        assert self.sent().reason == "moved_out"

    def test_leave_the_contacts_of_everyone_else_alone(self) -> None:
        self.left()
        self.contact = a_contact(account=self.account, kind="email")
        assert self.sent().status == Status.ACCEPTED

    def test_need_a_phone_of_their_own_to_be_known_by_it(self) -> None:
        self.left()
        self.user.phone, self.user.email = self.contact.value, "moi@example.vn"
        self.user.phone_verified_at = None
        self.user.save()
        assert self.sent().status == Status.ACCEPTED
        self.user.phone_verified_at = NOON - timedelta(days=1)
        self.user.save()
        other = a_bill(account=self.account, month=date(2026, 11, 1))
        run = a_run(subject="2026-11")
        assert self.sent(bill=other, run=run).reason == "moved_out"
