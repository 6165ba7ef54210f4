from datetime import datetime, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .users import User


class DownloadQuerySet(models.QuerySet["Download"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Asked for by staff whom ``user`` works with: of the own company, or of all."""
        if not isinstance(user, User) or not user.is_staff:
            return self.none()
        return self.all() if user.unit_id is None else self.filter(asked_by__unit=user.unit_id)

    def waiting(self) -> Self:
        """Asked for, and neither approved nor taken."""
        return self.filter(approved_at=None, taken_at=None)

    def alone_since(self, moment: datetime) -> Self:
        """Taken after ``moment`` without a second person."""
        return self.filter(approved_at=None, taken_at__gt=moment)

    def approved_after(self, moment: datetime) -> Self:
        """Approved after ``moment`` and not taken yet."""
        return self.filter(approved_at__gt=moment, taken_at=None)

    def oldest_first(self) -> Self:
        return self.order_by("asked_at", "pk")


class Download(models.Model):
    """Customers' data taken away as a file, or the wish to; a large one needs a second person."""

    COUNTED = timedelta(hours=24)
    """What one person takes alone is added up over so long; an approval holds as long."""

    what = models.CharField(_("file"), max_length=120)
    key = models.CharField(max_length=60, editable=False)
    rows = models.PositiveIntegerField(_("rows"))
    asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("asked for at"))
    approved_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    taken_at = models.DateTimeField(_("downloaded at"), null=True)

    objects = DownloadQuerySet.as_manager()

    class Meta:
        verbose_name = _("download of customers' data")
        verbose_name_plural = _("downloads of customers' data")
        permissions = [
            ("take_download", "Can download customers' data"),
            ("approve_download", "Can approve large downloads of customers' data"),
            ("take_list", "Can download the desk's lists about customers"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("asked_by")),
                name="download_two_people",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="download_approved_by_someone",
            ),
            models.UniqueConstraint(
                fields=["asked_by", "key"],
                condition=Q(approved_at=None, taken_at=None),
                name="download_asked_for_once",
            ),
        ]
        indexes = [models.Index(fields=["asked_by", "-asked_at"], name="download_by_person")]

    def __str__(self) -> str:
        return f"{self.what} · {self.rows}"
