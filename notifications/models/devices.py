import uuid
from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Account, AccountLink, User
from portal.lib import browsers
from portal.lib.periods import local_day
from portal.lib.sealed import SealedField

# Whose browsers are told; a relative is told by the arrangement that names their contact.
TOLD = (AccountLink.Role.HOLDER, AccountLink.Role.HOUSEHOLD)

# So long the people of the house have had to say "this was not me" before a browser's word counts.
SETTLES_AFTER = timedelta(hours=72)


def _key() -> str:
    return uuid.uuid4().hex


class PushDeviceQuerySet(models.QuerySet["PushDevice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The devices of ``user``."""
        return self.filter(user=user.pk)

    def usable(self) -> Self:
        """Devices whose push service still takes messages for them."""
        return self.filter(retired_at=None, user__is_active=True)

    def reaching(self, account: Account, *, on: date) -> Self:
        """Usable devices of whoever lives at ``account`` on that day and says where notices go."""
        links = (
            AccountLink.objects.in_force()
            .filter(account=account, role__in=TOLD)
            .living_there(on=on)
        )
        return self.usable().filter(user__in=links.values("user"))

    def newest_first(self) -> Self:
        return self.order_by("-used_at", "-pk")


class PushDevice(models.Model):
    """A browser in which somebody asked to be told; belongs to whoever asked there last."""

    key = models.CharField(
        _("name"), max_length=32, unique=True, default=_key, editable=False,
        help_text=_("What a dispatch calls it."),
    )  # fmt: skip
    user = models.ForeignKey(
        User, models.CASCADE, related_name="push_devices", verbose_name=_("login")
    )
    subscription = SealedField(_("subscription"), help_text=_("As the browser gave it."))
    endpoint_hash = models.CharField(_("hash of the endpoint"), max_length=64, unique=True)
    browser = models.CharField(_("browser"), max_length=60, blank=True)
    added_at = models.DateTimeField(_("added at"))
    used_at = models.DateTimeField(_("last used at"))
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        help_text=_("Its push service does not know it any more."),
    )

    objects = PushDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device for push messages")
        verbose_name_plural = _("devices for push messages")

    def __str__(self) -> str:
        return browsers.said(self.browser)

    def has_settled(self, *, account: Account, at: datetime) -> bool:
        """Whether ``account`` has had it long enough that an intruder's would have been found.

        Nobody there is told of what was added before its person was linked, or moved in.
        """
        settled = at - SETTLES_AFTER
        links = AccountLink.objects.in_force().filter(
            account=account, user=self.user_id, role__in=TOLD, created_at__lte=settled
        )
        lived_there = links.living_there(on=local_day(settled)).living_there(on=local_day(at))
        return self.added_at <= settled and lived_there.exists()
