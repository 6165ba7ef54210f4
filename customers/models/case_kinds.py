from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseKind(models.TextChoices):
    """What a case is about."""

    BILL = "bill", _("Question about a bill")
    OUTAGE = "outage", _("Report of an outage")
    CORRECTION = "correction", _("Correct information")
    ARRANGEMENT = "arrangement", _("An arrangement is wanted")
    LINKING = "linking", _("Help with linking an address")
    COMPLAINT = "complaint", _("Complaint")
