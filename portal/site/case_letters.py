"""What is written to who asked, once their case is answered or we ask something back."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.models import Case, CaseLine, ContactPoint, RelativeContact, User
from customers.services import cases
from notifications.models import Channel, DirectMessage
from notifications.services import direct

LETTER_LIVES = timedelta(days=3)


def tell(*, line: CaseLine, language: str, at: datetime) -> bool:
    """Queue the answer, or the question, as a mail; False where no confirmed address is known.

    The page of the case holds the same words. Its subject says nothing of whom, or what, it is.
    """
    case = line.case
    address = _address(case, at=at)
    if not address:
        return False
    with override(language):
        subject, text = _words(line)
    direct.queue(
        channel=Channel.EMAIL,
        address=address,
        subject=subject,
        text=text,
        purpose=DirectMessage.Purpose.CASE,
        expires_at=at + LETTER_LIVES,
        at=at,
    )
    return True


def reaches(case: Case, *, at: datetime) -> bool:
    """Whether a mail would go out."""
    return bool(_address(case, at=at))


def _words(line: CaseLine) -> tuple[str, str]:
    is_answer = line.kind == CaseLine.Kind.ANSWER
    subject = _("Our answer to your request") if is_answer else _("A question about your request")
    how = (
        _("If anything is open, write again within seven days")
        if is_answer
        else _("Please answer there, so that we can go on")
    )
    text = _(
        "%(words)s\n\n---\n"
        "Request %(number)s. %(how)s: open %(site)s, sign in and choose “My requests”. "
        "Questions: %(hotline)s."
    ) % {
        "words": line.text,
        "number": line.case.spoken_number,
        "how": how,
        "site": settings.SITE_URL,
        "hotline": settings.HOTLINE,
    }
    return subject, text


def _address(case: Case, *, at: datetime) -> str:
    """The confirmed one of who asked; without a login the holder's, or a relative's who may ask."""
    if case.asked_by:
        # Whose link is over reads the case no more, on the site or anywhere.
        still = Case.objects.of_customer(case.asked_by).filter(pk=case.pk).exists()
        return _of_login(case.asked_by) if still else ""
    if case.account is None:
        return ""
    if cases.needs_power(kind=case.kind, from_whom=case.from_whom):
        return _of_relative(cases.may_ask(case.account, at=at))
    if case.from_whom != Case.From.HOLDER:
        return ""
    contacts = ContactPoint.objects.filter(
        account=case.account,
        owner=ContactPoint.Owner.HOLDER,
        kind=ContactPoint.Kind.EMAIL,
        verified_at__isnull=False,
    )
    contact = contacts.usable().order_by("-verified_at", "pk").first()
    return contact.value if contact else ""


def _of_relative(relative: RelativeContact | None) -> str:
    """Where they said yes themselves, with the code that came there."""
    if relative is None or relative.contact.kind != ContactPoint.Kind.EMAIL:
        return ""
    return relative.contact.value if relative.contact.suspended_at is None else ""


def _of_login(user: User) -> str:
    if not user.is_active:
        return ""
    known = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    return known.values_list("email", flat=True).first() or ""
