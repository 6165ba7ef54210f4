"""Rows of this app for any test: keyword functions whose defaults hold together."""

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from customers.models import (
    Account,
    AccountLink,
    Arrangement,
    AutoDebit,
    Case,
    ConsentText,
    ContactCheck,
    ContactPoint,
    Invitation,
    Load,
    Look,
    Meter,
    MonthEndReading,
    Need,
    OperatingUnit,
    Registration,
    RelativeContact,
    SmsRetention,
    User,
    WorkItem,
)
from customers.models.arrangements import first_day_to_debit
from customers.premises import premise
from customers.services.accounts import search_text
from portal.lib import spoken
from portal.lib.sealed import keyed_hash

NOON = datetime(2026, 11, 2, 5, tzinfo=UTC)  # 12:00 in Viet Nam, the day after October's bills
PASSWORD = "correct horse battery staple"

_numbers = count(1)


def a_unit(*, code: str = "PE01", **fields: Any) -> OperatingUnit:
    """The regional company with this code; made once."""
    defaults = {"name": f"Công ty Điện lực {code}", **fields}
    return OperatingUnit.objects.get_or_create(code=code, defaults=defaults)[0]


def an_account(*, unit: OperatingUnit | None = None, **fields: Any) -> Account:
    """A household's contract, with a number of its own."""
    values = {
        "number": f"PE0401{next(_numbers):07d}",
        "holder_name": "Nguyễn Thị Hạnh",
        "holder_born_in": 1980,
        "address": "12/5 Lê Lợi",
        "ward": "Phường Bến Thành",
        **fields,
    }
    values.setdefault("search_text", search_text(**values))
    values = {**asdict(premise(**values)), **values}
    return Account.objects.create(unit=unit or a_unit(), **values)


def a_user(*, email: str | None = None, password: str | None = None, **fields: Any) -> User:
    """A login that sees nothing yet; pass PASSWORD to let it sign in by the form."""
    email = email or f"user{next(_numbers)}@example.vn"
    return User.objects.create_user(email, password, **{"name": "Nguyễn Thị Hạnh", **fields})


def a_staff_user(*permissions: str, **fields: Any) -> User:
    """A member of staff with these permissions, as in ``customers.view_account``.

    Without a ``unit`` they see every company.
    """
    user = a_user(**{"name": "Trần Văn Minh", "is_staff": True, **fields})
    city_wide = () if user.unit_id else ("customers.see_every_company",)
    for permission in (*permissions, *city_wide):
        app, codename = permission.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return user


def a_member(role: str, **fields: Any) -> User:
    """A member of staff with the permissions of one role, as in "agent", and no others."""
    user = a_user(**{"name": "Trần Văn Minh", "is_staff": True, **fields})
    user.groups.add(Group.objects.get(name=role))
    return user


def a_superuser(**fields: Any) -> User:
    """A member of staff who may do everything."""
    return a_user(**{"name": "Lê Thị Lan", "is_staff": True, "is_superuser": True, **fields})


def a_link(
    *, account: Account | None = None, user: User | None = None, **fields: Any
) -> AccountLink:
    """A link in force with what its role usually opens; a holder's unless told otherwise."""
    role = fields.setdefault("role", AccountLink.Role.HOLDER)
    given = {"rights": sorted(AccountLink.USUAL[role]), "proof": AccountLink.Proof.CONTACT}
    return AccountLink.objects.create(
        account=account or (None if "about" in fields else an_account()),
        user=user or a_user(),
        **given | fields,
    )


def a_look(*, account: Account | None = None, user: User | None = None, **fields: Any) -> Look:
    """A look at an account's screen by someone whom its customer rang up."""
    given = {"page": "account", "reason": Look.Reason.CALL, "reference": "CG-0001"}
    about = {} if "about" in fields else {"account": account or an_account()}
    return Look.objects.create(user=user or a_user(), **given | about | fields)


def opened(account: Account, *, by: User, **fields: Any) -> Account:
    """``account``, to which ``by`` has given a reason just now; its pages open."""
    a_look(account=account, user=by, **{"at": timezone.now(), **fields})
    return account


def opened_login(user: User, *, by: User, **fields: Any) -> User:
    """The login of a customer, for which ``by`` has given a reason just now; its page opens."""
    a_look(about=user, user=by, **{"page": "user", "at": timezone.now(), **fields})
    return user


