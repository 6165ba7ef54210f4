"""Forged POSTs to the desk: nobody gets by a form what their role does not give (threat T42)."""

from typing import Any

import pytest
from django.contrib.admin import ModelAdmin
from django.db import transaction
from django.db.models import Model
from django.test import RequestFactory, TestCase

from customers.models import StaffRole, User
from customers.services import links
from customers.tests.factories import (
    NOON,
    a_link,
    a_member,
    a_superuser,
    a_unit,
    an_account,
)
from notifications.models import ChannelState
from portal.tests.desk_rows import (
    ELSEWHERE,
    STAFF,
    a_row_of_each,
    ask,
    at_work,
    first,
    label,
    registered,
    url,
)

# Not understood, sent away, forbidden, not there, or not taken by this method.
REFUSED = {302, 400, 403, 404, 405}
ROLES = (*STAFF, "customer")
# Who may do what to which table by the admin's own forms; whatever is not here is refused.
MAY: dict[tuple[str, str], set[str]] = {
    ("add", "customers.DataRequest"): {
        StaffRole.AGENT,
        StaffRole.OFFICER,
        ELSEWHERE,
        StaffRole.SUPERVISOR,
    },
    ("change", "customers.DataRequest"): {StaffRole.SUPERVISOR},
    ("add", "customers.Protection"): {StaffRole.SUPERVISOR},
    ("change", "customers.Protection"): {StaffRole.SUPERVISOR},
    ("delete", "customers.Protection"): {StaffRole.SUPERVISOR},
    ("add", "customers.AnswerTemplate"): {StaffRole.SUPERVISOR},
    ("add", "customers.CaseTerms"): {StaffRole.SUPERVISOR},
    ("add", "customers.ConsentText"): {StaffRole.SUPERVISOR},
    ("add", "customers.ContactTerms"): {StaffRole.SUPERVISOR},
    ("add", "customers.ReviewTerms"): {StaffRole.SUPERVISOR},
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
TERMS = {
    "unit", "valid_from", "remind_days_before", "overdue_days_after", "payments_fresh_hours",
    "stop_days_after", "stop_hours_ahead", "stop_notices",
}  # fmt: skip
AUDIENCE = {
    "name", "units", "wards", "outage", "groups", "ages", "app", "owes", "reached_by",
    "arrangements",
}  # fmt: skip
# What those forms take from whoever may send them; the services add who and when.
FIELDS: dict[tuple[str, str], set[str]] = {
    ("add", "customers.DataRequest"): {"number", "kind", "via", "said"},
    ("change", "customers.DataRequest"): {"step", "answer"},
    ("add", "customers.Protection"): {"number", "why"},
    # The form takes the number off itself where there is a row.
    ("change", "customers.Protection"): {"number", "why"},
    ("add", "customers.AnswerTemplate"): {"kind", "name", "valid_from", "text_vi", "text_en"},
    ("add", "customers.CaseTerms"): {"kind", "valid_from", "hours"},
    ("add", "customers.ConsentText"): {"kind", "valid_from", "text"},
    ("add", "customers.ContactTerms"): {"valid_from", "proof_months", "answer_days"},
    ("add", "customers.ReviewTerms"): {"valid_from", "ahead_days", "grace_days"},
    ("add", "billing.PaymentTerms"): TERMS,
    ("change", "billing.PaymentTerms"): TERMS,
    ("add", "notifications.Audience"): AUDIENCE,
    ("change", "notifications.Audience"): AUDIENCE,
    ("add", "notifications.Campaign"): {
        "kind", "audience", "title_vi", "text_vi", "title_en", "text_en",
    },
    ("change", "notifications.KindPolicy"): {
        "channels", "confirm_within", "consent", "digest_within", "keeps_quiet_hours",
        "legal_class", "price_ceiling", "priority", "useful_for",
    },
    ("add", "notifications.ChannelPrice"): {"channel", "starts_on", "price"},
    ("add", "notifications.LeadTime"): {"unit", "kind", "from_on", "within"},
    ("add", "notifications.QuietHours"): {"starts_on", "begins", "ends"},
}  # fmt: skip
# Who may run which action on chosen rows.
ACTIONS: dict[tuple[str, str], set[str]] = {
    ("end", "customers.AccountLink"): {StaffRole.SUPERVISOR},
    ("restore", "customers.AccountLink"): {StaffRole.SUPERVISOR},
    ("lift", "customers.LinkFreeze"): {StaffRole.SUPERVISOR},
    ("read", "customers.LookAlarm"): {StaffRole.SUPERVISOR},
    ("approve", "customers.Download"): {StaffRole.SUPERVISOR},
    ("start_again", "notifications.ChannelState"): {StaffRole.SUPERVISOR},
    ("stop", "notifications.ChannelState"): {StaffRole.SUPERVISOR},
}


def rows(model: type[Model]) -> list[Any]:
    """All that stands in the table."""
    return list(model._default_manager.order_by("pk").values_list())


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


def forged(row: Model) -> dict[str, Any]:
    """A value for every column of the table, whether a form offers it or not."""
    values = {field.name: "1" for field in row._meta.concrete_fields}
    flags = {"is_superuser": "on", "is_staff": "on", "is_active": "on", "groups": "1"}
    return {**values, **flags, "state": "approved", "post": "yes", "_save": "1"}


def rows_for_actions() -> None:
    """Beside what :func:`a_row_of_each` makes: a row that each action can change."""
    links.freeze(link=a_link(account=an_account(unit=a_unit())), at=NOON)
    first_state = ChannelState.objects.order_by("pk").first()
    assert first_state
    ChannelState.objects.filter(pk=first_state.pk).update(stopped_at=NOON)


def run(user: User, table: ModelAdmin, name: str) -> None:
    """Post the action for every row of the table."""
    chosen = [row[0] for row in table.model._default_manager.values_list("pk")]
    form = {"action": name, "_selected_action": chosen, "post": "yes", "select_across": "1"}
    ask(user, url(table, "changelist"), form)


class ForgedTests(TestCase):
    """One world for every role; what a POST wrote after all is found and taken back."""

    people: dict[str, User]

    @classmethod
    def setUpTestData(cls) -> None:
        account = a_row_of_each()
        rows_for_actions()
        cls.people = {role: at_work(role, account) for role in ROLES}

    def everything(self) -> dict[str, list[Any]]:
        return {label(one): rows(one.model) for one in registered()}

    def assert_writes_nothing(self, posts: Any) -> None:
        before = self.everything()
        with transaction.atomic():
            posts()
            after = self.everything()
            transaction.set_rollback(True)
        changed = [name for name in before if before[name] != after[name]]
        self.assertEqual(changed, [])

    def test_forms_write_only_what_the_role_gives(self):
        for role, user in self.people.items():
            with self.subTest(role):
                self.assert_writes_nothing(lambda role=role, user=user: self.send_all(role, user))

    def send_all(self, role: str, user: User) -> None:
        for table in registered():
            row = first(table)
            for verb, where in forms(table, row).items():
                if role in MAY.get((verb, label(table)), set()):
                    continue
                for popup in ({}, {"_popup": "1", "_to_field": "id"}):
                    answer = ask(user, where, {**forged(row), **popup})
                    self.assertIn(answer.status_code, REFUSED, (where, popup))
            ask(user, url(table, "changelist"), forged_rows(row))

    def test_actions_run_only_where_the_role_gives_them(self):
        for role, user in self.people.items():
            with self.subTest(role):
                self.assert_writes_nothing(lambda role=role, user=user: self.act_all(role, user))

    def act_all(self, role: str, user: User) -> None:
        for table in registered():
            for name in {*(table.actions or ()), "delete_selected"}:
                if role not in ACTIONS.get((name, label(table)), set()):
                    run(user, table, name)

    def test_actions_do_run_where_the_role_gives_them(self):
        tables = {label(one): one for one in registered()}
        for (name, table), roles in ACTIONS.items():
            for role in roles:
                before = rows(tables[table].model)
                with self.subTest(name, role=role), transaction.atomic():
                    run(self.people[role], tables[table], name)
                    after = rows(tables[table].model)
                    transaction.set_rollback(True)
                    self.assertNotEqual(before, after)

    def test_actions_of_a_supervisor_of_another_company_reach_no_row(self):
        elsewhere = a_member(StaffRole.SUPERVISOR, unit=self.people[ELSEWHERE].unit)
        table = next(one for one in registered() if label(one) == "customers.AccountLink")
        before = rows(table.model)
        for name in table.actions:
            chosen = {"action": name, "_selected_action": [first(table).pk], "select_across": "1"}
            ask(elsewhere, url(table, "changelist"), chosen)
        self.assertEqual(rows(table.model), before)


class FieldTests(TestCase):
    """What the forms of the desk take: a column beside them is not read, whatever is posted."""

    maxDiff = None

    def test_hold_the_declared_fields_alone(self):
        account = a_row_of_each()
        found = {}
        for (verb, name), roles in MAY.items():
            table = next(one for one in registered() if label(one) == name)
            row = first(table) if verb == "change" else None
            for role in roles if verb != "delete" else ():
                request: Any = RequestFactory().get("/")
                request.user = at_work(role, account)
                form = table.get_form(request, row, change=row is not None)
                read_only = set(table.get_readonly_fields(request, row))
                taken = set(form.base_fields) - read_only
                found.setdefault((verb, name), set()).update(taken)
        self.assertEqual(found, FIELDS)


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
