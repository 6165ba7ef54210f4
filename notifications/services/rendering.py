"""The words of a notice: per kind, channel and language, from facts formatted once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils import translation

from notifications import security, sms
from notifications.channels import Message
from notifications.models import Channel, Kind, Notice
from notifications.services.claiming import Claim
from notifications.services.settling import Broken
from portal.lib.money import dong, grouped
from portal.lib.periods import month_name

# What goes out: nobody can tell us yet which language they read.
LANGUAGE = "vi"


@dataclass(frozen=True, slots=True)
class Words:
    """A notice as one channel says it; ``html`` for e-mail, ``data`` for fixed templates."""

    subject: str
    text: str
    html: str = ""
    data: dict[str, str] = field(default_factory=dict)


def render(*, notice: Notice, channel: str, language: str = LANGUAGE) -> Words:
    """What ``notice`` says on ``channel``; also what the inbox and the staff's pages show."""

    def words(name: str, **more: str) -> str:
        template = Engine.get_default().get_template(
            f"notices/{notice.kind}/{channel}.{language}.{name}"
        )
        is_html = name == "html"
        return template.render(Context(facts | more, autoescape=is_html)).strip()

    with translation.override(language):
        facts = FACTS[Kind(notice.kind)](notice)
        text = words("txt")
        subject = "" if channel in _WITHOUT_SUBJECT else words("subject.txt")
        html = words("html", subject=subject) if channel == Channel.EMAIL else ""
    if channel == Channel.SMS:
        text = sms.plain(text)
    return Words(subject, text, html, {name: str(value) for name, value in facts.items()})


def messages(*, claims: Iterable[Claim], channel: str) -> dict[int, Message | Broken]:
    """The message of each claim's dispatch; one that cannot be made stops no other."""
    claims = list(claims)
    related = ("account", "bill", "event__by", "event__link__user")
    notices = Notice.objects.select_related(*related).in_bulk([claim.notice for claim in claims])
    return {claim.dispatch: _message(claim, notices[claim.notice], channel) for claim in claims}


def _message(claim: Claim, notice: Notice, channel: str) -> Message | Broken:
    try:
        words = render(notice=notice, channel=channel)
        return Message(
            reference=claim.reference.hex,
            address=claim.address,
            subject=words.subject,
            text=words.text,
            html=words.html,
            template=notice.kind,
            data=words.data,
        )
    except Exception as error:
        broken = Broken("not rendered")
        broken.__cause__ = error
        return broken


def _common(notice: Notice) -> dict[str, Any]:
    """What every notice may say: never more of the code than its end."""
    return {
        "code": notice.code,
        "number_end": notice.account.number[-4:],
        "customer_name": notice.account.holder_name,
        "site_url": settings.SITE_URL,
        "hotline": settings.HOTLINE,
    }


def _bill_facts(notice: Notice) -> dict[str, Any]:
    bill = notice.bill
    if bill is None:
        raise ValueError("a notice of a bill without its bill")
    return _common(notice) | {
        "month": month_name(bill.month),
        "total": dong(bill.total),
        "usage": grouped(bill.usage_kwh),
        "first_on": f"{bill.starts_on:%d/%m/%Y}",
        "last_on": f"{bill.last_on:%d/%m/%Y}",
        "due_on": f"{bill.due_on:%d/%m/%Y}",
        "is_zero": bill.total == 0,
    }


def _security_facts(notice: Notice) -> dict[str, Any]:
    if notice.event is None:
        raise ValueError("a notice of a change without its change")
    return _common(notice) | security.words(notice.event)


_WITHOUT_SUBJECT = frozenset({Channel.SMS, Channel.ZALO})
FACTS: dict[Kind, Callable[[Notice], dict[str, Any]]] = {
    Kind.BILL_ISSUED: _bill_facts,
    Kind.SECURITY: _security_facts,
    Kind.TEST_MESSAGE: _common,
}