def a_meter(*, account: Account | None = None, **fields: Any) -> Meter:
    """A meter in place, with a serial of its own."""
    return Meter.objects.create(
        account=account or an_account(),
        **{"serial": f"{next(_numbers):08d}", "installed_on": date(2020, 1, 1), **fields},
    )


def a_contact(
    *, account: Account | None = None, kind: str = ContactPoint.Kind.PHONE, **fields: Any
) -> ContactPoint:
    """A contact as the contract names it: a phone unless ``kind`` says otherwise."""
    number = next(_numbers)
    value = f"kh{number}@example.vn" if kind == "email" else f"+8490{number:07d}"
    return ContactPoint.objects.create(
        account=account or an_account(), kind=kind, **{"value": value, **fields}
    )


def a_registration(*, account: Account | None = None, **fields: Any) -> Registration:
    """An account that follows us on Zalo, as its provider says."""
    values = {"channel": "zalo", "is_registered": True, "since": date(2026, 9, 1), **fields}
    return Registration.objects.create(account=account or an_account(), **values)


def a_contact_check(*, account: Account | None = None, **fields: Any) -> ContactCheck:
    """The question whether a phone that was proven two years ago is still the holder's."""
    proven_at = fields.setdefault("proven_at", NOON - timedelta(days=735))
    if "contact" not in fields:
        fields["contact"] = a_contact(account=account, source="code", verified_at=proven_at)
    values = {"asked_at": NOON, "due_on": NOON.date() + timedelta(days=30), **fields}
    return ContactCheck.objects.create(account=fields["contact"].account, **values)


def a_load(**fields: Any) -> Load:
    """A file of payments that was loaded."""
    values = {
        "kind": "payments",
        "sha256": "a" * 64,
        "name": "thanh-toan.csv",
        "size": 1,
        "source": Load.Source.DESK,
        "state": Load.State.DONE,
        "made_at": NOON,
        **fields,
    }
    return Load.objects.create(**values)


def a_work_item(*, account: Account | None = None, **fields: Any) -> WorkItem:
    """A row of the work list, of NOON: nobody can be told of an account."""
    given = {
        "kind": WorkItem.Kind.GAP,
        "subject": f"gap-{next(_numbers)}",
        "made_at": NOON,
        "due_on": NOON.date(),
    }
    return WorkItem.objects.create(account=account or an_account(), **given | fields)


def a_need(
    kind: str = Need.Kind.NO_CALLS, *, account: Account | None = None, **fields: Any
) -> Need:
    """Something that we do differently since NOON, on the holder's word."""
    given = {
        "language": "en" if kind == Need.Kind.LANGUAGE else "",
        "said_by": Need.SaidBy.HOLDER,
        "said_on": NOON.date(),
        "starts_on": NOON.date(),
        "confirm_by": NOON.date() + timedelta(days=365) if kind == "keep_supply" else None,
        "consent_text": ConsentText.objects.get(kind="need", version=1),
        "recorded_at": NOON,
    }
    if "recorded_by" not in fields:
        given["recorded_by"] = a_staff_user()
    return Need.objects.create(account=account or an_account(), kind=kind, **given | fields)


def a_case(*, account: Account | None = None, **fields: Any) -> Case:
    """A question about a bill that came by phone at NOON, due three days later, not yet taken."""
    if "account" not in fields and fields.get("kind") != "linking":
        account = account or an_account()
    given = {
        "number": spoken.draw(8),
        "kind": "bill",
        "via": "site" if "asked_by" in fields else "call",
        "from_whom": "holder",
        "asked": "Hóa đơn tháng 10 cao hơn tháng trước, xin giải thích.",
        "made_at": NOON,
        **fields,
    }
    given.setdefault("made_by", given.get("asked_by") or a_staff_user())
    given.setdefault("due_at", given["made_at"] + timedelta(hours=72))
    return Case.objects.create(account=account, **given)


def an_arrangement(kind: str, *, account: Account | None = None, **fields: Any) -> Arrangement:
    """An arrangement of this kind, in force since September; what it needs is made with it."""
    makers = {
        Arrangement.Kind.AUTO_DEBIT: an_auto_debit,
        Arrangement.Kind.MONTH_END_READING: a_month_end_reading,
        Arrangement.Kind.RELATIVE_CONTACT: a_relative_contact,
        Arrangement.Kind.SMS_RETENTION: an_sms_retention,
    }
    return makers[Arrangement.Kind(kind)](account=account, **fields)


