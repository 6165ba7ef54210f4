from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import OperatingUnit, User
from portal.lib.history import Followed, Records

from .kinds import Kind

# What is told at once, by one person, says nothing that this person made up.
UNPLANNED_REASONS = (
    "Cây ngã vào đường dây",
    "Dông sét, mưa bão",
    "Hỏng thiết bị trên lưới điện",
    "Lưới điện quá tải",
    "Xe va vào cột điện",
    "Cháy gần lưới điện",
    "Ngập nước",
    "Đang tìm nguyên nhân",
)


class OutageQuerySet(models.QuerySet["Outage"]):
    def recordable_by(self, user: User | AnonymousUser) -> Self:
        """Outages that ``user`` may record news of: of their company, or of all where allowed."""
        if not user.has_perm("notifications.record_outage") or not isinstance(user, User):
            return self.none()
        if user.unit_id is None and user.has_perm("customers.see_every_company"):
            return self.all()
        return self.filter(unit=user.unit_id)

    def matching_nobody(self, *, at: datetime) -> Self:
        """Outages to come or under way in whose area no account was found."""
        return self.filter(matched=0, ends_at__gt=at, over_at=None)


class Outage(models.Model):
    """An interruption of supply in a part of a regional company's network, as it is known now.

    What accounts are told of it, and were told before, are its announcements.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    unit = models.ForeignKey(
        OperatingUnit, models.PROTECT, related_name="outages", verbose_name=_("company")
    )
    area = models.CharField(_("area"), max_length=300)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("expected back"))
    reason = models.CharField(_("reason"), max_length=200)
    planned = models.BooleanField(_("planned"), default=True)
    learned_at = models.DateTimeField(_("learned at"))
    over_at = models.DateTimeField(
        _("over since"), null=True, blank=True, help_text=_("Supply is back, or it was withdrawn.")
    )
    matched = models.PositiveIntegerField(
        _("accounts in the area"), default=0, help_text=_("When it was last counted.")
    )

    objects = OutageQuerySet.as_manager()

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        permissions = [("record_outage", "Can record outages and their end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="outage_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def kind(self) -> Kind:
        """What its accounts are told."""
        return Kind.PLANNED_OUTAGE if self.planned else Kind.UNPLANNED_OUTAGE


class Announcement(models.Model):
    """One thing to tell about an outage: that it comes, that its hours changed, that it is over.

    Kept as it was told; each later one takes the place of those before it.
    """

    class What(models.TextChoices):
        """What is new."""

        ANNOUNCED = "announced", _("Announced")
        CHANGED = "changed", _("Changed")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        ENDED = "ended", _("Supply is back")

    outage = models.ForeignKey(
        Outage, models.PROTECT, related_name="announcements", verbose_name=_("outage")
    )
    revision = models.PositiveSmallIntegerField(_("revision"))
    what = models.CharField(_("what"), max_length=10, choices=What)
    area = models.CharField(_("area"), max_length=300)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("expected back"))
    reason = models.CharField(_("reason"), max_length=200)
    made_at = models.DateTimeField(_("known at"))
    made_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("by")
    )
    planned_at = models.DateTimeField(
        _("accounts looked for at"),
        null=True,
        blank=True,
        help_text=_("Again after some hours, for accounts that were loaded since."),
    )

    class Meta:
        verbose_name = _("announcement of an outage")
        verbose_name_plural = _("announcements of outages")
        constraints = [
            models.UniqueConstraint(fields=["outage", "revision"], name="announcement_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="announcement_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], name="announcement_by_end")]

    def __str__(self) -> str:
        return f"{self.subject} · {self.get_what_display()}"

    @property
    def subject(self) -> str:
        """What the run and the notices of it are filed under. Needs its outage."""
        return f"{self.outage.code}-{self.revision}"


class OutagePlace(models.Model):
    """A ward, or a street of it, that an announcement is about; in the keys of accounts."""

    announcement = models.ForeignKey(
        Announcement, models.CASCADE, related_name="places", verbose_name=_("announcement")
    )
    text = models.CharField(_("as written"), max_length=300)
    ward_keys = ArrayField(models.CharField(max_length=320), verbose_name=_("wards as compared"))
    street_key = models.CharField(
        _("street as compared"), max_length=300, blank=True, help_text=_("Empty: the whole ward.")
    )
    first_number = models.PositiveIntegerField(_("from number"), null=True, blank=True)
    last_number = models.PositiveIntegerField(_("to number"), null=True, blank=True)

    class Meta:
        verbose_name = _("place of an outage")
        verbose_name_plural = _("places of outages")

    def __str__(self) -> str:
        return self.text


class LeadTimeQuerySet(Followed):
    def in_force(self, *, kind: str, on: date) -> dict[int | None, timedelta]:
        """The time of each company that has one of its own on that day; None: of the others."""
        rows = self.filter(kind=kind, from_on__lte=on).order_by("from_on")
        return dict(rows.values_list("unit", "within"))


class LeadTime(models.Model):
    """By when a kind of notice has to be told, from a day on; of one company or of all.

    Before the event; of an unplanned outage, after it. A figure of the rules in force, not of code.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    unit = models.ForeignKey(
        OperatingUnit,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("company"),
        help_text=_("Empty: every company without a figure of its own."),
    )
    from_on = models.DateField(_("applies from"))
    within = models.DurationField(_("time"))

    objects = LeadTimeQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("time by which to tell")
        verbose_name_plural = _("times by which to tell")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unit", "from_on"],
                name="lead_time_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
