"""Invitations: offered by the holder, answered by the person themselves, within limits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.test import TestCase, TransactionTestCase

from customers.models import AccountEvent, AccountLink, Invitation, Right
from customers.queries import invitations_for, places
from customers.services import invitations, links
from customers.tests.factories import NOON, a_link, a_user, an_account, an_invitation, prove

Role, State = AccountLink.Role, Invitation.State
YEAR, LATER = timedelta(days=365), NOON + timedelta(days=1)
DAYS = {Right.TOTALS, Right.BILLS, Right.DAYS}


class InvitationCase(TestCase):
    """A holder, a household member, a stranger who holds elsewhere; a son who may be invited."""

    def setUp(self) -> None:
        self.account = an_account()
        self.holder = a_link(account=self.account).user
        self.household = a_link(account=self.account, role=Role.HOUSEHOLD).user
        self.stranger = a_link().user
        self.son = prove(a_user(phone="+84903123456", email="nam@example.vn"))

    def invite(self, **given: object) -> Invitation:
        fields = {
            "account": self.account,
            "address": "nam@example.vn",
            "role": Role.RELATIVE,
            "rights": DAYS,
            "link_ends_at": NOON + YEAR,
            "by": self.holder,
            "at": NOON,
            **given,
        }
        return invitations.invite(**fields)  # type: ignore[arg-type]

    def log(self) -> list[tuple[str, str]]:
        return list(AccountEvent.objects.order_by("pk").values_list("kind", "detail"))


class InviteTests(InvitationCase):
    def test_waits_two_weeks_and_is_written_down_masked(self) -> None:
        made = self.invite()
        assert (made.state, made.expires_at) == (State.WAITING, NOON + timedelta(days=14))
        [(kind, detail)] = self.log()
        assert kind == "invited"
        assert "nam@" not in detail

    def test_takes_phones_and_addresses_in_any_form(self) -> None:
        for typed, kind, kept in (
            (" Nam@Example.VN ", "email", "nam@example.vn"),
            ("0903 123 456", "phone", "+84903123456"),
            ("+84 903.123.456", "phone", "+84903123456"),
        ):
            assert invitations.address_of(typed) == (kind, kept)

    def test_refuses_what_is_no_mobile_and_no_address(self) -> None:
        for typed in ("", "a@b", "028 3822 1234", "1900545454", "0" * 500, "@"):
            with self.subTest(typed), pytest.raises(invitations.NotAnAddress):
                self.invite(address=typed)

    def test_is_the_holders_alone(self) -> None:
        for user in (self.household, self.stranger, self.son):
            with self.subTest(user=user), pytest.raises(links.NotAllowed):
                self.invite(by=user)
        AccountLink.objects.filter(user=self.holder).update(moved_out_on=date(2026, 11, 2))
        with pytest.raises(links.NotAllowed):
            self.invite()
        assert self.log() == []

    def test_offers_no_more_than_the_role_can_open(self) -> None:
        for role, rights in (
            (Role.HOLDER, {Right.TOTALS}),
            (Role.VIEWER, {Right.BILLS}),
            (Role.RELATIVE, {Right.CHANGE}),
            (Role.RELATIVE, set()),
        ):
            with self.subTest(role=role), pytest.raises(links.NotOffered):
                self.invite(role=role, rights=rights)

    def test_needs_an_end_within_a_year_for_a_relative(self) -> None:
        for until in (None, NOON, NOON + timedelta(days=367)):
            with self.subTest(until=until), pytest.raises(links.BadEnd):
                self.invite(link_ends_at=until)

    def test_waits_once_for_each_address_until_it_ran_out(self) -> None:
        self.invite()
        with pytest.raises(invitations.AlreadyInvited):
            self.invite(address="NAM@example.vn")
        self.invite(at=NOON + timedelta(days=15), link_ends_at=NOON + YEAR)
        states = Invitation.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == [State.EXPIRED, State.WAITING]

    def test_refuses_the_holder_and_who_sees_the_account_already(self) -> None:
        prove(self.holder)
        prove(self.household)
        with pytest.raises(invitations.OwnAddress):
            self.invite(address=self.holder.email)
        invitations.accept(invitation=self.invite(), by=self.son, at=LATER)
        with pytest.raises(invitations.AlreadySees):
            self.invite()

    def test_tells_nobody_whose_number_it_is(self) -> None:
        prove(self.household)
        for address in (self.household.email, self.son.phone, "nobody@example.vn", "0903999888"):
            with self.subTest(address):
                assert self.invite(address=address).state == State.WAITING

    def test_are_ten_at_most(self) -> None:
        for number in range(10):
            self.invite(address=f"nguoi{number}@example.vn")
        with pytest.raises(invitations.TooMany):
            self.invite()

    def test_tells_nobody_on_how_many_accounts_a_helper_is_already(self) -> None:
        for _ in range(3):
            a_link(user=self.son, role=Role.RELATIVE, proof=AccountLink.Proof.INVITATION)
        self.invite(address="nam@example.vn")
        self.invite(address="0903123456")
        assert Invitation.objects.filter(account=self.account).count() == 2


class AcceptTests(InvitationCase):
    def accept(self, made: Invitation, **given: object) -> AccountLink:
        return invitations.accept(**{"invitation": made, "by": self.son, "at": LATER, **given})  # type: ignore[arg-type]

    def test_links_with_what_was_offered_and_is_written_down(self) -> None:
        link = self.accept(self.invite())
        assert (link.user, link.role, link.proof) == (self.son, Role.RELATIVE, "invitation")
        assert link.opens == DAYS
        assert link.ends_at == NOON + YEAR
        assert [kind for kind, _ in self.log()] == ["invited", "linked"]
        [place] = places(self.son)
        assert place.account == self.account

    def test_gives_the_same_link_again(self) -> None:
        made = self.invite()
        assert self.accept(made) == self.accept(made)
        assert len(self.log()) == 2

    def test_shows_the_days_that_the_holder_sees(self) -> None:
        AccountLink.objects.filter(user=self.holder).update(moved_in_on=date(2026, 10, 1))
        assert self.accept(self.invite()).moved_in_on == date(2026, 10, 1)

    def test_is_for_the_owner_of_the_verified_address_alone(self) -> None:
        made = self.invite()
        for user in (self.stranger, self.holder, a_user(email="nam2@example.vn")):
            with self.subTest(user=user), pytest.raises(links.NotAllowed):
                self.accept(made, by=user)
        EmailAddress.objects.update(verified=False)
        with pytest.raises(links.NotAllowed):
            self.accept(made)

    def test_by_phone_needs_the_phone_verified(self) -> None:
        made = self.invite(address="0903123456")
        thief = a_user(email="trom@example.vn")
        with pytest.raises(links.NotAllowed):
            self.accept(made, by=thief)
        self.son.phone_verified_at = None
        self.son.save()
        with pytest.raises(links.NotAllowed):
            self.accept(made)

    def test_is_too_late_after_two_weeks_or_the_offered_end(self) -> None:
        made = self.invite()
        with pytest.raises(invitations.NotWaiting):
            self.accept(made, at=NOON + timedelta(days=14))
        short = self.invite(address="0903123456", link_ends_at=NOON + timedelta(hours=1))
        with pytest.raises(invitations.NotWaiting):
            self.accept(short)

    def test_is_too_late_once_answered_or_taken_back(self) -> None:
        declined = self.invite()
        invitations.decline(invitation=declined, by=self.son, at=NOON)
        taken = self.invite(address="0903123456")
        invitations.withdraw(invitation=taken, by=self.holder, at=NOON)
        for made in (declined, taken):
            with self.subTest(state=made.state), pytest.raises(invitations.NotWaiting):
                self.accept(made)

    def test_is_too_late_once_the_holder_is_stopped_or_gone(self) -> None:
        made = self.invite()
        holder = AccountLink.objects.get(user=self.holder)
        with transaction.atomic():
            links.freeze(link=holder, at=NOON)
            made.refresh_from_db()
            assert made.state == State.WITHDRAWN
            transaction.set_rollback(True)
        AccountLink.objects.filter(pk=holder.pk).update(state=AccountLink.State.ENDED)
        with pytest.raises(invitations.NotWaiting):
            self.accept(made)

    def test_refuses_a_second_link_and_a_fourth_account(self) -> None:
        first, second = self.invite(), self.invite(address="0903123456")
        self.accept(first)
        with pytest.raises(invitations.AlreadySees):
            self.accept(second)
        for _ in range(2):
            invitation = an_invitation(user=self.son)
            invitations.accept(invitation=invitation, by=self.son, at=LATER)
        with pytest.raises(invitations.TooManyPlaces):
            self.accept(an_invitation(user=self.son))


class DeclineTests(InvitationCase):
    def test_closes_it_once_and_is_written_down(self) -> None:
        made = self.invite()
        for _ in range(2):
            invitations.decline(invitation=made, by=self.son, at=LATER)
        made.refresh_from_db()
        assert (made.state, made.answered_at) == (State.DECLINED, LATER)
        assert [kind for kind, _ in self.log()] == ["invited", "invitation_closed"]

    def test_is_not_for_others(self) -> None:
        with pytest.raises(links.NotAllowed):
            invitations.decline(invitation=self.invite(), by=self.stranger, at=LATER)


class WithdrawTests(InvitationCase):
    def test_is_the_holders_alone_and_happens_once(self) -> None:
        made = self.invite()
        for user in (self.household, self.stranger, self.son):
            with self.subTest(user=user), pytest.raises(links.NotAllowed):
                invitations.withdraw(invitation=made, by=user, at=LATER)
        for _ in range(2):
            invitations.withdraw(invitation=made, by=self.holder, at=LATER)
        assert [kind for kind, _ in self.log()] == ["invited", "invitation_closed"]

    def test_comes_too_late_after_the_answer(self) -> None:
        made = self.invite()
        invitations.accept(invitation=made, by=self.son, at=LATER)
        with pytest.raises(invitations.NotWaiting):
            invitations.withdraw(invitation=made, by=self.holder, at=LATER)


class InvitationsForTests(InvitationCase):
    def test_are_those_to_the_verified_phone_and_address(self) -> None:
        by_mail, by_phone = self.invite(), self.invite(address="0903123456")
        self.invite(address="khac@example.vn")
        assert invitations_for(self.son, at=LATER) == [by_phone, by_mail]
        assert invitations_for(self.stranger, at=LATER) == []
        assert invitations_for(self.son, at=NOON + timedelta(days=14)) == []


class RaceTests(TransactionTestCase):
    def test_twenty_acceptances_at_once_make_one_link(self) -> None:
        son = prove(a_user())
        made = an_invitation(user=son)

        def accept(_number: int) -> int:
            try:
                return invitations.accept(invitation=made, by=son, at=LATER).pk
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(accept, range(20)))
        assert len(found) == 1
        assert AccountLink.objects.filter(user=son).count() == 1
        assert AccountEvent.objects.filter(kind="linked").count() == 1
