from collections.abc import Callable, Iterable
from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.lib import phones
from portal.lib.history import Followed, Records
from portal.lib.periods import EVER, Window

from .searching import Words, holds
from .users import User


class TariffGroup(models.TextChoices):
    """What the electricity is used for, in the words of the tariff decisions."""

    RESIDENTIAL = "residential", _("Residential")
    PRODUCTION = "production", _("Production")
    BUSINESS = "business", _("Business")
    CARE = "hospital/kindergarten/school", _("Hospital, kindergarten, school")
    PUBLIC = "public lighting/administrative", _("Public lighting, administration")


class AccountQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What ``user`` may see: own links in force; staff their company, or all where allowed."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("customers.view_account"):
            return self._of_staff(user)
        links = user.links.in_force()
        return self.filter(pk__in=links.values("account"))

    def _of_staff(self, user: User) -> Self:
        """An officer whom nobody gave a company sees nothing, not everything."""
        may = self if user.has_perm("customers.see_protected") else self.filter(protection=None)
        if user.unit_id is None and user.has_perm("customers.see_every_company"):
            return may.all()
        return may.filter(unit=user.unit_id)

    def matching(self, text: str) -> Self:
        """Accounts that hold every word of ``text``, accents and order aside."""
        found = holds(text)
        return self.filter(found) if found else self

    def found_by(self, text: str) -> Self:
        """What a person means who types ``text``: a phone in any form, an e-mail address, or words.

        A contact has to be typed whole; digits that are nobody's phone may be part of a code.
        """
        by_contact = self.filter(pk__in=Account.objects.with_contact(_contact(text)).values("pk"))
        return by_contact if by_contact.exists() else self.matching(text)

    def with_contact(self, value: str) -> Self:
        """Accounts with exactly this contact, as it is kept; none for an empty one."""
        return self.filter(contacts__value=value) if value else self.none()

    def in_force_on(self, day: date) -> Self:
        """Contracts that had begun and not ended on ``day``."""
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=day)).filter(
            Q(ends_on=None) | Q(ends_on__gt=day)
        )

    def in_order(self) -> Self:
        """By number."""
        return self.order_by("number")


def _contact(text: str) -> str:
    """What was typed, as contacts keep it; empty if it is none."""
    if "@" in text:
        return text.strip().lower()
    try:
        return phones.parse(text)
    except phones.NotAPhone:
        return ""


def seen(accounts: Iterable["Account"], *, by: str, days: Callable[[Window], Q]) -> Q:
    """Rows of ``accounts``, of each within its window.

    :param by: the path from the row to its account
    :param days: what a row must fulfil to lie within a window
    """
    found, unbounded = Q(), []
    for account in accounts:
        if account.window == EVER:
            unbounded.append(account)
        else:
            found |= Q(**{by: account}) & days(account.window)
    return Q(**{f"{by}__in": unbounded}) | found


class Account(models.Model):
    """One supply contract at one place: what is billed, and what must be told of it."""

    number = models.CharField(_("customer code"), max_length=13, unique=True)
    unit = models.ForeignKey(
        "customers.OperatingUnit",
        models.PROTECT,
        related_name="accounts",
        verbose_name=_("company"),
    )
    holder_name = models.CharField(_("contract holder"), max_length=150)
    holder_born_in = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=200)
    ward = models.CharField(_("ward or commune"), max_length=80)
    group = models.CharField(
        _("use"), max_length=40, choices=TariffGroup, default=TariffGroup.RESIDENTIAL
    )
    voltage = models.CharField(
        _("voltage"), max_length=12, blank=True, help_text=_("Empty where the price is the same.")
    )
    households = models.DecimalField(_("households"), max_digits=6, decimal_places=2, default=1)
    reading_day = models.PositiveSmallIntegerField(
        _("reading day"), default=31, help_text=_("31 means the last day of the month.")
    )
    has_app = models.BooleanField(
        _("uses the app"), default=False, help_text=_("As the billing system knows it.")
    )
    starts_on = models.DateField(_("contract from"), null=True, blank=True)
    ends_on = models.DateField(_("contract until"), null=True, blank=True)
    search_text = models.TextField(_("search text"), editable=False, default="")
    # What areas of outages are matched with; see customers.premises.
    ward_key = models.CharField(_("ward as compared"), max_length=100, editable=False, default="")
    street_key = models.CharField(
        _("street as compared"), max_length=200, editable=False, default=""
    )
    house_number = models.PositiveIntegerField(_("house number"), editable=False, null=True)

    objects = AccountQuerySet.as_manager()
    history = Records(unnoted=["search_text", "ward_key", "street_key", "house_number"])

    window: Window = EVER
    """The days that whoever asks may see: not in the table, narrowed by the link they come by.

    Whatever is read of an account as a person sees it keeps to these days by itself.
    """

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        permissions = [("see_every_company", "Can see the accounts of every company")]
        indexes = [
            models.Index(fields=["unit", "ward_key", "street_key"], name="account_by_premise"),
            GinIndex(Words("search_text", "number"), name="account_by_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=r"^P[A-Z][0-9A-Z]{9,11}$"),
                name="account_number_is_a_code",
            ),
            models.CheckConstraint(condition=Q(households__gt=0), name="account_has_households"),
            models.CheckConstraint(
                condition=Q(reading_day__range=(1, 31)), name="account_reading_day_in_month"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None)
                | Q(starts_on=None)
                | Q(ends_on__gt=models.F("starts_on")),
                name="account_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.holder_name}"

    @property
    def premise(self) -> str:
        """The place supplied, as one line."""
        return f"{self.address}, {self.ward}"

    def age_on(self, day: date) -> int | None:
        """Years the holder turns in the year of ``day``; None where the year is unknown."""
        return None if self.holder_born_in is None else day.year - self.holder_born_in
