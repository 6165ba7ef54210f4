"""Call lists: who comes first, and who is not to be rung at all."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Account, Need, StaffRole
from customers.tests.factories import NOON, a_member, a_need, a_unit, an_account
from notifications.models import Run
from notifications.queries import call_list
from notifications.queries.cutovers import to_call
from notifications.tests.factories import a_cutover, a_notice

pytestmark = pytest.mark.django_db
NOT_RUNG = "không gọi"


def to_ring(**fields: Any) -> Account:
    account = an_account(**fields)
    a_notice(account=account, reach="unreachable", reason="no_channel")
    return account


def order() -> list[Account]:
    found = call_list(run=Run.objects.get(), user=a_member(StaffRole.SUPERVISOR))
    return [notice.account for notice in found]


class TestOrder:
    @pytest.mark.parametrize("kind", Need.FIRST)
    def test_of_a_run_begins_with_whoever_needs_it(self, kind):
        old, young = to_ring(holder_born_in=1930), to_ring(holder_born_in=2000)
        a_need(kind, account=young)
        assert order() == [young, old]
        Need.objects.update(ended_at=NOON)
        assert order() == [old, young]

    @pytest.mark.parametrize("kind", sorted(set(Need.Kind.values) - set(Need.FIRST)))
    def test_is_changed_by_nothing_else(self, kind):
        old, young = to_ring(holder_born_in=1930), to_ring(holder_born_in=2000)
        a_need(kind, account=young)
        assert order() == [old, young]

    def test_of_a_cut_over_is_the_same(self):
        cutover, young = a_cutover(), an_account(holder_born_in=2000)
        for account in (an_account(holder_born_in=1930), young):
            cutover.losses.create(account=account)
        a_need("call_first", account=young)
        found = to_call(cutover, user=a_member(StaffRole.SUPERVISOR))
        assert [loss.account == young for loss in found] == [True, False]


class TestHowToReach:
    @pytest.fixture
    def run(self) -> Run:
        a_need("no_calls", account=to_ring(unit=a_unit()))
        return Run.objects.get()

    def shown(self, client: Client, run: Run, role: str) -> str:
        client.force_login(a_member(role, unit=a_unit() if role == "officer" else None))
        url = reverse("admin:notifications_run_proof", args=[run.pk])
        return client.get(url).content.decode()

    @pytest.mark.parametrize("role", ["agent", "officer", "supervisor"])
    def test_is_said_to_whoever_tells_them(self, client, run, role):
        assert NOT_RUNG in self.shown(client, run, role)

    @pytest.mark.parametrize("role", ["operator", "auditor"])
    def test_is_nothing_to_others(self, client, run, role):
        assert NOT_RUNG not in self.shown(client, run, role)

    def test_stands_in_the_file(self, client, run):
        client.force_login(a_member(StaffRole.SUPERVISOR))
        answer: Any = client.get(reverse("admin:notifications_run_calls", args=[run.pk]))
        assert NOT_RUNG in b"".join(answer).decode()

    def test_stands_on_paper_for_a_cut_over(self, client):
        cutover = a_cutover()
        account = an_account(unit=cutover.unit)
        cutover.losses.create(account=account)
        a_need("no_calls", account=account)
        client.force_login(a_member(StaffRole.SUPERVISOR))
        url = reverse("admin:notifications_cutover_print", args=[cutover.pk])
        assert NOT_RUNG in client.get(url).content.decode()
