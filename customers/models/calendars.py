from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .users import User


class CalendarAddressQuerySet(models.QuerySet["CalendarAddress"]):
    def in_force(self) -> Self:
        """Not taken back, of logins that still are."""
        return self.filter(revoked_at=None, user__is_active=True)


class CalendarAddress(models.Model):
    """The private address under which one person's calendar fetches days to pay and outages.

    It is shown once and kept as a hash: who reads this table can fetch no calendar.
    """

    user = models.ForeignKey(
        User, models.CASCADE, related_name="calendar_addresses", verbose_name=_("login")
    )
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"))
    revoked_at = models.DateTimeField(_("taken back at"), null=True)

    objects = CalendarAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at=None), name="calendar_address_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.made_at:%d/%m/%Y}"
