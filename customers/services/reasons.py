"""Why a row is refused, where several kinds of files say the same."""

from django.utils.translation import gettext_lazy as _

UNKNOWN_ACCOUNT = _("There is no account with this customer code.")
METER_ELSEWHERE = _("This meter is in place at another account.")
