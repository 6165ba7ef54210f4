from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Arrangement, TariffGroup, User
from portal.lib.history import Followed, Records

from .outages import Outage


class Audience(models.Model):
    """A saved selection of accounts by what is known of them; what is left empty narrows nothing.

    Each narrowing is a field with its own values: a request can ask for nothing else.
    """

    class Age(models.TextChoices):
        UNDER_60 = "under-60", _("under 60")
        SIXTIES = "60-69", _("60 to 69")
        OLDER = "70+", _("70 and older")
        UNKNOWN = "unknown", _("age not known")

    class ReachedBy(models.TextChoices):
        ZALO = "zalo", _("Zalo")
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS by agreement")
        NOTHING = "nothing", _("No channel at all")

    class App(models.TextChoices):
        YES = "yes", _("uses the app")
        NO = "no", _("does not use the app")

    class Owes(models.TextChoices):
        UNPAID = "unpaid", _("has a bill to pay")
        OVERDUE = "overdue", _("has a bill past its last day")

    name = models.CharField(_("name"), max_length=80, unique=True)
    units = ArrayField(
        models.CharField(max_length=8), verbose_name=_("companies"), default=list, blank=True
    )
    wards = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("wards or communes"),
        default=list,
        blank=True,
    )
    groups = ArrayField(
        models.CharField(max_length=40, choices=TariffGroup),
        verbose_name=_("use"),
        default=list,
        blank=True,
    )
    ages = ArrayField(
        models.CharField(max_length=10, choices=Age),
        verbose_name=_("age of the contract holder"),
        default=list,
        blank=True,
    )
    reached_by = ArrayField(
        models.CharField(max_length=8, choices=ReachedBy),
        verbose_name=_("can be reached by"),
        default=list,
        blank=True,
    )
    arrangements = ArrayField(
        models.CharField(max_length=20, choices=Arrangement.Kind),
        verbose_name=_("arrangement in force"),
        default=list,
        blank=True,
    )
    app = models.CharField(_("app"), max_length=3, choices=App, blank=True)
    owes = models.CharField(_("payment"), max_length=8, choices=Owes, blank=True)
    outage = models.ForeignKey(
        Outage,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("area of an outage"),
    )
    made_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("made by"), editable=False
    )
    made_at = models.DateTimeField(_("made at"), editable=False)

    objects = Followed.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="audience_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