def an_auto_debit(*, account: Account | None = None, **fields: Any) -> AutoDebit:
    bank_account = fields.pop("bank_account", "19036512345678")
    return AutoDebit.objects.create(
        account=account or an_account(),
        bank_account=bank_account,
        bank_account_hash=keyed_hash(bank_account),
        bank_account_end=bank_account[-4:],
        **_in_force(AutoDebit, {"bank": "Vietcombank", "bank_holder": "NGUYEN THI HANH", **fields}),
    )


def a_month_end_reading(*, account: Account | None = None, **fields: Any) -> MonthEndReading:
    return MonthEndReading.objects.create(
        account=account or an_account(), **_in_force(MonthEndReading, {"old_day": 15, **fields})
    )


def a_relative_contact(*, account: Account | None = None, **fields: Any) -> RelativeContact:
    account = account or an_account()
    contact = fields.pop("contact", None) or a_contact(
        account=account, kind="email", owner="relative", verified_at=NOON
    )
    words = {"relative_name": "Nguyễn Văn Bình", "relation": "child", "agreed_at": NOON}
    return RelativeContact.objects.create(
        account=account, contact=contact, **_in_force(RelativeContact, {**words, **fields})
    )


def an_sms_retention(*, account: Account | None = None, **fields: Any) -> SmsRetention:
    account = account or an_account()
    contact = fields.pop("contact", None) or a_contact(account=account)
    reasons = {
        "why_no_auto_debit": "không có tài khoản ngân hàng",
        "why_no_month_end": "lương hưu nhận giữa tháng",
        "why_no_relative": "sống một mình",
    }
    return SmsRetention.objects.create(
        account=account, contact=contact, **_in_force(SmsRetention, {**reasons, **fields})
    )


def _in_force(model: type[Arrangement], fields: dict[str, Any]) -> dict[str, Any]:
    """``fields`` with what every approved arrangement carries; two people, unless given."""
    defaults: dict[str, Any] = {
        "kind": model.KIND,
        "state": Arrangement.State.IN_FORCE,
        "starts_on": date(2026, 9, 1),
        "review_on": date(2027, 9, 1),
        "reference": f"CG{next(_numbers):06d}",
        "requested_at": NOON,
        "decided_at": NOON,
    }
    values = {**defaults, **fields}
    if "requested_by" not in values:
        values["requested_by"] = a_staff_user()
    if "decided_by" not in values and values["state"] != Arrangement.State.REQUESTED:
        values["decided_by"] = a_staff_user()
    if values["state"] == Arrangement.State.REQUESTED:
        values["decided_at"] = None
    if values["state"] in ("undone", "ended", "expired"):
        values.setdefault("closed_at", NOON)
    if model is AutoDebit:
        mandates = {"requested": "pending", "in_force": "active", "expired": "active"}
        values.setdefault("mandate", mandates.get(values["state"], "cancelled"))
    if model is AutoDebit and values["decided_at"] and values["state"] != "refused":
        # As at an approval: the bank takes nothing on the first day.
        first = first_day_to_debit(approved_at=values["decided_at"], starts_on=values["starts_on"])
        values.setdefault("first_debit_on", first)
    return values


def prove(user: User) -> User:
    """Let this login have proven its phone number and its e-mail address."""
    if user.email:
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
    if user.phone:
        user.phone_verified_at = NOON
        user.save(update_fields=["phone_verified_at"])
    return user


def an_invitation(
    *, holder: AccountLink | None = None, user: User | None = None, **fields: Any
) -> Invitation:
    """An invitation of NOON by the holder to the e-mail address of ``user``, a relative's."""
    holder = holder or a_link()
    user = user or prove(a_user())
    role = fields.setdefault("role", AccountLink.Role.RELATIVE)
    given = {
        "kind": Invitation.Kind.EMAIL,
        "address": user.email,
        "rights": sorted(AccountLink.USUAL[role]),
        "link_ends_at": NOON + timedelta(days=365),
        "invited_at": NOON,
        "expires_at": NOON + timedelta(days=14),
    }
    return Invitation.objects.create(
        account=holder.account, invited_by=holder.user, **given | fields
    )
