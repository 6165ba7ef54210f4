"""Links: who changes them, what stays as it is, and what is written down."""

from datetime import date, timedelta

import pytest
from django.test import TestCase

from customers.models import AccountEvent, AccountLink, Right
from customers.services import links, profile
from customers.tests.factories import (
    NOON,
    a_link,
    a_member,
    a_staff_user,
    a_unit,
    an_account,
)

Role, State = AccountLink.Role, AccountLink.State
TODAY = date(2026, 11, 2)


class LinkCase(TestCase):
    """One address with a holder, a household member, a relative; a stranger; a supervisor."""

    def setUp(self) -> None:
        self.account = an_account()
        self.holder = a_link(account=self.account)
        self.household = self.of(Role.HOUSEHOLD)
        self.relative = self.of(Role.RELATIVE)
        self.stranger = a_link(account=an_account()).user
        self.supervisor = a_member("supervisor")

    def of(self, role: str) -> AccountLink:
        return a_link(account=self.account, role=role, proof=AccountLink.Proof.INVITATION)

    def kinds(self) -> list[str]:
        return list(AccountEvent.objects.order_by("pk").values_list("kind", flat=True))


class HoldingTests(LinkCase):
    def test_begins_with_the_day_of_moving_in_whoever_asks(self) -> None:
        AccountLink.objects.filter(pk=self.holder.pk).update(moved_in_on=TODAY + timedelta(days=28))
        user, relative = self.holder.user, self.relative
        for days, is_held in ((0, False), (27, False), (28, True)):
            at = NOON + timedelta(days=days)
            with self.subTest(days):
                assert links.is_holder(self.account, user=user, at=at) == is_held
                assert profile.holders_links(user=user, at=at).exists() == is_held
                assert profile.may_change_contacts(self.account, user=user, at=at) == is_held
        with pytest.raises(links.NotAllowed):
            links.end(link=relative, by=user, at=NOON)

    def test_ends_with_the_day_of_moving_out(self) -> None:
        AccountLink.objects.filter(pk=self.holder.pk).update(moved_out_on=TODAY)
        assert not links.is_holder(self.account, user=self.holder.user, at=NOON)
        assert links.is_holder(self.account, user=self.holder.user, at=NOON - timedelta(days=1))


class EndTests(LinkCase):
    def test_takes_the_right_away_at_once_and_is_written_down(self) -> None:
        links.end(link=self.relative, by=self.holder.user, at=NOON)
        self.relative.refresh_from_db()
        assert (self.relative.state, self.relative.ends_at) == (State.ENDED, NOON)
        [event] = AccountEvent.objects.all()
        assert (event.kind, event.account, event.by, event.link, event.at) == (
            "link_ended",
            self.account,
            self.holder.user,
            self.relative,
            NOON,
        )

    def test_changes_nothing_when_repeated(self) -> None:
        for hours in range(2):
            links.end(link=self.relative, by=self.holder.user, at=NOON + timedelta(hours=hours))
        self.relative.refresh_from_db()
        assert self.relative.ends_at == NOON
        assert self.kinds() == ["link_ended"]

    def test_lets_everyone_but_the_holder_end_their_own(self) -> None:
        links.end(link=self.relative, by=self.relative.user, at=NOON)
        with pytest.raises(links.NotAllowed):
            links.end(link=self.holder, by=self.holder.user, at=NOON)

    def test_refuses_everyone_who_is_not_the_holder(self) -> None:
        others = [
            self.household.user,
            self.stranger,
            a_member("agent"),
            a_staff_user("customers.change_accountlink", unit=a_unit(code="PE99")),
        ]
        for user in others:
            with self.subTest(user=user), pytest.raises(links.NotAllowed):
                links.end(link=self.relative, by=user, at=NOON)
        assert self.kinds() == []

    def test_refuses_a_holder_who_is_stopped_ended_or_moved_out(self) -> None:
        for fields in (
            {"state": State.FROZEN},
            {"ends_at": NOON},
            {"moved_out_on": TODAY},
        ):
            account = an_account()
            former = a_link(account=account, **fields)
            other = a_link(account=account, role=Role.VIEWER)
            with self.subTest(fields), pytest.raises(links.NotAllowed):
                links.end(link=other, by=former.user, at=NOON)

    def test_lets_a_supervisor_end_any(self) -> None:
        links.end(link=self.holder, by=self.supervisor, at=NOON)
        self.holder.refresh_from_db()
        assert self.holder.state == State.ENDED


