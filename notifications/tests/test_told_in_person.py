"""Homes that a person tells of a planned outage, beside the notices."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Account, Need, WorkItem
from customers.services import needs
from customers.tests.factories import (
    NOON,
    a_contact,
    a_member,
    a_need,
    a_superuser,
    a_unit,
    an_account,
)
from customers.work_words import next_step
from notifications.models import Outage, Run
from notifications.services import outages, planning
from notifications.services.outages import in_person
from notifications.tests.factories import an_outage
from notifications.tests.test_outages import changed

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def at_home(kind: str = "keep_supply", **fields: object) -> Account:
    """An account at 12/5 Lê Lợi, Phường Bến Thành, with Zalo and a need."""
    account = an_account(**fields)
    a_contact(account=account, kind="zalo")
    a_need(kind, account=account)
    return account


def listed() -> list[WorkItem]:
    """What is open in the work list about outages."""
    found = WorkItem.objects.open().filter(kind="outage").select_related("account", "arrangement")
    return list(found.oldest_first())


class TestListing:
    def test_names_each_home_in_the_area_once(self):
        here = at_home()
        at_home(address="12 Lê Lai")
        at_home(unit=a_unit(code="PE02"))
        an_account()
        outage = an_outage()
        planning.plan_due(at=NOON)
        planning.plan_due(at=NOON + timedelta(days=1))
        [item] = listed()
        assert item.account == here
        assert f"{outage.starts_at.astimezone():%d/%m/%Y}" in next_step(item)

    @pytest.mark.parametrize("kind", [k for k in Need.Kind.values if k != "keep_supply"])
    def test_leaves_out_homes_that_need_something_else(self, kind):
        at_home(kind)
        an_outage()
        planning.plan_due(at=NOON)
        assert listed() == []

    def test_leaves_out_what_nobody_planned(self):
        at_home()
        an_outage(planned=False)
        planning.plan_due(at=NOON)
        assert listed() == []

    def test_waits_while_the_run_waits_for_two_people(self):
        at_home()
        an_outage()
        planning.plan_due(at=NOON)
        WorkItem.objects.all().delete()
        Run.objects.update(waits_since=NOON)
        assert in_person.list_calls(at=NOON) == 0
        Run.objects.update(waits_since=None)
        assert in_person.list_calls(at=NOON) == 1

    def test_finds_a_need_that_was_recorded_after_the_announcement(self):
        account = an_account()
        a_contact(account=account, kind="zalo")
        an_outage()
        planning.plan_due(at=NOON)
        a_need("keep_supply", account=account)
        planning.plan_hourly(at=NOON + HOUR)
        assert [item.account for item in listed()] == [account]

    def test_costs_two_questions_whatever_there_is(self):
        at_home()
        an_outage()
        planning.plan_due(at=NOON)
        with CaptureQueriesContext(connection) as asked:
            in_person.list_calls(at=NOON)
        assert len(asked) == 2


class TestNews:
    @pytest.fixture
    def outage(self) -> Outage:
        at_home()
        outage = an_outage()
        planning.plan_due(at=NOON)
        return outage

    def test_of_another_time_is_told_anew(self, outage):
        [before] = listed()
        later = timedelta(days=1)
        changed(outage, starts_at=outage.starts_at + later, ends_at=outage.ends_at + later)
        planning.plan_due(at=NOON + HOUR)
        before.refresh_from_db()
        [after] = listed()
        assert before.outcome == WorkItem.Outcome.OVER
        assert after.detail != before.detail

    def test_that_it_is_withdrawn_closes_the_row(self, outage):
        outages.withdraw(outage=outage, by=a_superuser(), at=NOON + HOUR)
        planning.plan_due(at=NOON + HOUR)
        assert listed() == []

    def test_that_nobody_told_them_in_time_is_said(self, outage):
        planning.plan_hourly(at=outage.ends_at + HOUR)
        assert [item.outcome for item in WorkItem.objects.all()] == ["missed"]

    def test_that_the_need_is_over_closes_the_row(self, outage):
        needs.end(need=Need.objects.get(), said_by="holder", by=a_member("agent"), at=NOON)
        planning.plan_hourly(at=NOON + HOUR)
        assert [item.outcome for item in WorkItem.objects.all()] == ["over"]
