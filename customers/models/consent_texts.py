"""What is read aloud before an arrangement or a need: dated texts, each kept under its number."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .arrangement_kinds import ArrangementKind
from .users import User

NEED = "need"
"""The kind of what is read aloud before a need of a household is recorded."""
KINDS = [*ArrangementKind.choices, (NEED, _("Need of the household"))]


class ConsentTextQuerySet(models.QuerySet["ConsentText"]):
    def in_force(self, *, kind: str, on: date) -> "ConsentText | None":
        """What is read aloud for this kind on ``on``; None before the first text."""
        begun = self.filter(kind=kind, valid_from__lte=on)
        return begun.order_by("-valid_from").first()

    def newest_first(self) -> Self:
        return self.order_by("kind", "-version")


class ConsentText(models.Model):
    """The words to which a caller says yes, from a day on; another wording is another version.

    Read aloud in Vietnamese, so there is one language. Never changed: arrangements and needs name
    it.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=KINDS)
    version = models.PositiveSmallIntegerField(_("version"), editable=False)
    valid_from = models.DateField(_("from the day"))
    text = models.TextField(
        _("text read aloud"),
        max_length=1500,
        help_text=_("In Vietnamese, a sentence a line; read word by word."),
    )
    written_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("written by"),
        help_text=_("Empty for the text that came with the product."),
    )

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text read aloud")
        verbose_name_plural = _("texts read aloud")
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="consent_text_once"),
            models.UniqueConstraint(fields=["kind", "valid_from"], name="consent_text_one_a_day"),
            models.CheckConstraint(condition=~Q(text=""), name="consent_text_says_something"),
        ]

    def __str__(self) -> str:
        return _("%(kind)s, text %(version)d") % {
            "kind": self.get_kind_display(),
            "version": self.version,
        }

    @property
    def sentences(self) -> list[str]:
        """Line by line, as it is read."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]
