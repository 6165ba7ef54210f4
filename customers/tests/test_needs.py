"""What a household needs us to do differently: on whose word, until when, in whose words."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models

from customers.models import Account, AccountLink, ConsentText, Need, StaffRole, User, WorkItem
from customers.models.needs import ways_to_reach
from customers.need_words import PURPOSES, how_to_reach
from customers.services import needs
from customers.tests.factories import (
    NOON,
    a_contact,
    a_link,
    a_member,
    a_need,
    a_relative_contact,
    an_account,
)
from portal.lib.periods import local_day

pytestmark = pytest.mark.django_db
Kind = Need.Kind
TODAY = local_day(NOON)
YEAR, DAY = timedelta(days=365), timedelta(days=1)


@pytest.fixture
def agent() -> User:
    return a_member(StaffRole.AGENT)


@pytest.fixture
def account() -> Account:
    return an_account()


def record(account: Account, kind: str, *, by: User, **changes: Any) -> Need:
    text = ConsentText.objects.in_force(kind="need", on=TODAY)
    given = {"said_by": "holder", "text": text, "language": "en"}
    return needs.record(account=account, kind=kind, by=by, at=NOON, **given | changes)


class TestModel:
    def test_has_no_room_for_free_text(self):
        free = [
            field.name
            for field in Need._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField) and not field.choices
        ]
        assert free == []

    def test_says_of_each_kind_what_it_is_for(self):
        assert set(PURPOSES) == set(Kind.values)

    @pytest.mark.parametrize("kind", Kind.values)
    def test_has_one_of_a_kind_in_force(self, account, kind):
        a_need(kind, account=account, ended_at=NOON)
        a_need(kind, account=account)
        with pytest.raises(IntegrityError):
            a_need(kind, account=account)

    @pytest.mark.parametrize(
        "fields",
        [
            {"kind": "diabetes"},
            {"language": "en"},
            {"confirm_by": TODAY},
            {"kind": "language", "language": ""},
            {"kind": "keep_supply", "confirm_by": None},
            {"said_by": "nobody"},
            {"ended_said_by": "holder"},
        ],
    )
    def test_refuses_what_is_not_coded(self, fields):
        with pytest.raises(IntegrityError):
            a_need(**{"kind": Kind.NO_CALLS, "language": "", **fields})


class TestRecording:
    @pytest.mark.parametrize("kind", Kind.values)
    def test_keeps_the_word_the_day_and_the_text(self, account, agent, kind):
        need = record(account, kind, by=agent)
        assert (need.said_by, need.starts_on, need.recorded_by) == ("holder", TODAY, agent)
        assert need.consent_text.kind == "need"
        assert need.language == ("en" if kind == Kind.LANGUAGE else "")
        assert need.confirm_by == (TODAY + YEAR if kind == Kind.KEEP_SUPPLY else None)
        assert need.history.get().history_user_id == agent.pk

    def test_refuses_the_same_twice(self, account, agent):
        record(account, Kind.NO_CALLS, by=agent)
        with pytest.raises(needs.AlreadyThere):
            record(account, Kind.NO_CALLS, by=agent)

    def test_takes_a_relatives_word_only_where_an_arrangement_names_them(self, account, agent):
        a_relative_contact(account=account, state="requested")
        with pytest.raises(needs.NoRelative):
            record(account, Kind.NO_CALLS, by=agent, said_by="relative")
        account.arrangements.update(state="undone", closed_at=NOON)
        a_relative_contact(account=account)
        assert record(account, Kind.NO_CALLS, by=agent, said_by="relative").said_by == "relative"

    def test_refuses_nobodys_word_no_language_and_an_old_text(self, account, agent):
        old = ConsentText.objects.get(kind="auto_debit", version=1)
        with pytest.raises(needs.NoRelative):
            record(account, Kind.NO_CALLS, by=agent, said_by="")
        with pytest.raises(needs.NoLanguage):
            record(account, Kind.LANGUAGE, by=agent, language="fr")
        with pytest.raises(needs.OldText):
            record(account, Kind.NO_CALLS, by=agent, text=old)
        assert not Need.objects.exists()


class TestEnding:
    def test_is_on_a_word_and_signed(self, account, agent):
        need = needs.end(need=a_need(account=account), said_by="holder", by=agent, at=NOON)
        assert (need.ended_at, need.ended_by, need.ended_said_by) == (NOON, agent, "holder")
        with pytest.raises(needs.NotInForce):
            needs.end(need=need, said_by="holder", by=agent, at=NOON)

    def test_takes_no_relatives_word_without_an_arrangement(self, account, agent):
        need = a_need("keep_supply", account=account)
        with pytest.raises(needs.NoRelative):
            needs.end(need=need, said_by="relative", by=agent, at=NOON)
        assert Need.objects.in_force().exists()


class TestConfirming:
    def test_asks_again_in_a_year(self, account, agent):
        need = a_need("keep_supply", account=account, confirm_by=TODAY)
        needs.keep(at=NOON)
        confirmed = needs.confirm(need=need, said_by="paper", by=agent, at=NOON)
        assert (confirmed.confirm_by, confirmed.said_by) == (TODAY + YEAR, "paper")
        item = WorkItem.objects.get()
        assert (item.outcome, item.done_by) == ("renewed", agent)

    def test_is_asked_of_no_other_kind(self, account, agent):
        with pytest.raises(needs.NotToConfirm):
            needs.confirm(need=a_need(account=account), said_by="holder", by=agent, at=NOON)


class TestKeeping:
    def test_lists_what_is_to_be_confirmed_once_and_takes_nothing_away(self, account):
        a_need("keep_supply", account=account, confirm_by=TODAY + timedelta(days=30))
        a_need("keep_supply", confirm_by=TODAY + timedelta(days=31))
        a_need("no_calls", account=account)
        needs.keep(at=NOON)
        needs.keep(at=NOON + DAY / 24)
        assert [item.account for item in WorkItem.objects.open()] == [account]
        needs.keep(at=NOON + 2 * YEAR)
        assert Need.objects.in_force().count() == 3

    def test_ends_the_row_with_the_need(self, account, agent):
        need = a_need("keep_supply", account=account, confirm_by=TODAY)
        needs.keep(at=NOON)
        Need.objects.filter(pk=need.pk).update(ended_at=NOON)
        needs.keep(at=NOON)
        assert WorkItem.objects.get().outcome == "over"

    def test_ends_those_of_who_moved_out_but_asks_before_the_supply_may_be_cut(self, account):
        a_link(account=account, moved_out_on=TODAY + DAY)
        a_need("no_calls", account=account)
        kept = a_need("keep_supply", account=account)
        other = a_need("no_calls")
        needs.keep(at=NOON)
        assert Need.objects.in_force().count() == 3
        needs.keep(at=NOON + DAY)
        assert set(Need.objects.in_force()) == {kept, other}
        assert [item.account for item in WorkItem.objects.open()] == [account]

    def test_leaves_what_the_next_holder_said(self, account):
        a_link(account=account, moved_out_on=TODAY)
        a_need("no_calls", account=account)
        needs.keep(at=NOON)
        assert Need.objects.in_force().exists()

    def test_ends_all_with_the_contract(self):
        account = an_account(ends_on=TODAY)
        for kind in ("keep_supply", "no_calls"):
            a_need(kind, account=account)
        needs.keep(at=NOON)
        assert not Need.objects.in_force().exists()


class TestHowToReach:
    @pytest.mark.parametrize(
        ("kinds", "way"),
        [
            ([], "Gọi điện"),
            (["large_print"], "Gọi điện"),
            (["no_calls"], "Viết (SMS, Zalo, email hoặc thư giấy): không gọi"),
            (["read_aloud"], "Gọi điện và đọc cho nghe, không gửi thư giấy"),
            (["no_calls", "read_aloud"], "Đến tận nơi: không gọi, không viết"),
            (["language"], "Gọi điện · Tiếng Anh"),
            (["language", "no_calls"], "Viết (SMS, Zalo, email hoặc thư giấy): không gọi"),
        ],
    )
    def test_follows_what_they_need(self, account, kinds, way):
        a_contact(account=account)
        assert self.found(account, kinds) == way

    @pytest.mark.parametrize(
        ("kinds", "way"),
        [
            ([], "Viết thư hoặc đến tận nơi: chưa có số điện thoại"),
            (["no_calls"], "Viết (SMS, Zalo, email hoặc thư giấy): không gọi"),
            (["read_aloud"], "Đến tận nơi: không gọi, không viết"),
        ],
    )
    def test_does_not_say_ring_where_no_phone_is_known(self, account, kinds, way):
        a_contact(account=account, kind="email")
        assert self.found(account, kinds) == way

    @staticmethod
    def found(account, kinds):
        for kind in kinds:
            a_need(kind, account=account)
        (need,) = AccountLink.objects.filter(pk=a_link(account=account).pk).prefetch_related(
            *ways_to_reach()
        )
        return how_to_reach(need.account)