class FreezeTests(LinkCase):
    def test_stops_the_link_at_once_and_once(self) -> None:
        for _ in range(2):
            links.freeze(link=self.relative, at=NOON)
        self.relative.refresh_from_db()
        assert self.relative.state == State.FROZEN
        assert self.kinds() == ["link_frozen"]

    def test_stops_with_a_holder_everyone_whom_they_let_in(self) -> None:
        contact = a_link(account=self.account, role=Role.HOUSEHOLD)
        links.freeze(link=self.holder, at=NOON)
        states = dict(AccountLink.objects.filter(account=self.account).values_list("pk", "state"))
        assert states == {
            self.holder.pk: State.FROZEN,
            self.household.pk: State.FROZEN,
            self.relative.pk: State.FROZEN,
            contact.pk: State.ACTIVE,
        }

    def test_leaves_a_link_ended_that_was(self) -> None:
        links.end(link=self.relative, by=self.holder.user, at=NOON)
        links.freeze(link=self.relative, at=NOON)
        self.relative.refresh_from_db()
        assert self.relative.state == State.ENDED

    def test_is_lifted_by_a_supervisor_alone(self) -> None:
        links.freeze(link=self.relative, at=NOON)
        for user in (self.holder.user, self.relative.user, a_member("agent")):
            with self.subTest(user=user), pytest.raises(links.NotAllowed):
                links.unfreeze(link=self.relative, by=user, at=NOON)
        links.unfreeze(link=self.relative, by=self.supervisor, at=NOON)
        self.relative.refresh_from_db()
        assert self.relative.state == State.ACTIVE
        assert self.kinds() == ["link_frozen", "link_restored"]

    def test_is_not_lifted_by_a_supervisor_from_their_own_link(self) -> None:
        own = a_link(account=self.account, user=self.supervisor, role=Role.VIEWER)
        links.freeze(link=own, at=NOON)
        with pytest.raises(links.NotAllowed):
            links.unfreeze(link=own, by=self.supervisor, at=NOON)

    def test_cannot_be_lifted_from_a_link_that_is_not_stopped(self) -> None:
        with pytest.raises(links.NotOpen):
            links.unfreeze(link=self.relative, by=self.supervisor, at=NOON)


class ChangeRightsTests(LinkCase):
    def change(self, **given: object) -> AccountLink:
        fields = {
            "link": self.relative,
            "role": Role.RELATIVE,
            "rights": [Right.TOTALS, Right.BILLS],
            "ends_at": NOON + timedelta(days=90),
            "by": self.holder.user,
            "at": NOON,
            **given,
        }
        return links.change_rights(**fields)  # type: ignore[arg-type]

    def test_gives_role_rights_and_end(self) -> None:
        until = NOON + timedelta(days=30)
        self.change(role=Role.VIEWER, rights=[Right.TOTALS], ends_at=until)
        self.relative.refresh_from_db()
        assert self.relative.role == Role.VIEWER
        assert self.relative.opens == {Right.TOTALS}
        assert self.relative.ends_at == until
        assert self.kinds() == ["rights_changed"]

    def test_changes_nothing_when_repeated(self) -> None:
        self.change()
        self.change()
        assert self.kinds() == ["rights_changed"]

    def test_is_the_holders_alone(self) -> None:
        for user in (
            self.household.user,
            self.relative.user,
            self.stranger,
            self.supervisor,
        ):
            with self.subTest(user=user), pytest.raises(links.NotAllowed):
                self.change(by=user)

    def test_leaves_the_holders_own_link_alone(self) -> None:
        with pytest.raises(links.NotAllowed):
            self.change(link=self.holder)

    def test_refuses_what_a_role_cannot_open(self) -> None:
        refused = [
            (Role.RELATIVE, [Right.CHANGE]),
            (Role.VIEWER, [Right.TOTALS, Right.DAYS]),
            (Role.RELATIVE, []),
            (Role.RELATIVE, ["everything"]),
            (Role.HOLDER, [Right.TOTALS]),
            ("owner", [Right.TOTALS]),
        ]
        for role, rights in refused:
            with self.subTest(role=role, rights=rights), pytest.raises(links.NotOffered):
                self.change(role=role, rights=rights)

    def test_refuses_an_end_behind_or_too_far_ahead(self) -> None:
        for days in (-1, 0, 367):
            with self.subTest(days=days), pytest.raises(links.BadEnd):
                self.change(ends_at=NOON + timedelta(days=days))

    def test_needs_an_end_for_everyone_but_the_household(self) -> None:
        for role in (Role.RELATIVE, Role.VIEWER):
            with self.subTest(role=role), pytest.raises(links.BadEnd):
                self.change(role=role, rights=[Right.TOTALS], ends_at=None)
        changed = self.change(role=Role.HOUSEHOLD, ends_at=None)
        assert changed.ends_at is None

    def test_refuses_a_link_that_is_over_or_stopped(self) -> None:
        for fields in ({"state": State.ENDED}, {"state": State.FROZEN}, {"ends_at": NOON}):
            link = a_link(account=self.account, role=Role.VIEWER, **fields)
            with self.subTest(fields), pytest.raises(links.NotOpen):
                self.change(link=link)


