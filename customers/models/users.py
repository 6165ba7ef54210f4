from typing import Any, Self

from django.contrib.auth.models import (
    AbstractBaseUser,
    AnonymousUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.lib.history import Followed, Records
from portal.lib.text import mask_contact


class StaffRole(models.TextChoices):
    """The name of a group of staff; what each may do is declared by the site."""

    AGENT = "agent", _("Call-centre agent")
    OFFICER = "officer", _("Officer of a regional company")
    SUPERVISOR = "supervisor", _("Supervisor")
    OPERATOR = "operator", _("Data operator")
    AUDITOR = "auditor", _("Auditor")


class UserQuerySet(Followed):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Oneself; staff all logins, or their company's: its staff, and who sees its accounts.

        Who has to do with a protected account is there for those alone who see such accounts.
        """
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if not (user.is_staff and user.has_perm("customers.view_user")):
            return self.filter(pk=user.pk)
        if user.unit_id is None:
            may = user.has_perm("customers.see_every_company")
            return self._but_protected(user) if may else self.none()
        from .links import AccountLink

        links = AccountLink.objects.visible_to(user)
        colleagues = Q(is_staff=True, unit=user.unit_id)
        theirs = self.filter(colleagues | Q(is_staff=False, pk__in=links.values("user")))
        return theirs._but_protected(user)

    def _but_protected(self, user: "User") -> Self:
        """A link that has ended says as well who the protected customer is."""
        if user.has_perm("customers.see_protected"):
            return self.all()
        from .links import AccountLink

        protected = AccountLink.objects.filter(account__protection__isnull=False)
        return self.exclude(is_staff=False, pk__in=protected.values("user"))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A login with this e-mail address; without a password it cannot sign in by one."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A login: a person, who may see several accounts; staff where ``is_staff``."""

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=16, unique=True, null=True, blank=True)
    phone_verified_at = models.DateTimeField(_("phone verified at"), null=True, blank=True)
    name = models.CharField(_("full name"), max_length=150, blank=True)
    unit = models.ForeignKey(
        "customers.OperatingUnit",
        models.PROTECT,
        verbose_name=_("own company"),
        null=True,
        blank=True,
        help_text=_("Staff of a regional company see only its accounts."),
    )
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined at"), default=timezone.now)

    noted: str | None = None
    """What the history says of the next change, where its columns do not tell."""

    objects = UserManager()
    history = Records(secret=["password"], unnoted=["last_login"], m2m_fields=["groups"])

    USERNAME_FIELD = "email"

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("logins")
        constraints = [
            models.CheckConstraint(
                # Who was erased, or lost their only number to another, can be reached no more.
                condition=Q(email__isnull=False) | Q(phone__isnull=False) | Q(is_active=False),
                name="user_can_be_reached",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.masked

    @property
    def masked(self) -> str:
        """The address by which its owner knows it again, and nobody learns it."""
        return mask_contact(self.email or self.phone or "", is_email=bool(self.email))

    @property
    def _change_reason(self) -> str | None:
        """For the history, which holds no password: that one was set, or what else was done."""
        return "password" if getattr(self, "_password", None) else self.noted

    def get_short_name(self) -> str:
        """What the admin greets them by."""
        return str(self)

    @property
    def first_name(self) -> str:
        """The given name, last in a Vietnamese name."""
        return self.name.rsplit(" ", 1)[-1]
