"""What notices say that ask whether a contact is still the customer's."""

from typing import Any

from django.utils.translation import gettext as _

from customers.models import ContactPoint
from notifications.models import Notice

from .common import common


def still_yours(notice: Notice) -> dict[str, Any]:
    """Which contact is meant, shown in part, and until when an answer is awaited."""
    check = notice.contact_check
    if check is None:
        raise ValueError("a notice about a contact without its question")
    return common(notice) | {
        "contact": _said(check.contact),
        "answer_by": f"{check.due_on:%d/%m/%Y}",
    }


def _said(contact: ContactPoint | None) -> str:
    """Enough to recognise it, in words that no channel takes for a number or a link."""
    if contact is None:
        return _("a contact that was taken off")
    if contact.is_email:
        return _("e-mail beginning with %(letter)s") % {"letter": contact.value[:1]}
    return _("phone ending in %(end)s") % {"end": contact.value[-4:]}
