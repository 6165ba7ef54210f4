"""One account with everything that hangs on it, and everybody who may or may not see it."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone

from billing.models import Tariff, VatRate
from billing.tests.factories import a_bill, a_debit, a_payment, a_read, a_stop
from customers.models import (
    AccountLink,
    AnswerTemplate,
    Case,
    CaseTerms,
    ConsentText,
    ContactChange,
    ContactPoint,
    ContactTerms,
    DataRequest,
    Download,
    LinkFreeze,
    LookAlarm,
    LostFactor,
    Protection,
    ReviewTerms,
    StaffRole,
    User,
)
from customers.tests.factories import (
    NOON,
    a_case,
    a_contact,
    a_contact_check,
    a_link,
    a_load,
    a_look,
    a_member,
    a_meter,
    a_need,
    a_unit,
    a_work_item,
    an_account,
    an_auto_debit,
    an_invitation,
    opened,
    prove,
)
from customers.tests.linking import ask
from notifications.models import ChannelPrice, ChannelState, KindPolicy, LeadTime, QuietHours
from notifications.tests.factories import (
    a_campaign,
    a_cutover,
    a_device,
    a_dispatch,
    a_halt,
    a_notice,
    an_outage,
)
from portal.tests.routes import Route
from portal.tests.sign_in.people import sign_in_now

MOVED_OUT = date(2026, 6, 1)
NOBODY = "nobody"


class World:
    """The account, its rows and its people; ``people`` has a user, or None, by who they are."""

    def __init__(self) -> None:
        self.account = an_account()
        self.bill = a_bill(account=self.account)
        self.contact = a_contact(account=self.account)
        self.email = a_contact(account=self.account, kind=ContactPoint.Kind.EMAIL)
        self.notice = a_notice(account=self.account, bill=self.bill)
        a_dispatch(notice=self.notice, channel="inbox", status="accepted")
        self.check = a_contact_check(account=self.account, contact=self.contact)
        self.need = a_need("keep_supply", account=self.account)
        self.debit = an_auto_debit(account=self.account, state="requested")
        self.people: dict[str, User | None] = {**self._customers(), **self._staff(), NOBODY: None}
        self.holder = self.people["holder"]
        self.link = AccountLink.objects.get(user=self.holder)
        self.relative = AccountLink.objects.get(user=self.people["relative"])
        self.request = ask(an_account(), user=self.holder, at=timezone.now())
        # One site for all browsers: its middleware is loaded once.
        self.site = ClientHandler(enforce_csrf_checks=False)
        self.cookies = {who: _cookies(user) for who, user in self.people.items()}

    def _customers(self) -> dict[str, User | None]:
        roles = AccountLink.Role
        left = a_link(account=self.account, role=roles.HOLDER, moved_out_on=MOVED_OUT)
        links = {
            role: a_link(account=self.account, role=role, moved_in_on=MOVED_OUT)
            for role in (roles.HOLDER, roles.RELATIVE, roles.VIEWER)
        }
        people: dict[str, User | None] = {str(role): link.user for role, link in links.items()}
        return {**people, "left": left.user, "stranger": a_link(account=an_account()).user}

    def _staff(self) -> dict[str, User | None]:
        units = {StaffRole.OFFICER: self.account.unit}
        staff = {str(role): a_member(role, unit=units.get(role)) for role in StaffRole}
        staff["officer_elsewhere"] = a_member(StaffRole.OFFICER, unit=a_unit(code="PE77"))
        for who, user in staff.items():
            if who != "officer_elsewhere":
                opened(self.account, by=user)
        return dict(staff)

    def client(self, who: str) -> Client:
        """A browser of this person, who has just signed in."""
        client = Client(raise_request_exception=False)
        client.handler = self.site
        for name, value in self.cookies[who].items():
            client.cookies[name] = value
        return client

    def ids(self, route: Route) -> dict[str, Any]:
        """What stands in an address of this route that belongs to the account, or to its holder."""
        values: dict[str, Any] = {
            "number": self.account.number,
            "key": self.rows["pushdevice"].key,
            "account_id": self.account.pk,
            "contact": self.contact.pk,
            "contact_id": self.contact.pk,
            "arrangement_id": self.debit.pk,
            "check_id": self.check.pk,
            "need": self.need.pk,
            "need_id": self.need.pk,
            "case": self.rows["case"].number,
            "case_id": self.rows["case"].pk,
            "item_id": self.rows["workitem"].pk,
            "code": self.notice.code,
            "notice_id": self.notice.pk,
            "run_id": self.notice.run_id,
            "outage_id": self.rows["outage"].pk,
            "campaign_id": self.rows["campaign"].pk,
            "cutover_id": self.rows["cutover"].pk,
            "loss_id": self.rows["cutoverloss"].pk,
            "halt_id": self.rows["halt"].pk,
            "bill_id": self.bill.pk,
            "load_id": self.rows["load"].pk,
            "stop_id": self.rows["supplystop"].pk,
            "reference": self.request.reference,
            "change": self.rows["contactchange"].pk,
            "asked": self.rows["datarequest"].pk,
            "user_id": self._login_of(route).pk,
            "lost_id": self.rows["lostfactor"].pk,
            "pk": self._named_by_pk(route).pk,
            "content_type_id": ContentType.objects.get_for_model(User).pk,
        }
        if "object_id" in route.parameters:
            values["object_id"] = self._row_of(route).pk
        return {name: values[name] for name in route.parameters & set(values)}

    @cached_property
    def asked_by_login(self) -> DataRequest:
        """What a login asked that is about no account."""
        at = timezone.now()
        return DataRequest.objects.create(
            user=self.people["stranger"], kind="access", received_at=at, confirm_by=at.date(),
            due_on=at.date() + timedelta(days=20),
        )  # fmt: skip

    @cached_property
    def case_of_login(self) -> Case:
        """What the same login asked us for without an account."""
        stranger = self.people["stranger"]
        return a_case(account=None, kind="linking", asked_by=stranger, made_at=timezone.now())

    def _login_of(self, route: Route) -> User:
        """A colleague where their second step is lost, else a login that asked."""
        if "customers/case" in route.pattern:
            asked_by = self.case_of_login.asked_by
            assert asked_by is not None
            return asked_by
        is_staff = "lostfactor" in route.pattern
        user = self.people["agent"] if is_staff else self.asked_by_login.user
        assert user is not None
        return user

    def _named_by_pk(self, route: Route) -> models.Model:
        if "invitation" in route.pattern:
            return self.rows["invitation"]
        return self.relative if "people" in route.pattern else self.rows["authenticator"]

    def _row_of(self, route: Route) -> models.Model:
        _desk, _app, name, *_rest = route.pattern.split("/")
        return self.rows.get(name, self.account)

    @cached_property
    def rows(self) -> dict[str, models.Model]:
        """A row of each model, by its name in lower case."""
        holder, at = self.people["holder"], timezone.now()
        dispatch = a_dispatch(notice=self.notice, channel="email", contact=self.email)
        made = [
            self.account, self.bill, self.notice, self.notice.run, dispatch, holder,
            self.request, self.link, self.account.unit, an_outage(unit=self.account.unit),
            a_stop(bill=self.bill), a_payment(bill=self.bill),
            a_debit(bill=self.bill),
            a_read(meter=a_meter(account=self.account)),
            a_look(account=self.account, user=self.people["agent"], at=NOON),
            Tariff.objects.order_by("pk")[0], VatRate.objects.order_by("pk")[0],
            ChannelState.objects.get(channel="zalo"), KindPolicy.objects.get(kind="bill_issued"),
            self.check, ContactTerms.objects.latest("valid_from"),
            a_case(account=self.account, unit=self.account.unit, asked_by=holder, made_at=at),
            CaseTerms.objects.latest("valid_from"), AnswerTemplate.objects.order_by("pk")[0],
            a_work_item(account=self.account), ReviewTerms.objects.latest("valid_from"),
            ConsentText.objects.order_by("pk")[0],
            QuietHours.objects.latest("starts_on"), LeadTime.objects.latest("from_on"),
            ChannelPrice.objects.create(channel="sms", starts_on=NOON.date(), price=500),
            Group.objects.get(name=StaffRole.AGENT),
            EmailAddress.objects.create(user=holder, email=holder.email, verified=True),
            Authenticator.objects.create(
                user=holder, type=Authenticator.Type.WEBAUTHN, data={"name": "x", "credential": {}}
            ),
            UserSession.objects.create(
                user=holder, ip="203.0.113.7", session_key="x" * 32, user_agent="x"
            ),
            a_device(user=holder),
            ContactChange.objects.create(
                user=holder, account=self.account, kind="email", value="moi@example.vn",
                value_hash="x", code_hash="x", cancel_hash="x", asked_at=at,
            ),
            DataRequest.objects.create(
                user=holder, account=self.account, kind="access", received_at=at,
                confirm_by=at.date(), due_on=at.date() + timedelta(days=20),
            ),
            an_invitation(
                holder=self.link, user=prove(self.people["stranger"]), invited_at=at,
                expires_at=at + timedelta(days=14), link_ends_at=at + timedelta(days=300),
            ),
            LinkFreeze.objects.create(
                kind="login", user=holder, created_at=at, ends_at=at + timedelta(days=1)
            ),
            LookAlarm.objects.create(user=self.people["agent"], kind="accounts", count=70,
                                     raised_at=at),
            LostFactor.objects.create(
                user=self.people["agent"], why="x", recognised="in_person",
                asked_by=self.people["auditor"], asked_at=at, lapses_at=at + LostFactor.LIVES,
            ),
            a_campaign(made_by=self.people["supervisor"]),
            cutover := a_cutover(unit=self.account.unit, made_by=self.people["supervisor"]),
            cutover.losses.create(account=self.account),
            a_halt(kind="survey", made_by=self.people["supervisor"]),
            a_load(made_by=self.people["operator"]),
            Download.objects.create(what="x", key="x", rows=2_000, asked_by=self.people["officer"],
                                    asked_at=at),
            Protection.objects.create(account=an_account(unit=self.account.unit), why="x",
                                      by=self.people["supervisor"], at=at),
        ]  # fmt: skip
        rows = {row._meta.model_name: row for row in made if row is not None}
        return {**rows, "arrangement": self.debit}


def _cookies(user: User | None) -> dict[str, str]:
    client = Client()
    if user is not None:
        sign_in_now(client, user)
    return {name: morsel.value for name, morsel in client.cookies.items()}
