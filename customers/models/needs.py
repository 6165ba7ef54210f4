"""What a household needs us to do differently: coded by what we do, never by why."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Followed, Records

from .accounts import Account
from .consent_texts import ConsentText
from .contacts import ContactPoint
from .users import User


class NeedQuerySet(Followed):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Needs at the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def in_force(self) -> Self:
        """Not ended. One that is late to be confirmed goes on: silence takes nobody's away."""
        return self.filter(ended_at=None)

    def oldest_first(self) -> Self:
        return self.order_by("recorded_at", "pk")


def ways_to_reach() -> tuple[Prefetch, Prefetch]:
    """What each row's account is reached by: ``account.phones`` and ``account.needs_now``."""
    phones = ContactPoint.objects.filter(kind=ContactPoint.Kind.PHONE).order_by("pk")
    needs = Need.objects.in_force().oldest_first()
    return (
        Prefetch("account__contacts", phones, to_attr="phones"),
        Prefetch("account__needs", needs, to_attr="needs_now"),
    )


class Need(models.Model):
    """One thing that we do differently for an account, on whose word, from when until when.

    There is no room for a diagnosis: a kind says what changes, and nothing here is free text.
    """

    class Kind(models.TextChoices):
        KEEP_SUPPLY = "keep_supply", _("Supply: must not be cut without a visit")
        NO_CALLS = "no_calls", _("Telephone: do not call, write instead")
        READ_ALOUD = "read_aloud", _("Letters: send none, ring and read aloud")
        LARGE_PRINT = "large_print", _("Website and letters: in large print")
        CALL_FIRST = "call_first", _("Call lists: comes first")
        LANGUAGE = "language", _("Calls: in another language")

    class Language(models.TextChoices):
        ENGLISH = "en", _("English")
        KHMER = "km", _("Khmer")
        CHINESE = "zh", _("Chinese")

    class SaidBy(models.TextChoices):
        HOLDER = "holder", _("Contract holder")
        RELATIVE = "relative", _("Relative with an arrangement")
        PAPER = "paper", _("A paper was shown: seen, not kept")

    FIRST = (Kind.KEEP_SUPPLY, Kind.READ_ALOUD, Kind.CALL_FIRST)
    """Whoever has one of these is rung before all others."""

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="needs", verbose_name=_("account")
    )
    kind = models.CharField(_("what we do"), max_length=12, choices=Kind)
    language = models.CharField(_("language"), max_length=2, choices=Language, blank=True)
    said_by = models.CharField(_("who said it"), max_length=8, choices=SaidBy)
    said_on = models.DateField(_("last said on"))
    starts_on = models.DateField(_("from"))
    confirm_by = models.DateField(
        _("to be confirmed again by"),
        null=True,
        help_text=_("Past it, it goes on, and stands in the work list until somebody asked."),
    )
    consent_text = models.ForeignKey(
        ConsentText, models.PROTECT, related_name="+", verbose_name=_("text read aloud")
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("ended by"),
        help_text=_("Empty when the clock did it."),
    )
    ended_said_by = models.CharField(
        _("on whose word it ended"), max_length=8, choices=SaidBy, blank=True, default=""
    )

    objects = NeedQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("need of a household")
        verbose_name_plural = _("needs of households")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind"],
                condition=Q(ended_at=None),
                name="need_one_in_force_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=(
                    "keep_supply", "no_calls", "read_aloud", "large_print", "call_first", "language"
                )),
                name="need_is_coded",
            ),
            models.CheckConstraint(
                condition=Q(said_by__in=("holder", "relative", "paper"), ended_said_by__in=(
                    "", "holder", "relative", "paper"
                )),
                name="need_on_somebodys_word",
            ),
            models.CheckConstraint(
                condition=(Q(kind="language") & Q(language__in=("en", "km", "zh")))
                | (~Q(kind="language") & Q(language="")),
                name="need_names_a_language",
            ),
            models.CheckConstraint(
                condition=Q(kind="keep_supply", confirm_by__isnull=False)
                | (~Q(kind="keep_supply") & Q(confirm_by=None)),
                name="need_confirmed_again",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ended_said_by="")
                | Q(ended_at__isnull=False, ended_by=None, ended_said_by="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_said_by="")),
                name="need_ended_on_a_word",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["confirm_by"],
                condition=Q(ended_at=None, confirm_by__isnull=False),
                name="need_to_confirm",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.account.number}"


def comes_first(account: str) -> Exists:
    """Whether the account that ``account`` leads to is rung before others, for an order."""
    theirs = Need.objects.in_force().filter(account=OuterRef(account), kind__in=Need.FIRST)
    return Exists(theirs)