class MoveOutTests(LinkCase):
    def test_closes_the_window_of_everyone_with_the_holder(self) -> None:
        links.move_out(link=self.holder, on=TODAY, by=self.holder.user, at=NOON)
        days = AccountLink.objects.filter(account=self.account).values_list("moved_out_on", "state")
        assert list(days) == [(TODAY, State.ACTIVE)] * 3
        [event] = AccountEvent.objects.all()
        assert (event.kind, event.link, event.detail) == ("moved_out", self.holder, "02/11/2026")

    def test_closes_only_their_own_window_for_anyone_else(self) -> None:
        links.move_out(link=self.household, on=TODAY, by=self.household.user, at=NOON)
        self.holder.refresh_from_db()
        self.household.refresh_from_db()
        assert (self.holder.moved_out_on, self.household.moved_out_on) == (None, TODAY)

    def test_keeps_an_earlier_day_of_someone_else(self) -> None:
        earlier = TODAY - timedelta(days=40)
        links.move_out(link=self.household, on=earlier, by=self.household.user, at=NOON)
        links.move_out(link=self.holder, on=TODAY, by=self.holder.user, at=NOON)
        self.household.refresh_from_db()
        assert self.household.moved_out_on == earlier

    def test_changes_nothing_when_repeated_and_is_corrected_by_staff_alone(self) -> None:
        for _ in range(2):
            links.move_out(link=self.holder, on=TODAY, by=self.holder.user, at=NOON)
        later = TODAY + timedelta(days=5)
        with pytest.raises(links.NotAllowed):
            links.move_out(link=self.holder, on=later, by=self.holder.user, at=NOON)
        links.move_out(link=self.holder, on=later, by=self.supervisor, at=NOON)
        assert self.kinds() == ["moved_out", "moved_out"]

    def test_is_not_recorded_by_anyone_else(self) -> None:
        for user in (self.relative.user, self.stranger, a_member("agent")):
            with self.subTest(user=user), pytest.raises(links.NotAllowed):
                links.move_out(link=self.holder, on=TODAY, by=user, at=NOON)

    def test_refuses_days_far_off_or_not_after_moving_in(self) -> None:
        newcomer = a_link(account=self.account, role=Role.HOUSEHOLD, moved_in_on=TODAY)
        for link, on in (
            (self.holder, TODAY - timedelta(days=367)),
            (self.holder, TODAY + timedelta(days=93)),
            (newcomer, TODAY),
        ):
            with self.subTest(on=on), pytest.raises(links.BadDay):
                links.move_out(link=link, on=on, by=link.user, at=NOON)


class HandOverTests(LinkCase):
    def test_closes_every_open_window_and_makes_room_for_a_new_holder(self) -> None:
        assert links.hand_over(account=self.account, on=TODAY, at=NOON) == 3
        newcomer = a_link(account=self.account, moved_in_on=TODAY)
        assert links.is_holder(self.account, user=newcomer.user, at=NOON)
        assert not links.is_holder(self.account, user=self.holder.user, at=NOON)
        assert self.kinds() == ["moved_out"] * 3

    def test_changes_nothing_when_repeated(self) -> None:
        links.hand_over(account=self.account, on=TODAY, at=NOON)
        assert links.hand_over(account=self.account, on=TODAY, at=NOON) == 0

    def test_draws_a_later_day_back_and_keeps_an_earlier_one(self) -> None:
        earlier = TODAY - timedelta(days=3)
        AccountLink.objects.filter(pk=self.holder.pk).update(
            moved_out_on=TODAY + timedelta(days=30)
        )
        AccountLink.objects.filter(pk=self.household.pk).update(moved_out_on=earlier)
        links.hand_over(account=self.account, on=TODAY, at=NOON)
        self.holder.refresh_from_db()
        self.household.refresh_from_db()
        assert (self.holder.moved_out_on, self.household.moved_out_on) == (TODAY, earlier)

    def test_ends_a_link_that_would_have_begun_later(self) -> None:
        late = a_link(account=self.account, role=Role.VIEWER, moved_in_on=TODAY)
        links.hand_over(account=self.account, on=TODAY, at=NOON)
        late.refresh_from_db()
        assert late.state == State.ENDED

    def test_leaves_other_accounts_alone(self) -> None:
        links.hand_over(account=self.account, on=TODAY, at=NOON)
        assert self.stranger.links.get().moved_out_on is None
