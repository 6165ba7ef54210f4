"""The reviews of arrangements: that they were confirmed again, and by when they have to be."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Followed, Records

from .arrangements import Arrangement
from .users import User


class Renewal(models.Model):
    """That an arrangement was confirmed again, on whose word, and until when. Written once."""

    written_once = True

    # What is written once cannot be deleted: it outlives an arrangement that is erased, and says
    # nothing of a person then.
    arrangement = models.ForeignKey(
        Arrangement,
        models.DO_NOTHING,
        related_name="renewals",
        db_constraint=False,
        verbose_name=_("arrangement"),
    )
    reviewed_on = models.DateField(_("was to be reviewed by"))
    review_on = models.DateField(_("review by"))
    said_by = models.CharField(_("who said it"), max_length=12, choices=Arrangement.SaidBy)
    said_via = models.CharField(_("how"), max_length=8, choices=Arrangement.SaidVia)
    reference = models.CharField(_("call or letter number"), max_length=40)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("confirmation of an arrangement")
        verbose_name_plural = _("confirmations of arrangements")
        constraints = [
            models.UniqueConstraint(
                fields=["arrangement", "reviewed_on"], name="renewal_once_a_review"
            ),
            models.CheckConstraint(
                condition=Q(review_on__gt=F("reviewed_on")), name="renewal_moves_the_review"
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="renewal_has_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.arrangement_id} · {self.review_on}"


class ReviewTermsQuerySet(Followed):
    def in_force(self, *, on: date) -> Self:
        """The terms of ``on``, the newest first."""
        return self.filter(valid_from__lte=on).order_by("-valid_from")


class ReviewTerms(models.Model):
    """Until when an arrangement goes on past its review; a change is a new row from a day on."""

    valid_from = models.DateField(_("from the day"), unique=True)
    ahead_days = models.PositiveSmallIntegerField(
        _("days ahead"), help_text=_("So long before the review it stands in the work list.")
    )
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"),
        help_text=_("So long after its review it goes on as if confirmed; then it expires."),
    )

    objects = ReviewTermsQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("rule for reviewing arrangements")
        verbose_name_plural = _("rules for reviewing arrangements")
        constraints = [
            models.CheckConstraint(
                condition=Q(ahead_days__range=(1, 90)), name="review_ahead_in_range"
            ),
            models.CheckConstraint(
                condition=Q(grace_days__range=(1, 180)), name="review_grace_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%d/%m/%Y}"
