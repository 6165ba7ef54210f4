from django.db import models
from django.db.models import F, Q
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
        NEIGHBOURS = "neighbours", _("Comparison with homes of my ward")

    class Via(models.TextChoices):
        ONLINE = "online", _("On this site")
        CALL = "call", _("Phone call")
        COUNTER = "counter", _("At the counter")
        LETTER = "letter", _("Letter")
        MOVE = "move", _("The holder moved out")

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="consents", verbose_name=_("account")
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    text_version = models.CharField(_("version of the text"), max_length=20)
    given_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, verbose_name=_("given by")
    )
    via = models.CharField(_("how"), max_length=8, choices=Via, default=Via.ONLINE)
    recorded_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("recorded by"),
        help_text=_("Empty where the holder gave it on the site."),
    )
    given_at = models.DateTimeField(_("given at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("withdrawn by"),
    )
    withdrawn_via = models.CharField(
        _("withdrawn how"), max_length=8, choices=Via, blank=True, default=""
    )

    objects = Followed.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "purpose"], condition=Q(withdrawn_at=None), name="consent_once"
            ),
            models.CheckConstraint(
                condition=Q(given_by__isnull=False) | Q(recorded_by__isnull=False),
                name="consent_given_or_recorded_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_via="", withdrawn_by=None)
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_via="")),
                name="consent_withdrawn_somehow",
            ),
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()
