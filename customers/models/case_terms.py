"""What the answers to cases are made of, and in which time they are due: dated, kept for good."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Followed, Records

from .case_kinds import CaseKind
from .users import User


class CaseTermsQuerySet(Followed):
    def in_force(self, *, kind: str, on: date) -> Self:
        """The terms of ``kind`` on ``on``, the newest first."""
        return self.filter(kind=kind, valid_from__lte=on).order_by("-valid_from")


class CaseTerms(models.Model):
    """Within how many hours a kind of case is answered; a change is a new row from a day on."""

    kind = models.CharField(_("kind"), max_length=12, choices=CaseKind)
    valid_from = models.DateField(_("from the day"))
    hours = models.PositiveSmallIntegerField(
        _("hours to answer"),
        help_text=_("By the clock, nights and holidays too; waiting for the customer not counted."),
    )

    objects = CaseTermsQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("rule for answering requests")
        verbose_name_plural = _("rules for answering requests")
        constraints = [
            models.UniqueConstraint(fields=["kind", "valid_from"], name="case_terms_one_a_day"),
            models.CheckConstraint(condition=Q(hours__range=(1, 720)), name="case_hours_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.valid_from:%d/%m/%Y}"


class AnswerTemplateQuerySet(models.QuerySet["AnswerTemplate"]):
    def offered(self, *, kind: str, on: date) -> Self:
        """Of each name the version in force on ``on``, by name."""
        begun = self.filter(kind=kind, valid_from__lte=on)
        return begun.order_by("name", "-version").distinct("name")


class AnswerTemplate(models.Model):
    """Words for the answers to one kind of case, from a day on. Another wording is another version.

    Never changed: the lines that were made from it name it.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=CaseKind)
    name = models.CharField(
        _("name"),
        max_length=60,
        help_text=_("By which it is chosen; the same name makes the next version."),
    )
    version = models.PositiveSmallIntegerField(_("version"), editable=False)
    valid_from = models.DateField(_("from the day"))
    text_vi = models.TextField(_("Vietnamese"), max_length=1500)
    text_en = models.TextField(_("English"), max_length=1500)
    written_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("written by"),
        help_text=_("Empty for the text that came with the product."),
    )

    objects = AnswerTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template of an answer")
        verbose_name_plural = _("templates of answers")
        constraints = [
            models.UniqueConstraint(fields=["kind", "name", "version"], name="template_once"),
            models.UniqueConstraint(
                fields=["kind", "name", "valid_from"], name="template_one_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(text_vi="") & ~Q(text_en=""),
                name="template_says_something",
            ),
        ]

    def __str__(self) -> str:
        return _("%(name)s, text %(version)d") % {"name": self.name, "version": self.version}

    def text(self, language: str) -> str:
        """Its words, in English or else in Vietnamese; the placeholders not filled."""
        return self.text_en if language == "en" else self.text_vi
