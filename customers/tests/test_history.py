"""What people change leaves a row of history, whichever way it was written."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import models
from django.test import TestCase

from customers.models import (
    Account,
    AccountLink,
    Arrangement,
    AutoDebit,
    ContactPoint,
    MonthEndReading,
    User,
)
from customers.services import arrangements, links
from customers.services.arrangements import Terms
from customers.tests.factories import (
    NOON,
    a_contact,
    a_link,
    a_member,
    a_staff_user,
    a_unit,
    a_user,
    an_account,
    an_auto_debit,
)
from portal.lib.history import Followed, Records, signing
from portal.lib.periods import local_day
from portal.tests.sources import APPS

FOLLOWED = {
    "billing.PaymentTerms",
    "billing.SupplyStop",
    "billing.Tariff",
    "billing.TariffPrice",
    "billing.VatRate",
    "customers.Account",
    "customers.AccountLink",
    "customers.Arrangement",
    "customers.AutoDebit",
    "customers.Case",
    "customers.CaseTerms",
    "customers.Consent",
    "customers.ContactPoint",
    "customers.ContactTerms",
    "customers.LostFactor",
    "customers.MonthEndReading",
    "customers.Need",
    "customers.OperatingUnit",
    "customers.Protection",
    "customers.RelativeContact",
    "customers.ReviewTerms",
    "customers.SmsRetention",
    "customers.User",
    "notifications.Audience",
    "notifications.Campaign",
    "notifications.ChannelPrice",
    "notifications.ChannelState",
    "notifications.Cutover",
    "notifications.KindPolicy",
    "notifications.Halt",
    "notifications.LeadTime",
    "notifications.OwnChoice",
    "notifications.OwnQuietHours",
    "notifications.Preference",
    "notifications.QuietHours",
    "notifications.Telling",
    "notifications.UseThreshold",
    "notifications.WordingChange",
}
# The other models, with what stands in for a history of theirs.
KEEPS_ITSELF = "each step has its own time and hand in the row"
LOADED = "comes from the billing system; the files and their runs are the record"
MACHINES = "written by machines"
UNFOLLOWED = {
    "customers.AuditEntry": "the chain itself",
    "customers.AccountEvent": "written once",
    "customers.Look": "written once",
    "customers.CalendarAddress": "made and taken back by its person alone",
    "billing.EarlierBill": "what a bill said before: itself a history",
    "billing.EarlierRead": "what stood there before: itself a history",
    "customers.AnswerTemplate": "written once",
    "customers.CaseLine": "written once; erased with its case",
    "customers.ConsentText": "written once",
    "customers.ContactChange": KEEPS_ITSELF,
    "customers.ContactCheck": KEEPS_ITSELF,
    "customers.DataExport": KEEPS_ITSELF,
    "customers.DataRequest": KEEPS_ITSELF,
    "customers.Download": KEEPS_ITSELF,
    "customers.Invitation": KEEPS_ITSELF,
    "customers.LetterCode": KEEPS_ITSELF,
    "customers.LinkCheck": KEEPS_ITSELF,
    "customers.LinkFreeze": KEEPS_ITSELF,
    "customers.LinkRequest": KEEPS_ITSELF,
    "customers.Load": KEEPS_ITSELF,
    "customers.FileReading": "each names the load that it was learned from, and who said it",
    "customers.LoadChange": "written once, by triggers; forgotten after 30 days",
    "customers.LoadNote": "written once; forgotten after 30 days",
    "customers.LoadRow": "gone once it is written",
    "customers.LookAlarm": KEEPS_ITSELF,
    "customers.Meter": LOADED,
    "customers.Registration": LOADED,
    "customers.Renewal": "written once",
    "customers.WorkItem": KEEPS_ITSELF,
    "billing.Bill": LOADED,
    "billing.BillCheck": "written once",
    "billing.Debit": LOADED,
    "billing.Neighbourhood": MACHINES,
    "billing.Payment": LOADED,
    "billing.PaymentFeed": LOADED,
    "billing.Read": LOADED,
    "billing.ClosedMonth": "its reads, and what they replaced, are kept as those of open months",
    "billing.StandingRead": "a view",
    "billing.UsualMoments": "written once",
    "customers.ReadingDayChange": "written once",
    "billing.ServiceFee": LOADED,
    "billing.UnusualUse": "written once",
    "notifications.Announcement": "written once",
    "notifications.OutagePlace": "written once",
    "notifications.Outage": LOADED,
    "notifications.Attempt": MACHINES,
    "notifications.DirectMessage": MACHINES,
    "notifications.Dispatch": MACHINES,
    "notifications.Notice": MACHINES,
    "notifications.ProviderToken": MACHINES,
    "notifications.ReachCount": MACHINES,
    "notifications.ReachDay": MACHINES,
    "notifications.Receipt": MACHINES,
    "notifications.Run": MACHINES,
    "notifications.ThresholdPassing": "written once",
    "notifications.CampaignMember": "counted by machines, kept with its campaign",
    "notifications.CutoverFigure": MACHINES,
    "notifications.CutoverLoss": "worked out by machines, kept with its cut-over",
    "notifications.Decision": MACHINES,
    "notifications.Filling": MACHINES,
    "notifications.Pace": MACHINES,
    "notifications.PolicyTrial": "a question and its answer, thrown away after a day",
    "notifications.PushDevice": "a browser's own doing, ended by its owner",
    "notifications.Wording": "never changed: another text is another row",
}
BANK_ACCOUNT = "19036512345678"


def followed() -> list[type[models.Model]]:
    """Every model with a history of its own."""
    return [model for model in apps.get_models() if hasattr(model._meta, "records")]


def terms(**given) -> Terms:
    today = local_day(NOON)
    return Terms(
        **{"starts_on": today, "review_on": today.replace(year=2027), "reference": "CG1", **given}
    )


def kinds(rows) -> str:
    """What happened to them, first to last."""
    return "".join(rows.order_by("history_id").values_list("history_type", flat=True))


class TestModels:
    def test_that_people_edit_are_followed(self):
        assert FOLLOWED - {model._meta.label for model in followed()} == set()

    def test_are_all_followed_or_named_here_with_a_reason(self):
        ours = {
            model._meta.label
            for app in APPS
            for model in apps.get_app_config(app).get_models()
            if not hasattr(model, "instance_type")
        }
        assert ours - FOLLOWED - set(UNFOLLOWED) == set()

    def test_that_are_followed_write_no_change_past_the_history(self):
        blind = [
            model._meta.label
            for model in followed()
            if not isinstance(model._default_manager.get_queryset(), Followed)
        ]
        assert blind == []

    def test_keep_no_secret_in_their_history(self):
        kept = {
            f"{model.__name__}.{field.name}"
            for model in apps.get_models()
            if model.__name__.startswith("Historical")
            for field in model._meta.get_fields()
            if type(field).__name__ == "SealedField"
            or field.name.endswith("_hash")
            or field.name == "password"
        }
        assert kept == set()

    def test_let_a_field_added_later_stay_empty_in_older_rows(self):
        filled = {
            f"{model.__name__}.{field.name}"
            for model in (one.history.model for one in followed())
            for field in model._meta.concrete_fields
            if field.name in {tracked.name for tracked in model.tracked_fields}
            and field.name != model.instance_type._meta.pk.attname
            and (field.has_default() or not field.null)
        }
        assert filled == set()


class ChangeTests(TestCase):
    def test_by_save_is_noted(self):
        unit = a_unit()
        unit.name = "Điện lực Gia Định"
        unit.save()
        assert kinds(unit.history) == "+~"
        assert unit.history.latest().name == "Điện lực Gia Định"

    def test_by_update_is_noted_for_the_rows_that_differ(self):
        stays = a_contact(suspended_at=NOON)
        changes = a_contact()
        ContactPoint.objects.update(suspended_at=NOON)
        assert kinds(stays.history) == "+"
        assert kinds(changes.history) == "+~"
        assert changes.history.latest().suspended_at == NOON

    def test_by_bulk_create_is_noted(self):
        unit = a_unit()
        (account,) = Account.objects.bulk_create(
            [Account(unit=unit, number="PE04010000099", holder_name="A", address="1", ward="B")]
        )
        assert kinds(account.history) == "+"

    def test_by_bulk_update_is_noted(self):
        links = [a_link(), a_link()]
        for link in links:
            link.nickname = "Nhà mẹ"
        AccountLink.objects.bulk_update(links, ["nickname"])
        assert [kinds(link.history) for link in links] == ["+~", "+~"]

    def test_by_delete_is_noted(self):
        link = a_link()
        AccountLink.objects.filter(pk=link.pk).delete()
        assert kinds(AccountLink.history.filter(id=link.pk)) == "+-"

    def test_of_a_role_is_noted_with_the_roles(self):
        user = a_member("agent")
        user.groups.set(Group.objects.filter(name="auditor"))
        latest = user.history.latest()
        assert [row.group.name for row in latest.groups.all()] == ["auditor"]

    def test_by_the_clock_of_sign_in_is_none(self):
        user = a_user()
        user.last_login = NOON
        user.save(update_fields=["last_login"])
        User.objects.filter(pk=user.pk).update(last_login=None)
        assert kinds(user.history) == "+"

    def test_of_a_password_is_noted_without_it(self):
        user = a_user()
        user.set_password("một mật khẩu rất dài")
        user.save()
        assert user.history.latest().history_change_reason == "password"
        assert "password" not in {field.name for field in User.history.model._meta.fields}


class ArrangementTests(TestCase):
    def test_is_kept_without_the_bank_account(self):
        debit = an_auto_debit(bank_account=BANK_ACCOUNT)
        row = AutoDebit.history.filter(arrangement_ptr_id=debit.pk).values().get()
        assert row["bank_account_end"] == BANK_ACCOUNT[-4:]
        assert "bank_account" not in row
        assert BANK_ACCOUNT not in str(row)

    def test_changes_under_both_hands(self):
        asks, decides = a_staff_user(), a_staff_user()
        debit = arrangements.request_auto_debit(
            account=an_account(), terms=terms(), bank="VCB", bank_holder="A",
            bank_account=BANK_ACCOUNT, by=asks, at=NOON,
        )  # fmt: skip
        arrangements.approve(arrangement=debit, by=decides, at=NOON)
        made = AutoDebit.history.get(arrangement_ptr_id=debit.pk)
        changed = Arrangement.history.get(id=debit.pk)
        assert (made.history_type, made.history_user_id) == ("+", asks.pk)
        assert (changed.history_type, changed.history_user_id) == ("~", decides.pk)
        assert changed.state == Arrangement.State.IN_FORCE

    def test_that_moves_the_reading_day_signs_that_too(self):
        account, agent = an_account(reading_day=15), a_staff_user()
        reading = arrangements.request_month_end_reading(
            account=account, terms=terms(), by=agent, at=NOON
        )
        latest = account.history.latest()
        assert (latest.reading_day, latest.history_user_id) == (31, agent.pk)
        assert MonthEndReading.history.get(arrangement_ptr_id=reading.pk).old_day == 15


class SignatureTests(TestCase):
    def test_is_of_the_innermost_hand(self):
        first, second = a_user(), a_user()
        with signing(first):
            outer = a_link()
            with signing(second):
                inner = a_link()
            after = a_link()
        signed_by = [link.history.get().history_user_id for link in (outer, inner, after)]
        assert signed_by == [first.pk, second.pk, first.pk]

    def test_is_nobodys_where_the_clock_did_it(self):
        assert a_link().history.get().history_user_id is None

    def test_of_a_service_is_of_whom_it_was_done_by(self):
        link = a_link()
        links.move_out(link=link, on=date(2026, 11, 1), by=link.user, at=NOON)
        assert link.history.latest().history_user_id == link.user_id

    def test_outlives_the_login(self):
        user = a_user()
        with signing(user):
            link = a_link()
        key = user.pk
        user.delete()
        assert link.history.get().history_user_id == key


@pytest.mark.django_db
class TestDesk:
    def test_signs_with_who_is_signed_in(self, client):
        supervisor = a_member("supervisor")
        client.force_login(supervisor)
        client.post(
            "/desk/notifications/channelstate/", {"action": "stop", "_selected_action": ["zalo"]}
        )
        latest = apps.get_model("notifications", "ChannelState").history.get(channel="zalo")
        assert latest.stopped_at is not None
        assert latest.history_user_id == supervisor.pk


def test_a_change_of_unnoted_fields_alone_is_none():
    records = Records(unnoted=["failures"])
    assert not records.notes(["failures"])
    assert records.notes(["failures", "stopped_at"])
    assert records.notes(None)
