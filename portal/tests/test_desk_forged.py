"""Forged POSTs to the desk: nobody gets by a form what their role does not give (threat T42)."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.urls import reverse

from billing.tests.factories import a_bill, a_payment, a_read, a_stop
from customers.models import (
    DataRequest,
    Download,
    LinkFreeze,
    LinkRequest,
    LookAlarm,
    Protection,
    StaffRole,
)
from customers.tests.factories import (
    NOON,
    a_contact_check,
    a_link,
    a_look,
    a_member,
    a_meter,
    a_staff_user,
    a_superuser,
    a_user,
    an_account,
    an_auto_debit,
)
from notifications.models import ChannelPrice, WordingChange
from notifications.tests.factories import (
    a_campaign,
    a_dispatch,
    a_fee,
    a_halt,
    a_notice,
    an_outage,
)

# Not understood, sent away, forbidden, not there, or not taken by this method.
REFUSED = {302, 400, 403, 404, 405}
ROLES = (*StaffRole.values, "none", "customer")
# Who may do what to which table by the admin's own forms; whatever is not here is refused.
MAY: dict[tuple[str, str], set[str]] = {
    ("add", "customers.DataRequest"): {StaffRole.AGENT, StaffRole.OFFICER, StaffRole.SUPERVISOR},
    ("change", "customers.DataRequest"): {StaffRole.SUPERVISOR},
    ("add", "customers.Protection"): {StaffRole.SUPERVISOR},
    ("change", "customers.Protection"): {StaffRole.SUPERVISOR},
    ("delete", "customers.Protection"): {StaffRole.SUPERVISOR},
    ("add", "customers.ContactTerms"): {StaffRole.SUPERVISOR},
    ("add", "billing.PaymentTerms"): {StaffRole.SUPERVISOR},
    ("change", "billing.PaymentTerms"): {StaffRole.SUPERVISOR},
    ("add", "notifications.Audience"): {StaffRole.SUPERVISOR},
    ("change", "notifications.Audience"): {StaffRole.SUPERVISOR},
    ("add", "notifications.Campaign"): {StaffRole.SUPERVISOR},
    ("change", "notifications.KindPolicy"): {StaffRole.SUPERVISOR},
    ("add", "notifications.ChannelPrice"): {StaffRole.SUPERVISOR},
    ("add", "notifications.LeadTime"): {StaffRole.SUPERVISOR},
    ("add", "notifications.QuietHours"): {StaffRole.SUPERVISOR},
}
# Who may run which action on chosen rows.
ACTIONS: dict[tuple[str, str], set[str]] = {
    ("end", "customers.AccountLink"): {StaffRole.SUPERVISOR},
    ("restore", "customers.AccountLink"): {StaffRole.SUPERVISOR},
    ("lift", "customers.LinkFreeze"): {StaffRole.SUPERVISOR},
    ("read", "customers.LookAlarm"): {StaffRole.SUPERVISOR},
    ("approve", "customers.Download"): {StaffRole.SUPERVISOR},
    ("start_again", "notifications.ChannelState"): {StaffRole.SUPERVISOR},
    ("stop", "notifications.ChannelState"): {StaffRole.SUPERVISOR},
    ("delete_selected", "customers.Protection"): {StaffRole.SUPERVISOR},
}


def registered() -> list[ModelAdmin]:
    return list(admin.site._registry.values())


def label(model_admin: ModelAdmin) -> str:
    return model_admin.opts.label


def url(model_admin: ModelAdmin, view: str, *args: Any) -> str:
    opts = model_admin.opts
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{view}", args=args)


def a_row_of_each() -> None:
    """Something to forge in every table of the desk."""
    account, boss = an_account(), a_superuser()
    bill = a_bill(account=account)
    a_payment(bill=bill)
    a_read(meter=a_meter(account=account))
    a_dispatch(notice=a_notice(account=account, bill=bill))
    an_outage()
    a_fee(account=account)
    a_stop(bill=bill)
    WordingChange.objects.create(
        kind="bill_issued", channel="sms", language="vi", text="x", why="x", starts_at=NOON,
        made_by=boss, made_at=NOON,
    )  # fmt: skip
    ChannelPrice.objects.create(channel="sms", starts_on=NOON.date(), price=500)
    a_campaign(made_by=boss)
    a_halt(made_by=boss)
    a_link(account=account)
    an_auto_debit(account=account)
    a_contact_check(account=account)
    a_look(account=account, user=boss, at=NOON)
    times = {"created_at": NOON, "ends_at": NOON}
    DataRequest.objects.create(
        user=boss, kind="access", received_at=NOON, confirm_by=NOON.date(), due_on=NOON.date()
    )
    LinkFreeze.objects.create(kind="site", **times)
    LinkRequest.objects.create(
        user=boss, number="x", proof="contact", state="open", created_at=NOON, expires_at=NOON
    )
    LookAlarm.objects.create(user=boss, kind="accounts", count=61, raised_at=NOON)
    Download.objects.create(what="x", key="x", rows=5, asked_by=boss, asked_at=NOON)
    Protection.objects.create(account=an_account(), why="x", by=boss, at=NOON)


def person(role: str) -> Any:
    if role == "customer":
        return a_user()
    return a_staff_user() if role == "none" else a_member(role)


def rows(model: type[Model]) -> list[Any]:
    """All that stands in the table."""
    return list(model._default_manager.order_by("pk").values_list())


def first(model_admin: ModelAdmin) -> Model:
    """A row to forge; a new table of the desk needs one in :func:`a_row_of_each`."""
    found = model_admin.model._default_manager.order_by("pk").first()
    assert found, f"no row of {label(model_admin)}"
    return found


def forms(model_admin: ModelAdmin, row: Model) -> dict[str, str]:
    """Where each of the admin's own forms is sent."""
    return {
        "add": url(model_admin, "add"),
        "change": url(model_admin, "change", row.pk),
        "delete": url(model_admin, "delete", row.pk),
    }


