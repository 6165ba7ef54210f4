"""Erasing a person: the login at once; of a contract what nobody needs once it has ended.

What the law keeps stays: bills and payments with the contract they belong to (accounting law, ten
years), that notices were given, consents as proof, the record of looks and changes. None of it
leads to a contact any more.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from billing.models import ClosedMonth, EarlierRead, Read, UnusualUse
from customers.models import (
    Account,
    AccountLink,
    Arrangement,
    CalendarAddress,
    Case,
    Consent,
    ContactChange,
    ContactPoint,
    DataExport,
    DataRequest,
    Invitation,
    Need,
    Registration,
    User,
)
from customers.services import sessions
from customers.services.accounts import search_text
from notifications.models import (
    Decision,
    DirectMessage,
    Dispatch,
    OwnChoice,
    OwnQuietHours,
    Preference,
    UseThreshold,
)
from portal.lib import sql
from portal.lib.sealed import keyed_hash

from .person import person_of


class NotErasable(Exception):
    """A member of staff: what they did stays signed as long as it is kept."""


@dataclass(slots=True)
class Erased:
    """What was erased, by table, and the contracts that still run and keep what they need."""

    rows: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)

    def delete(self, rows: QuerySet) -> None:
        """Delete these rows and what hangs on them, and count it."""
        _all, by_model = rows.delete()
        self.rows.update({name: number for name, number in by_model.items() if number})


@transaction.atomic
def erase(*, user: User, at: datetime) -> Erased:
    """Erase a login, and of its contracts those that have ended; again, it finds nothing left.

    :raises NotErasable: it is a member of staff
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.is_staff:
        raise NotErasable
    done = Erased()
    today = timezone.localdate(at)
    for link in person_of(locked, at=at).links:
        account = Account.objects.select_for_update().get(pk=link.account_id)
        if account.ends_on is not None and account.ends_on <= today:
            _erase_contract(account, done, at)
        else:
            done.kept.append(account.number)
            # Whoever is erased agrees to nothing any more, whatever contract goes on.
            Consent.objects.filter(account=account, given_by=locked, withdrawn_at=None).update(
                withdrawn_at=at, withdrawn_via=Consent.Via.LETTER
            )
    _erase_cases(locked, done)
    _erase_login(locked, done, at)
    return done


def _erase_contract(account: Account, done: Erased, at: datetime) -> None:
    """All but what bills and payments need to be understood."""
    Consent.objects.filter(account=account, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_via=Consent.Via.LETTER
    )
    done.delete(Dispatch.objects.filter(notice__account=account))
    done.delete(Decision.objects.filter(notice__account=account))
    done.delete(OwnQuietHours.objects.filter(account=account))
    done.delete(Preference.objects.filter(account=account))
    done.delete(UseThreshold.objects.filter(link__account=account))
    done.delete(Arrangement.objects.filter(account=account))
    done.delete(Need.objects.filter(account=account))
    done.delete(Case.objects.filter(account=account))
    done.delete(ContactChange.objects.filter(account=account))
    done.delete(Invitation.objects.filter(account=account))
    done.delete(ContactPoint.objects.filter(account=account))
    done.delete(Registration.objects.filter(account=account))
    done.delete(UnusualUse.objects.filter(account=account, notices=None))
    # What was told of is kept as told, without its figures.
    UnusualUse.objects.filter(account=account).update(wh=1, usual_wh=0, shift=0)
    sql.run("billing", "hold_reads")
    done.delete(EarlierRead.objects.filter(meter__account=account))
    done.delete(Read.objects.filter(meter__account=account))
    done.delete(ClosedMonth.objects.filter(meter__account=account))
    account.holder_born_in, account.has_app = None, False
    account.search_text = search_text(
        number=account.number, holder_name="", address=account.address, ward=account.ward
    )
    account.save(update_fields=["holder_born_in", "has_app", "search_text"])


def _erase_cases(user: User, done: Erased) -> None:
    """What this login asked, but about contracts that it held: those keep theirs as they run."""
    held = AccountLink.objects.filter(user=user, role=AccountLink.Role.HOLDER)
    done.delete(Case.objects.filter(asked_by=user).exclude(account__in=held.values("account")))


def _erase_login(user: User, done: Erased, at: datetime) -> None:
    """Nobody signs in with it any more; what it did stays under a number without a name."""
    _wipe_messages(user, done, at)
    _delete_own_dispatches(user, done)
    if ended := sessions.end_all(user=user):
        done.rows["usersessions.UserSession"] += ended
    done.delete(EmailAddress.objects.filter(user=user))
    done.delete(Authenticator.objects.filter(user=user))
    done.delete(ContactChange.objects.filter(user=user))
    done.delete(DataExport.objects.filter(user=user))
    done.delete(CalendarAddress.objects.filter(user=user))
    done.delete(UseThreshold.objects.filter(link__user=user))
    links = AccountLink.objects.filter(user=user).exclude(state=AccountLink.State.ENDED)
    done.rows["customers.AccountLink"] += links.update(
        state=AccountLink.State.ENDED, ends_at=at, nickname=""
    )
    DataRequest.objects.filter(user=user).update(said="")
    user.name, user.email, user.phone, user.phone_verified_at = "", None, None, None
    user.is_active = False
    user.set_unusable_password()
    user.save()


def _delete_own_dispatches(user: User, done: Erased) -> None:
    """What this person was told beside the holder of a contract, at their own addresses."""
    own = [value for value in (user.email, user.phone) if value]
    beside = Dispatch.objects.filter(recipient=Dispatch.Recipient.LINKED, address__in=own)
    done.delete(beside)
    done.delete(OwnChoice.objects.filter(link__user=user))


def _wipe_messages(user: User, done: Erased, at: datetime) -> None:
    """The words and addresses of what was sent to this login; that it was sent stays."""
    known = [keyed_hash(value) for value in (user.email, user.phone) if value]
    ended = DirectMessage.objects.filter(Q(ended_at__isnull=False), address_hash__in=known)
    done.rows["notifications.DirectMessage"] += ended.update(
        address="", address_hash="", network_hash="", subject="", text="", html="", data="",
        wiped_at=at,
    )  # fmt: skip
