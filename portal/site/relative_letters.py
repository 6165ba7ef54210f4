"""What a relative is written before they are told of another's bills: the code, and for what."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from customers.models import RelativeContact
from customers.models.codes import CODE_LASTS
from notifications.models import Channel, DirectMessage
from notifications.services import direct
from notifications.sms import plain


def send_code(*, arrangement: RelativeContact, code: str, from_ip: str, at: datetime) -> None:
    """Queue the code to the relative; by SMS where the notices will go by Zalo.

    :raises notifications.services.direct.Refused: the number, the network or the day had its share
    """
    contact = arrangement.contact
    text = _text(arrangement, code)
    direct.queue(
        channel=Channel.EMAIL if contact.is_email else Channel.SMS,
        address=contact.value,
        subject=_("Your code to be told for a relative") if contact.is_email else "",
        text=text if contact.is_email else plain(text),
        purpose=DirectMessage.Purpose.VERIFY_CODE,
        expires_at=at + CODE_LASTS,
        from_ip=from_ip,
        at=at,
    )


def _text(arrangement: RelativeContact, code: str) -> str:
    return _(
        "%(code)s: name this code to our agent to be told of the electricity bills of customer "
        "code …%(end)s. If you do not want that, name it to nobody. Questions: %(hotline)s"
    ) % {"code": code, "end": arrangement.account.number[-4:], "hotline": settings.HOTLINE}
