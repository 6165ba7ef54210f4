from collections.abc import Iterable
from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.lib import browsers, said
from portal.lib.periods import Window, start_of

from .accounts import Account, seen
from .arrangements import Arrangement
from .links import AccountLink
from .users import User


def _within(window: Window) -> Q:
    since = Q(at__gte=start_of(window.starts_on)) if window.starts_on else Q()
    return since & Q(at__lt=start_of(window.ends_before)) if window.ends_before else since


# What goes on until somebody has rung: said with the news that it was not confirmed in time.
LEFT = {
    Arrangement.Kind.AUTO_DEBIT: _("the bank pays no more, please pay the bills yourself"),
    Arrangement.Kind.MONTH_END_READING: _("the reading day stays as it is until we have rung"),
    Arrangement.Kind.RELATIVE_CONTACT: _(
        "until we have rung, the relative gets only what the law requires"
    ),
    Arrangement.Kind.SMS_RETENTION: _("SMS goes on until we have rung"),
}


class AccountEventQuerySet(models.QuerySet["AccountEvent"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Events of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def of(self, accounts: Iterable[Account]) -> Self:
        """Events of these accounts, of each within its window."""
        return self.filter(seen(accounts, by="account", days=_within))

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class AccountEvent(models.Model):
    """A change of who sees an account or where it is told. Written once, never changed.

    Each is told to everyone who can be reached about the account; the holder reads them all.
    """

    class Kind(models.TextChoices):
        LINK_ASKED = "link_asked", _("Someone asked to see this address")
        LINKED = "linked", _("A login was linked")
        LINK_FROZEN = "link_frozen", _("A link was stopped after a warning")
        LINK_RESTORED = "link_restored", _("A stopped link was put back in force")
        LINK_ENDED = "link_ended", _("A link ended")
        RIGHTS_CHANGED = "rights_changed", _("What a login may see was changed")
        INVITED = "invited", _("Someone was invited")
        INVITATION_CLOSED = "invitation_closed", _("An invitation was declined or taken back")
        MOVED_OUT = "moved_out", _("A move-out was recorded")
        CONTACT_CHANGED = "contact_changed", _("A phone number or e-mail address was changed")
        CONTACT_DISOWNED = "contact_disowned", _("A phone number or e-mail address was taken off")
        CHANNEL_CHANGED = "channel_changed", _("Where notices go was changed")
        DEVICE_ADDED = "device_added", _("A device is told from now on")
        ARRANGED = "arranged", _("An arrangement was made")
        ARRANGEMENT_RENEWED = "arrangement_renewed", _("An arrangement was confirmed again")
        ARRANGEMENT_EXPIRED = "arrangement_expired", _("An arrangement was not confirmed in time")
        ARRANGEMENT_ENDED = "arrangement_ended", _("An arrangement ended")
        EXPORTED = "exported", _("The data of this address was downloaded")

    written_once = True

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="events", verbose_name=_("account")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("by")
    )
    link = models.ForeignKey(
        AccountLink,
        models.PROTECT,
        related_name="events",
        null=True,
        blank=True,
        verbose_name=_("link"),
    )
    # What is written once outlives an arrangement that is erased with its contract: see `arranged`.
    arrangement = models.ForeignKey(
        Arrangement,
        models.DO_NOTHING,
        related_name="events",
        null=True,
        blank=True,
        db_constraint=False,
        verbose_name=_("arrangement"),
    )
    detail = models.CharField(
        _("detail"), max_length=100, blank=True, help_text=_("Masked; never a whole contact.")
    )

    objects = AccountEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of access")
        verbose_name_plural = _("changes of access")
        indexes = [
            models.Index(fields=["account", "-at"], name="event_by_account"),
            # The planner of notices looks every minute for what happened lately.
            models.Index(fields=["at"], name="event_by_time"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def arranged(self) -> Arrangement | None:
        """The arrangement it is about, as it is now; None, too, where that was erased."""
        try:
            return self.arrangement
        except Arrangement.DoesNotExist:
            return None

    @property
    def about(self) -> str:
        """The detail in words; an arrangement is kept by its kind, a device by its name."""
        if self.kind == self.Kind.DEVICE_ADDED:
            return browsers.said(self.detail)
        arranged = str(dict(Arrangement.Kind.choices).get(self.detail, self.detail))
        if self.kind == self.Kind.ARRANGEMENT_EXPIRED and self.detail in LEFT:
            left = LEFT[Arrangement.Kind(self.detail)]
            return gettext("%(kind)s; %(left)s") % {"kind": arranged, "left": left}
        if self.debits_from is None:
            return arranged
        text = gettext("%(kind)s; the bank takes money from %(day)s at the earliest")
        return text % {"kind": arranged, "day": said.day(self.debits_from)}

    @property
    def debits_from(self) -> date | None:
        """The first day on which a bank may take money, where auto-debit was made."""
        made = self.arranged if self.kind == self.Kind.ARRANGED else None
        return made.first_debit_on if made else None
