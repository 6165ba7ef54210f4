"""Agreements that a file brings: on paper from before this system, or mandates that a bank lists.

The rules are the desk's, over sets: whoever brought the file has recorded its rows, whoever let it
in has decided on them. A relative still says yes themselves.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import (
    Account,
    Arrangement,
    AutoDebit,
    ContactPoint,
    Load,
    RelativeContact,
    SmsRetention,
    User,
)
from portal.lib.columns import Refusal, Remark, Row
from portal.lib.loading import Brought, Outcome, TakenBack
from portal.lib.periods import local_day
from portal.lib.said import day
from portal.lib.sealed import keyed_hash, unseal
from portal.lib.secret_numbers import HIDDEN
from portal.lib.text import mask_contact

from . import contacts
from .deciding import put_in_force, undo
from .errors import (
    AnotherOpen,
    ArrangementError,
    BeginsAtOnce,
    NotOpen,
    OverAlready,
    RanOut,
    SamePerson,
    TooLate,
    UnknownAccount,
)
from .requesting import (
    draft_month_end_reading,
    of_auto_debit,
    of_relative_contact,
    of_sms_retention,
)
from .supposing import NOBODY
from .terms import Terms, draft, lock_all
from .writing import write

Kind, State = Arrangement.Kind, Arrangement.State
Made = TypeVar("Made", bound=Arrangement)

# By whom an agreement is known: those who signed it with us, or with their bank.
ON_PAPER, BY_BANK = "paper", "bank"
ASKED_AGAIN = timedelta(days=365)
# Arrangements that are taken back in one transaction.
BATCH = 100
# What is shown of each agreement before it is decided on, and of the terms of its kind.
SHOWN = ("reference", "agreed_on", "starts_on", "ends_on")
SHOWN_OF: dict[type[Arrangement], tuple[str, ...]] = {
    AutoDebit: ("bank", "first_debit_on"),
    RelativeContact: ("relation",),
}
_SOMEBODY_ELSE = User(pk=-1)

# Where a rule of the desk names its answer otherwise than the column of the file.
COLUMNS = {
    "": "number",
    "address": "relative_phone",
    "phone": "sms_phone",
    "review_on": "starts_on",
}


@transaction.atomic
def load(*, rows: Collection[Row], at: datetime, brought: Brought) -> Outcome:
    """Record the agreements and decide on them; what is open with the same terms stays as it is.

    :raises SamePerson: no two people answer for the file
    """
    maker, checker = _people(brought)
    rows = list(rows)
    accounts = lock_all({row.values["number"] for row in rows})
    reader = _Reader(rows, accounts, maker=maker, checker=checker, load=brought.load, at=at)
    write(reader.made, maker=maker, checker=checker, at=at)
    written = len(reader.made)
    return Outcome.of(
        rows=rows,
        created=written,
        written=written,
        refused=tuple(reader.refused),
        remarks=tuple(reader.remarks),
    )


def to_decide_on(*, load: int, most: int) -> list[dict[str, Any]]:
    """The first agreements of a load as whoever decides on them has to see them.

    What is a person's own is masked already: so it is kept with the load.
    """
    found = Arrangement.objects.filter(load=load).with_terms()
    return [_told(one) for one in found.order_by("account__number", "kind")[:most]]


def _told(one: Arrangement) -> dict[str, Any]:
    terms = one.terms
    said = {name: getattr(terms, name) for name in (*SHOWN, *SHOWN_OF.get(type(terms), ()))}
    said |= _masked(terms)
    return {
        "table": terms._meta.db_table,
        "row": one.pk,
        "label": one.account.number,
        "account": one.account_id,
        "fields": [[name, None, _plain(value)] for name, value in said.items() if value],
    }


def _masked(terms: Arrangement) -> dict[str, str]:
    """Of whom money is taken, and who is written to: enough to recognise it."""
    if isinstance(terms, AutoDebit):
        return {
            "bank_holder": mask_contact(terms.bank_holder, is_email=False),
            "bank_account_end": f"{HIDDEN}{terms.bank_account_end}",
        }
    if isinstance(terms, RelativeContact | SmsRetention):
        masked = {
            "contact_id": mask_contact(terms.contact.value, is_email="@" in terms.contact.value)
        }
        if isinstance(terms, RelativeContact):
            masked["relative_name"] = mask_contact(terms.relative_name, is_email=False)
        return masked
    return {}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def extent(*, load: int) -> int:
    """How many arrangements of a load can be taken back."""
    return Arrangement.objects.filter(
        load=load, state__in=(State.REQUESTED, State.IN_FORCE)
    ).count()


def take_back(*, load: int, after: int, by: User, at: datetime) -> TakenBack | None:
    """Undo the next arrangements of a load, as the desk does, each with what customers are told.

    One by one: it is rare, and each may hang together with other work of its account.
    """
    found = Arrangement.objects.filter(load=load, pk__gt=after).order_by("pk")[:BATCH]
    taken = kept = last = 0
    for one in found:
        last = one.pk
        try:
            undo(arrangement=one, by=by, at=at)
            taken += 1
        except (TooLate, NotOpen):
            kept += 1
    return TakenBack(taken=taken, kept=kept, last=last) if last else None


def _people(brought: Brought) -> tuple[User, User]:
    """Whoever recorded and whoever decided; of a preview anybody."""
    known = User.objects.in_bulk([key for key in (brought.maker, brought.checker) if key])
    maker, checker = known.get(brought.maker), known.get(brought.checker)
    if brought.is_preview:
        return maker or NOBODY, checker or _SOMEBODY_ELSE
    if maker is None or checker is None or maker == checker:
        raise SamePerson
    return maker, checker


class _Reader:
    """The rows of one chunk, each an arrangement to be made, one that is there, or a refusal."""

    def __init__(
        self,
        rows: list[Row],
        accounts: dict[str, Account],
        *,
        maker: User,
        checker: User,
        load: int,
        at: datetime,
    ) -> None:
        self.accounts, self.maker, self.checker, self.at = accounts, maker, checker, at
        self.today, self.load = local_day(at), Load(pk=load)
        self.known = contacts.Known(_asked(rows, accounts), at=at)
        self.open, self.over = _there(accounts.values())
        self.made: list[Arrangement] = []
        self.refused: list[Refusal] = []
        self.remarks: list[Remark] = []
        for row in rows:
            self._read(row)

    def _read(self, row: Row) -> None:
        try:
            account = self._account(row)
            there = self.open.get((account.pk, row.values["kind"]))
            if there is None:
                self._make(row, account)
            else:
                self._compare(row, there)
        except ArrangementError as error:
            column = COLUMNS.get(error.field, error.field)
            self.refused.append(Refusal(row.number, column, "", str(error)))

    def _account(self, row: Row) -> Account:
        if (account := self.accounts.get(row.values["number"])) is None:
            raise UnknownAccount
        return account

    def _compare(self, row: Row, there: Arrangement) -> None:
        """The same terms are recorded already, whatever they rest on; others are no correction.

        :raises AnotherOpen: they are others
        """
        if not _is_same(row.values, there):
            raise AnotherOpen
        if row.values["reference"] != there.reference:
            why = _("This is recorded already, by another call or letter; that one stays.")
            self._remark(row, "reference", why, row.values["reference"], there.reference)

    def _make(self, row: Row, account: Account) -> None:
        values = row.values
        if (account.pk, values["kind"], values["reference"]) in self.over:
            raise OverAlready
        if values["ends_on"] is not None and values["ends_on"] <= self.today:
            raise RanOut(field="ends_on")
        made = DRAFTS[values["kind"]](self, values, account, self._terms(values))
        if made.state == State.REQUESTED and made.kind != Kind.RELATIVE_CONTACT:
            put_in_force(made, by=self.checker, at=self.at)
        self.made.append(made)
        self._tell(row, made)

    def _tell(self, row: Row, made: Arrangement) -> None:
        begins = row.values["starts_on"]
        if begins is not None and begins < made.starts_on:
            why = _("It began before it was known here; it holds from the day of loading.")
            self._remark(row, "starts_on", why, day(begins), day(made.starts_on))
        if made.state == State.REQUESTED:
            why = _("It waits for the relative's own code and for an approval at the desk.")
            self._remark(row, "kind", why)

    def _remark(self, row: Row, column: str, why: str, before: str = "", after: str = "") -> None:
        self.remarks.append(Remark(row.number, column, why, before, after))

    def _terms(self, values: dict[str, Any]) -> Terms:
        starts_on = max(values["starts_on"] or self.today, self.today)
        from_bank = values["source"] == BY_BANK
        return Terms(
            starts_on=starts_on,
            ends_on=values["ends_on"],
            review_on=starts_on + ASKED_AGAIN,
            said_via=Arrangement.SaidVia.LETTER if from_bank else Arrangement.SaidVia.COUNTER,
            reference=values["reference"],
            agreed_on=values["agreed_on"],
            load=self.load,
        )

    def auto_debit(self, values: dict[str, Any], account: Account, terms: Terms) -> AutoDebit:
        details = of_auto_debit(
            terms=terms,
            bank=values["bank"],
            holder=values["bank_holder"],
            number=unseal(values["bank_account"]),
        )
        if values["source"] == BY_BANK:
            details["authorised_by"] = AutoDebit.AuthorisedBy.BANK_FILE
        return self._draft(AutoDebit, account, terms, **details)

    def month_end_reading(
        self, _values: dict[str, Any], account: Account, terms: Terms
    ) -> Arrangement:
        if terms.starts_on > self.today:
            raise BeginsAtOnce
        return draft_month_end_reading(account=account, terms=terms, by=self.maker, at=self.at)

    def relative_contact(
        self, values: dict[str, Any], account: Account, terms: Terms
    ) -> RelativeContact:
        details = of_relative_contact(name=values["relative_name"], relation=values["relation"])
        made = self._draft(RelativeContact, account, terms, **details)
        number = contacts.mobile(values["relative_phone"])
        made.contact = self.known.relatives_contact(account, ContactPoint.Kind.ZALO, number)
        return made

    def sms_retention(self, values: dict[str, Any], account: Account, terms: Terms) -> SmsRetention:
        reason = _("As the signed agreement says.")
        details = of_sms_retention(
            why_no_auto_debit=reason, why_no_month_end=reason, why_no_relative=reason
        )
        made = self._draft(SmsRetention, account, terms, **details)
        number = contacts.mobile(values["sms_phone"], field="phone")
        made.contact = self.known.holders_mobile(account, number)
        return made

    def _draft(self, model: type[Made], account: Account, terms: Terms, **details: Any) -> Made:
        return draft(model, account=account, terms=terms, by=self.maker, at=self.at, **details)


DRAFTS: dict[str, Any] = {
    Kind.AUTO_DEBIT: _Reader.auto_debit,
    Kind.MONTH_END_READING: _Reader.month_end_reading,
    Kind.RELATIVE_CONTACT: _Reader.relative_contact,
    Kind.SMS_RETENTION: _Reader.sms_retention,
}


def _asked(rows: Iterable[Row], accounts: dict[str, Account]) -> set[tuple[int, str]]:
    """The contacts that the rows name, each with its account."""
    return {
        (accounts[row.values["number"]].pk, number)
        for row in rows
        for number in (row.values["relative_phone"], row.values["sms_phone"])
        if number and row.values["number"] in accounts
    }


def _there(
    accounts: Iterable[Account],
) -> tuple[dict[tuple[int, str], Arrangement], set[tuple[int, str, str]]]:
    """What is open by account and kind; and by which word something was agreed on that is over."""
    rows = Arrangement.objects.filter(account__in=list(accounts)).select_related(
        "autodebit", "relativecontact__contact", "smsretention__contact"
    )
    is_open, over = {}, set()
    # Nothing is unsealed to compare it: the hash is enough.
    for one in rows.defer("autodebit__bank_account"):
        if one.state in Arrangement.OPEN:
            is_open[one.account_id, one.kind] = one
        elif one.state != State.UNDONE or one.closed_why:
            over.add((one.account_id, one.kind, one.reference))
    return is_open, over


def _is_same(values: dict[str, Any], there: Arrangement) -> bool:
    """Whether a row agrees on what is open already: with whom, until when, from when."""
    if values["ends_on"] != there.ends_on or not _begins_alike(values["starts_on"], there):
        return False
    terms = there.terms
    if isinstance(terms, AutoDebit):
        number = keyed_hash(unseal(values["bank_account"]))
        return (values["bank"], number) == (terms.bank, terms.bank_account_hash)
    if isinstance(terms, RelativeContact):
        return bool(values["relative_phone"] == terms.contact.value)
    if isinstance(terms, SmsRetention):
        return bool(values["sms_phone"] == terms.contact.value)
    return True


def _begins_alike(starts_on: date | None, there: Arrangement) -> bool:
    """On the same day, or earlier than it could be known of here."""
    known_on = {local_day(at) for at in (there.requested_at, there.decided_at) if at}
    if starts_on is None or starts_on == there.starts_on:
        return True
    return starts_on < there.starts_on and there.starts_on in known_on
