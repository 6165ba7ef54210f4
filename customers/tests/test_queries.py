"""Which addresses a person sees, what of them, and who else is told."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import RequestFactory, TestCase
from django.utils import timezone

from customers.models import AccountLink, Right, User
from customers.queries import people, places
from customers.tests.factories import (
    NOON,
    a_contact,
    a_link,
    a_relative_contact,
    a_superuser,
    a_user,
    an_account,
)
from customers.visits import visit

ROLE, STATE = AccountLink.Role, AccountLink.State
TODAY = NOON.date()


class PlacesTests(TestCase):
    def numbers(self, user: User | AnonymousUser) -> list[str]:
        return [place.number for place in places(user)]

    def test_are_the_linked_addresses_by_number(self) -> None:
        first, second = an_account(), an_account()
        link = a_link(account=second)
        a_link(account=first, user=link.user)
        a_link()
        self.assertEqual(self.numbers(link.user), [first.number, second.number])

    def test_leave_out_links_stopped_or_over(self) -> None:
        user = a_user()
        a_link(user=user, state=STATE.FROZEN)
        a_link(user=user, state=STATE.ENDED)
        a_link(user=user, ends_at=timezone.now() - timedelta(minutes=1))
        running = a_link(user=user, ends_at=timezone.now() + timedelta(days=1))
        self.assertEqual(self.numbers(user), [running.account.number])

    def test_are_none_for_staff_and_for_nobody(self) -> None:
        an_account()
        self.assertEqual(self.numbers(a_superuser()), [])
        self.assertEqual(self.numbers(AnonymousUser()), [])

    def test_bear_their_own_name_or_the_address(self) -> None:
        link = a_link(nickname="Nhà mẹ")
        [named] = places(link.user)
        self.assertEqual(named.name, "Nhà mẹ")
        self.assertIn(link.account.address, named.detail)
        [plain] = places(a_link(account=link.account, role=ROLE.HOUSEHOLD).user)
        self.assertEqual((plain.name, plain.detail), (link.account.address, link.account.number))


class RightsTests(TestCase):
    def rights(self, role: str) -> set[Right]:
        [place] = places(a_link(role=role).user)
        return set(place.rights)

    def test_of_holder_and_household_are_all(self) -> None:
        self.assertEqual(self.rights(ROLE.HOLDER), set(Right))
        self.assertEqual(self.rights(ROLE.HOUSEHOLD), set(Right))

    def test_of_relative_hold_no_days_and_no_changes(self) -> None:
        expected = {Right.TOTALS, Right.BILLS, Right.NOTICES}
        self.assertEqual(self.rights(ROLE.RELATIVE), expected)

    def test_of_viewer_are_totals_only(self) -> None:
        self.assertEqual(self.rights(ROLE.VIEWER), {Right.TOTALS})


class VisitTests(TestCase):
    def visit(self, user: User, number: str, right: Right = Right.BILLS):
        request = RequestFactory().get("/")
        request.user = user
        return visit(request, number, right=right)

    def test_finds_the_address_and_the_other_ones(self) -> None:
        link = a_link()
        other = a_link(user=link.user)
        found = self.visit(link.user, link.account.number)
        self.assertEqual(found.here.number, link.account.number)
        self.assertEqual([place.number for place in found.others], [other.account.number])

    def test_finds_nothing_without_the_link_or_the_right(self) -> None:
        link = a_link(role=ROLE.VIEWER)
        for user in (a_user(), a_superuser(), link.user):
            with self.assertRaises(Http404):
                self.visit(user, link.account.number)

    def test_finds_nothing_under_any_other_text(self) -> None:
        link = a_link()
        for number in ("", "\0", "PE99999999999", "x" * 5000, link.account.number.lower()):
            with self.assertRaises(Http404):
                self.visit(link.user, number)


class PeopleTests(TestCase):
    def test_names_usable_contacts_relatives_and_logins(self) -> None:
        account = an_account()
        contact = a_contact(account=account)
        a_contact(account=account, suspended_at=NOON, suspended_why="replaced")
        relative = a_relative_contact(account=account)
        link = a_link(account=account)
        a_link(account=account, state=STATE.ENDED)
        found = people(account, on=TODAY)
        self.assertEqual(list(found.contacts), [contact])
        self.assertEqual(list(found.relatives), [relative])
        self.assertEqual(list(found.links), [link])

    def test_leaves_a_relative_out_whose_arrangement_has_ended(self) -> None:
        account = an_account()
        a_relative_contact(account=account, ends_on=TODAY)
        self.assertEqual(list(people(account, on=TODAY).relatives), [])

    def test_takes_three_queries(self) -> None:
        account = an_account()
        a_relative_contact(account=account)
        a_link(account=account)
        with self.assertNumQueries(3):
            found = people(account, on=TODAY)
            [str(link.user) for link in found.links]
            [relative.contact.value for relative in found.relatives]
