from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def newest(self) -> Self:
        """From the head of the chain back."""
        return self.order_by("-sequence")


class AuditEntry(models.Model):
    """One link of the chain that makes a later change of a written row show.

    PostgreSQL writes it in the transaction of the row; nothing of ours does. What is hashed, and
    how, is said in docs/operations.md.
    """

    sequence = models.BigIntegerField(_("number"), primary_key=True)
    table_name = models.CharField(_("table"), max_length=63)
    row_key = models.BigIntegerField(_("key of the row"))
    row_hash = models.CharField(_("hash of the row"), max_length=64)
    previous = models.CharField(_("hash before it"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64, unique=True)
    at = models.DateTimeField(_("when"))

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of the audit chain")
        verbose_name_plural = _("audit chain")
        constraints = [
            models.UniqueConstraint(fields=["table_name", "row_key"], name="audit_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"
