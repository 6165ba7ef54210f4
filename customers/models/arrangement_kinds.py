"""The four kinds of arrangements, in the order in which they are offered."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArrangementKind(models.TextChoices):
    AUTO_DEBIT = "auto_debit", _("Auto-debit")
    MONTH_END_READING = "month_end_reading", _("Month-end reading")
    RELATIVE_CONTACT = "relative_contact", _("Relative is told too")
    SMS_RETENTION = "sms_retention", _("SMS kept by agreement")
