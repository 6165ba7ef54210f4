"""What is written about changes of a contact: a code to the new one, a warning to the old one."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from customers.models import ContactChange, ContactPoint
from customers.models.codes import CODE_LASTS
from customers.services import logins
from notifications.models import Channel, DirectMessage
from notifications.services import direct
from notifications.sms import plain
from portal.lib.said import moment

Purpose = DirectMessage.Purpose


def send_code(*, change: ContactChange, code: str, from_ip: str, at: datetime) -> None:
    """Queue the code to the new contact; where that is another's login, tell its owner instead.

    :raises notifications.services.direct.Refused: the number, the network or the day had its share
    """
    if _is_anothers(change):
        purpose, text = Purpose.ACCOUNT_EXISTS, _exists_text()
    else:
        purpose, text = Purpose.VERIFY_CODE, _code_text(code)
    is_email = change.kind == ContactChange.Kind.EMAIL
    direct.queue(
        channel=Channel.EMAIL if is_email else Channel.SMS,
        address=change.value,
        subject=_("Your code to confirm this e-mail address") if is_email else "",
        text=text if is_email else plain(text),
        purpose=purpose,
        expires_at=at + CODE_LASTS,
        from_ip=from_ip,
        at=at,
    )


def send_check(*, contact: ContactPoint, code: str, from_ip: str, at: datetime) -> None:
    """Queue the code to a contact whose holder is asked whether it is still theirs.

    :raises notifications.services.direct.Refused: the number, the network or the day had its share
    """
    text = _code_text(code)
    direct.queue(
        channel=Channel.EMAIL if contact.is_email else Channel.SMS,
        address=contact.value,
        subject=_("Your code to confirm this e-mail address") if contact.is_email else "",
        text=text if contact.is_email else plain(text),
        purpose=Purpose.VERIFY_CODE,
        expires_at=at + CODE_LASTS,
        from_ip=from_ip,
        at=at,
    )


def _is_anothers(change: ContactChange) -> bool:
    """An e-mail address is one login's alone; a number moves to whoever proves it."""
    if change.account_id is not None or change.kind == ContactChange.Kind.PHONE:
        return False
    return logins.owner_of_email(change.value, but=change.user) is not None


def _code_text(code: str) -> str:
    return _(
        "%(code)s is your code for the electricity site, for ten minutes. Give it to nobody."
    ) % {"code": code}


def _exists_text() -> str:
    return _(
        "Somebody, probably you, wanted to use this address for another login. It has a login "
        "already, so nothing was changed."
    )


def warn_old(*, change: ContactChange, cancel_code: str, at: datetime) -> None:
    """Tell whoever has the old contact, with the code that stops the change."""
    if address := _old_email(change):
        _warn(Channel.EMAIL, address, change, cancel_code, at)
    elif number := _old_mobile(change):
        try:
            _warn(Channel.ZALO, number, change, cancel_code, at)
        except direct.Refused:
            # The page and, for a contract, the notice to everyone tell it, too.
            return


def _old_email(change: ContactChange) -> str:
    if change.account_id is None:
        return change.user.email or ""
    old = change.replaces
    return old.value if old is not None and old.kind == "email" else ""


def _old_mobile(change: ContactChange) -> str:
    return (change.user.phone or "") if change.account_id is None else ""


def _warn(
    channel: str, address: str, change: ContactChange, cancel_code: str, at: datetime
) -> None:
    direct.queue(
        channel=channel,
        address=address,
        subject=_("A change of contact was asked for"),
        text=_short(change, cancel_code)
        if channel == Channel.ZALO
        else _warning(change, cancel_code),
        purpose=Purpose.SECURITY,
        data=_values(change, cancel_code),
        expires_at=change.holds_until or at,
        at=at,
    )


def _short(change: ContactChange, cancel_code: str) -> str:
    """The warning without any address or number, as Zalo approves it."""
    return _(
        "A new contact of your login takes effect on %(when)s. If this was not you, choose “Stop "
        "a change of contact” at the bottom of our site and type this code: %(code)s."
    ) % {"when": moment(change.holds_until) if change.holds_until else "", "code": cancel_code}


def _values(change: ContactChange, cancel_code: str) -> dict[str, str]:
    """What the approved template of security messages is filled with."""
    return {
        "customer_name": change.user.name or _("your login"),
        "number_end": (change.user.phone or "")[-4:],
        "short": _("Change of a contact"),
        "when": moment(change.holds_until) if change.holds_until else "",
        "code": cancel_code,
    }


def _warning(change: ContactChange, cancel_code: str) -> str:
    text = _(
        "A new contact was asked for %(of)s: %(kind)s %(new)s. It takes effect on %(when)s.\n\n"
        "If this was you, you need not do anything.\n\n"
        "If it was not you, stop it: open %(site)s, choose “Stop a change of contact” at the "
        "bottom of the page and type this code: %(code)s. Then change your password. "
        "You can also call us: %(hotline)s."
    )
    groups = "-".join(cancel_code[at : at + 4] for at in range(0, len(cancel_code), 4))
    account = change.account
    return text % {
        "of": _("the contract …%(end)s") % {"end": account.number[-4:]}
        if account
        else _("your login"),
        "kind": change.get_kind_display(),
        "new": change.masked,
        "when": moment(change.holds_until) if change.holds_until else "",
        "site": settings.SITE_URL,
        "code": groups,
        "hotline": settings.HOTLINE,
    }
