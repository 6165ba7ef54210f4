"""A home whose supply must not be cut without a visit: what holds a stop, and who may allow it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from billing.models import SupplyStop
from billing.tests.factories import a_stop
from customers.models import Need, StaffRole, User
from customers.services import needs
from customers.tests.factories import a_link, a_member, a_need, an_auto_debit
from notifications.models import Kind, Notice
from notifications.services import guarding, planning
from notifications.tests.test_guard import ASKED, HOUR, against, ready

pytestmark = pytest.mark.django_db
KINDS = [kind for kind in Need.Kind.values if kind != Need.Kind.KEEP_SUPPLY]


@pytest.fixture
def stop() -> SupplyStop:
    """A stop against which nothing stands but the need."""
    found = ready()
    a_need("keep_supply", account=found.bill.account)
    return found


def boss() -> User:
    return a_member(StaffRole.SUPERVISOR)


def allow(stop: SupplyStop, *, by: User | None = None) -> SupplyStop:
    return guarding.override(stop=stop, why="đã đến tận nơi", by=by or boss(), at=ASKED)


class TestNeed:
    def test_keeps_everybody_from_being_told(self, stop):
        planning.plan_urgent(at=ASKED)
        assert against(stop) == ["need"]
        assert not Notice.objects.filter(kind=Kind.DISCONNECTION).exists()

    def test_goes_on_when_nobody_confirmed_it(self, stop):
        Need.objects.update(confirm_by=ASKED.date() - timedelta(days=400))
        assert against(stop) == ["need"]

    @pytest.mark.parametrize("kind", KINDS)
    def test_of_another_kind_protects_from_nothing(self, kind):
        stop = ready()
        a_need(kind, account=stop.bill.account)
        assert against(stop) == []

    def test_of_another_account_protects_nobody_else(self, stop):
        assert against(ready()) == []

    def test_protects_no_more_once_the_holder_ended_it(self, stop):
        holder = a_link(account=stop.bill.account).user
        needs.end(need=Need.objects.get(), said_by="holder", by=holder, at=ASKED - HOUR)
        assert against(stop) == []

    def test_is_not_taken_away_by_whoever_asks_for_the_stop(self, stop):
        needs.end(need=Need.objects.get(), said_by="holder", by=stop.asked_by, at=ASKED - HOUR)
        assert against(stop) == ["need"]

    def test_ended_long_before_by_the_same_person_is_over(self, stop):
        before = stop.asked_at - timedelta(days=91)
        needs.end(need=Need.objects.get(), said_by="holder", by=stop.asked_by, at=before)
        assert against(stop) == []


class TestOverride:
    def test_by_a_second_person_lets_the_one_case_through(self, stop):
        allow(stop)
        assert against(stop) == []
        planning.plan_urgent(at=ASKED)
        assert stop.notices.count() == 1

    def test_is_refused_to_whoever_asked_for_it(self, stop):
        with pytest.raises(guarding.SamePerson):
            allow(stop, by=stop.asked_by)

    def test_allows_no_need_that_came_later(self, stop):
        allow(stop)
        needs.end(need=Need.objects.get(), said_by="holder", by=boss(), at=ASKED)
        a_need("keep_supply", account=stop.bill.account)
        assert against(stop) == ["need"]

    def test_allows_no_arrangement_that_came_later_and_the_other_way_round(self, stop):
        allow(stop)
        an_auto_debit(account=stop.bill.account, state="requested")
        assert against(stop) == ["arrangement"]
        other = ready()
        an_auto_debit(account=other.bill.account, state="requested")
        allow(other)
        a_need("keep_supply", account=other.bill.account)
        assert against(other) == ["need"]

    def test_still_waives_nothing_that_is_the_laws(self):
        fields = {"overridden_for": ["need", "paid"], "overridden_why": "x"}
        with pytest.raises(IntegrityError):
            a_stop(**fields, overridden_by=boss(), overridden_at=ASKED)
