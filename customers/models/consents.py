from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Followed, Records

from .accounts import Account
from .users import User


class Consent(models.Model):
    """Permission of an account's holder for one purpose, with the text that was agreed to.

    Law 91/2025/QH15: one row a purpose, silence is none, withdrawal at any time, proof kept.
    """

    class Purpose(models.TextChoices):
        ADVICE = "advice", _("Advice on saving electricity")
        SURVEY = "survey", _("Surveys")

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="consents", verbose_name=_("account")
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    text_version = models.CharField(_("version of the text"), max_length=20)
    given_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, verbose_name=_("given by")
    )
    given_at = models.DateTimeField(_("given at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = Followed.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "purpose"], condition=Q(withdrawn_at=None), name="consent_once"
            ),
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()
