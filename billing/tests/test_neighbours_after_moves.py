"""Neighbourhoods: a yes ends with who gave it, and no one person stands for many homes."""

from datetime import date, datetime, timedelta

from django.utils.timezone import get_default_timezone

from billing import queries
from billing.models import Neighbourhood
from billing.services import neighbours
from billing.tests import test_neighbours
from billing.tests.test_neighbours import TODAY
from customers.models import Account, Consent
from customers.queries import places
from customers.services import links
from customers.tests.factories import a_link
from portal.site.privacy import erasing

ZONE = get_default_timezone()
MOVED = date(2026, 9, 20)


class MoveTests(test_neighbours.WardTestCase):
    def move_out(self) -> Account:
        account: Account = self.homes[0]
        old = a_link(account=account, user=self.holder, moved_in_on=date(2025, 1, 1))
        at = datetime(2026, 9, 19, 9, tzinfo=ZONE)
        links.move_out(link=old, on=MOVED, by=self.holder, at=at)
        return account

    def test_leave_out_the_home_of_who_agreed_and_moved_out(self) -> None:
        a_link(account=self.move_out(), moved_in_on=MOVED)
        self.assertEqual(self.sums(), [])  # the twenty others are too few

    def test_show_nothing_to_the_next_tenant_who_never_agreed(self) -> None:
        neighbours.sum_up(at=TODAY)
        new = a_link(account=self.move_out(), moved_in_on=MOVED)
        [place] = places(new.user)
        self.assertFalse(queries.neighbours_of(place.account).agreed)

    def test_leave_out_the_last_tenants_month_though_the_next_one_agreed(self) -> None:
        account, day = self.homes[0], date(2026, 10, 31)
        a_link(account=account, moved_out_on=day)
        new = a_link(account=account, moved_in_on=day)
        at = datetime(2026, 10, 31, 20, tzinfo=ZONE)
        Consent.objects.filter(account=account).update(given_by=new.user, given_at=at)
        self.assertEqual(self.sums(), [])

    def test_leave_out_who_was_erased(self) -> None:
        link = a_link(account=self.homes[0])
        Consent.objects.filter(account=self.homes[0]).update(given_by=link.user)
        erasing.erase(user=link.user, at=TODAY - timedelta(days=50))
        self.assertEqual(self.sums(), [])


class LandlordTests(test_neighbours.WardTestCase):
    def test_who_holds_twenty_homes_does_not_read_the_one_beside_them(self) -> None:
        """Ten idle flats and ten hungry ones: the middle would be the neighbour's own figure."""
        Account.objects.update(ward_key="elsewhere")
        for at in range(20):
            self.agree(self.home(0 if at < 10 else 900, agreed=False), by=self.holder)
        self.home(340)
        neighbours.sum_up(at=TODAY)
        self.assertFalse(Neighbourhood.objects.filter(ward_key="ben thanh").exists())
