from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .accounts import Account
from .users import User


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own; staff with the right to it those of their company, and of no company."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if not (user.is_staff and user.has_perm("customers.view_datarequest")):
            return self.filter(user=user)
        mine = Q(account__in=Account.objects.visible_to(user))
        return self.filter(mine | Q(account=None)) if user.unit_id is None else self.filter(mine)

    def open(self) -> Self:
        """Not yet answered."""
        return self.filter(state__in=DataRequest.OPEN)

    def late_on(self, day: date) -> Self:
        """Not confirmed, or not answered, by the end of the day before ``day``."""
        return self.open().filter(
            Q(due_on__lt=day) | Q(state=DataRequest.State.RECEIVED, confirm_by__lt=day)
        )

    def newest_first(self) -> Self:
        return self.order_by("-received_at", "-pk")


class DataRequest(models.Model):
    """What a person asks about their own data, with the days by which the law wants an answer.

    Source: Law 91/2025/QH15 and Decree 356/2025/NĐ-CP, in force since 1 January 2026.
    """

    class Kind(models.TextChoices):
        ACCESS = "access", _("See what is held about me")
        CORRECTION = "correction", _("Correct something")
        OBJECTION = "objection", _("Stop or limit a use of my data")
        WITHDRAWAL = "withdrawal", _("Withdraw a consent")
        ERASURE = "erasure", _("Erase my data")

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        CONFIRMED = "confirmed", _("Confirmed, being worked on")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused, with the reason")
        TAKEN_BACK = "taken_back", _("Taken back")

    class Via(models.TextChoices):
        ONLINE = "online", _("On this site")
        CALL = "call", _("Phone call")
        COUNTER = "counter", _("At the counter")
        LETTER = "letter", _("Letter")

    OPEN = (State.RECEIVED, State.CONFIRMED)

    user = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="data_requests",
        null=True,
        blank=True,
        verbose_name=_("login"),
    )
    account = models.ForeignKey(
        Account,
        models.PROTECT,
        related_name="data_requests",
        null=True,
        blank=True,
        verbose_name=_("account"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    said = models.CharField(_("in their own words"), max_length=2000, blank=True)
    via = models.CharField(_("how"), max_length=8, choices=Via, default=Via.ONLINE)
    recorded_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("recorded by"),
        help_text=_("Empty where the person asked on the site."),
    )
    received_at = models.DateTimeField(_("received at"))
    confirm_by = models.DateField(_("confirm by"))
    due_on = models.DateField(_("answer by"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request about one's data")
        verbose_name_plural = _("requests about one's data")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(account__isnull=False),
                name="request_is_about_someone",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("received", "confirmed"), answered_at=None)
                | Q(state__in=("done", "refused", "taken_back"), answered_at__isnull=False),
                name="request_answered_when_closed",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(answer=""), name="request_refused_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("confirm_by")), name="request_confirmed_before_due"
            ),
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=Q(kind="erasure", state__in=("received", "confirmed")),
                name="request_one_open_erasure",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(state__in=("received", "confirmed")),
                name="request_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.received_at:%d/%m/%Y}"

    def is_late_on(self, day: date) -> bool:
        """Whether a day that the law sets has passed before ``day``."""
        if self.state not in self.OPEN:
            return False
        return self.due_on < day or (self.state == self.State.RECEIVED and self.confirm_by < day)


class DataExport(models.Model):
    """One download of everything held about a login; the file itself is not kept."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="data_exports", verbose_name=_("login")
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("download of one's data")
        verbose_name_plural = _("downloads of one's data")
        indexes = [models.Index(fields=["user", "-at"], name="export_by_user")]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M}"
