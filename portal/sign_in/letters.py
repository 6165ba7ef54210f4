"""What is written to an address about signing in, and handing it to the outbox.

Nothing is sent while somebody waits for the answer to a form: how long a mail server takes would
tell who has a login.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notifications.models import Channel, DirectMessage
from notifications.services import direct
from notifications.sms import plain
from portal.lib.said import moment

Purpose = DirectMessage.Purpose
CODE_LIVES = timedelta(minutes=10)
LETTER_LIVES = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of one message; ``lives`` says how long it is of any use."""

    purpose: str
    subject: Any
    text: Any
    lives: timedelta = LETTER_LIVES


_CODE = _(
    "%(code)s is your code. Type it where you asked for it, within ten minutes.\n\n"
    "Give it to nobody: we never ask for it, on the phone or in a chat."
    " If you did not ask for it, you need not do anything."
)
_CHANGED = _(
    "%(what)s, on %(when)s.\n\n"
    "If this was you, all is well. If not, sign in at %(site)s and change your password,"
    " or call us on %(hotline)s at once."
)


def _code(purpose: str, subject: Any) -> Letter:
    return Letter(purpose, subject, _CODE, CODE_LIVES)


def _changed(what: Any) -> Letter:
    return Letter(Purpose.SECURITY, what, _CHANGED)


# By the names that allauth gives its own templates.
LETTERS: dict[str, Letter] = {
    "account/email/login_code": _code(Purpose.SIGN_IN_CODE, _("Your code to sign in")),
    "account/email/email_confirmation_signup": _code(
        Purpose.VERIFY_CODE, _("Your code to sign up")
    ),
    "account/email/email_confirmation": _code(
        Purpose.VERIFY_CODE, _("Your code to confirm this e-mail address")
    ),
    "account/email/account_already_exists": Letter(
        Purpose.ACCOUNT_EXISTS,
        _("You have a login already"),
        _(
            "Somebody, probably you, wanted to sign up with this e-mail address. It has a login"
            " already: sign in at %(sign_in)s\n\n"
            "If it was not you, you need not do anything."
        ),
    ),
    "account/email/unknown_account": Letter(
        Purpose.ACCOUNT_UNKNOWN,
        _("There is no login with this e-mail address"),
        _(
            "Somebody, probably you, wanted to sign in with this e-mail address. It has no login"
            " yet: sign up at %(sign_up)s, or try the phone number that you gave us.\n\n"
            "If it was not you, you need not do anything."
        ),
    ),
    "account/email/password_reset_key": Letter(
        Purpose.RESET_CODE,
        _("Choose a new password"),
        _(
            "Open this page within an hour to choose a new password:\n\n%(password_reset_url)s\n\n"
            "If you did not ask for it, you need not do anything; your password stays as it is."
        ),
        timedelta(hours=1),
    ),
    "account/email/password_reset": _changed(_("A new password was chosen for your login")),
    "account/email/password_changed": _changed(_("The password of your login was changed")),
    "account/email/password_set": _changed(_("Your login was given a password")),
    "account/email/email_changed": _changed(_("The e-mail address of your login was changed")),
    "account/email/email_deleted": _changed(_("An e-mail address was taken off your login")),
    "mfa/email/totp_activated": _changed(_("An authenticator app was added to your login")),
    "mfa/email/totp_deactivated": _changed(_("The authenticator app was taken off your login")),
    "mfa/email/recovery_codes_generated": _changed(_("Recovery codes were made for your login")),
    "mfa/email/webauthn_added": _changed(_("A passkey was added to your login")),
    "mfa/email/webauthn_removed": _changed(_("A passkey was taken off your login")),
    "second_step_asked": Letter(
        Purpose.SECURITY,
        _("Somebody asked to take the second step off a login of staff"),
        _(
            "%(asked_by)s asked on %(when)s to take the second step off the login of"
            " %(person)s: %(why)s\n\n"
            "Nothing has changed yet: another supervisor decides within a day. If this is wrong,"
            " refuse it at once at %(page)s, or tell a supervisor, who can refuse it, too."
        ),
    ),
    "second_step_taken_off": Letter(
        Purpose.SECURITY,
        _("The second step was taken off a login of staff"),
        _(
            "The second step was taken off the login of %(person)s, on %(when)s. %(asked_by)s"
            " asked for it, %(decided_by)s approved it. Every device was signed out.\n\n"
            "The desk opens again after signing in at %(site)s, with the code that a supervisor"
            " tells you, and a new second step. If this is wrong, tell a supervisor at once."
        ),
    ),
    "second_step_taken_off_at_the_server": Letter(
        Purpose.SECURITY,
        _("The second step was taken off a login of staff"),
        _(
            "The second step was taken off the login of %(person)s at the server, on %(when)s."
            " Every device was signed out.\n\n"
            "The desk opens again after signing in at %(site)s and setting up a new second step."
            " If this is wrong, tell a supervisor at once."
        ),
    ),
    "second_step_kept": Letter(
        Purpose.SECURITY,
        _("The second step of a login of staff stays"),
        _(
            "%(asked_by)s asked to take the second step off the login of %(person)s."
            " %(decided_by)s refused it on %(when)s. Nothing has changed."
        ),
    ),
    "phone_changed": _changed(_("The phone number of your login was changed")),
}

# Short messages by what they are for; each has to fit into one part without accents.
TEXTS: dict[str, Any] = {
    Purpose.SIGN_IN_CODE: _(
        "%(code)s is your code for the electricity site, for ten minutes. Give it to nobody."
    ),
    Purpose.ACCOUNT_EXISTS: _(
        "This number has a login at the electricity site already. Sign in there by a code."
    ),
    Purpose.ACCOUNT_UNKNOWN: _(
        "This number has no login at the electricity site yet. Please sign up there first."
    ),
}


def mail(*, name: str, to: str, words: Mapping[str, Any], from_ip: str, at: datetime) -> None:
    """Queue the letter that allauth calls ``name``."""
    letter = LETTERS[name]
    given = {
        "what": letter.subject,
        "when": moment(at),
        "site": settings.SITE_URL,
        "sign_in": _page("account_login"),
        "sign_up": _page("account_signup"),
        "hotline": settings.HOTLINE,
        **words,
    }
    direct.queue(
        channel=Channel.EMAIL,
        address=to,
        subject=str(letter.subject),
        text=str(letter.text) % given,
        purpose=letter.purpose,
        expires_at=at + letter.lives,
        from_ip=from_ip,
        at=at,
    )


def text(*, purpose: str, to: str, from_ip: str, at: datetime, code: str = "") -> None:
    """Queue an SMS, in letters that cost one part.

    :raises notifications.services.direct.Refused: this number, network or day had its share
    """
    direct.queue(
        channel=Channel.SMS,
        address=to,
        text=plain(str(TEXTS[purpose]) % {"code": code}),
        purpose=purpose,
        expires_at=at + CODE_LIVES,
        from_ip=from_ip,
        at=at,
    )


def _page(name: str) -> str:
    """The address of a page at the host that we chose, whatever a request claims."""
    return f"{settings.SITE_URL}{reverse(name)}"