def forged_rows(row: Model) -> dict[str, Any]:
    """A thousand rows for a list that offers no editing, the first of them somebody else's."""
    names = [field.name for field in row._meta.concrete_fields]
    form = {"form-TOTAL_FORMS": "1000", "form-INITIAL_FORMS": "1", "form-0-id": row.pk}
    return {**form, **{f"form-0-{name}": "1" for name in names}, "_save": "1"}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
class TestForms:
    def test_write_only_what_the_role_gives(self, client, role):
        a_row_of_each()
        client.force_login(person(role))
        before = {one: rows(one.model) for one in registered()}
        for model_admin in registered():
            row = first(model_admin)
            for verb, where in forms(model_admin, row).items():
                if role not in MAY.get((verb, label(model_admin)), set()):
                    for popup in ({}, {"_popup": "1", "_to_field": "id"}):
                        answer = client.post(where, {"name": "x", "post": "yes", **popup})
                        assert answer.status_code in REFUSED, (where, popup)
            client.post(url(model_admin, "changelist"), forged_rows(row))
        assert {one: rows(one.model) for one in registered()} == before

    def test_run_only_the_actions_that_the_role_gives(self, client, role):
        a_row_of_each()
        client.force_login(person(role))
        before = {one: rows(one.model) for one in registered()}
        for model_admin in registered():
            row = first(model_admin)
            for name in {*(model_admin.actions or ()), "delete_selected", "make_verified"}:
                if role not in ACTIONS.get((name, label(model_admin)), set()):
                    form = {"action": name, "_selected_action": [row.pk], "post": "yes"}
                    client.post(url(model_admin, "changelist"), form | {"select_across": "1"})
        assert {one: rows(one.model) for one in registered()} == before


class TestMatrix:
    @pytest.mark.parametrize("model_admin", registered(), ids=label)
    def test_names_every_action_and_no_table_is_edited_as_a_list(self, model_admin):
        known = {name for name, table in ACTIONS if table == label(model_admin)}
        assert set(model_admin.actions or ()) <= known
        assert not model_admin.list_editable
        assert not model_admin.autocomplete_fields


@pytest.mark.django_db
class TestActions:
    def test_on_what_is_no_key_of_a_row_are_the_fault_of_the_asker(self, client):
        client.force_login(a_superuser())
        acting = [one for one in registered() if one.actions]
        assert acting
        for model_admin in acting:
            for odd in ("\0", "x\0", "x" * 10_001, "1e12", " ", "9" * 40, "' OR 1=1"):
                form = {"action": model_admin.actions[0], "_selected_action": [odd]}
                answer = client.post(url(model_admin, "changelist"), form)
                assert answer.status_code in {302, 400}, (label(model_admin), odd)


@pytest.mark.django_db
class TestAutocomplete:
    @pytest.mark.parametrize("role", [*StaffRole.values, "superuser"])
    def test_lists_nobody(self, client, role):
        an_account()
        client.force_login(a_superuser() if role == "superuser" else a_member(role))
        fields = [("accountlink", "account"), ("accountlink", "user"), ("look", "user")]
        for model, field in fields:
            query = {
                "app_label": "customers",
                "model_name": model,
                "field_name": field,
                "term": "h",
            }
            assert client.get("/desk/autocomplete/", query).status_code == 404
