"""Linking an address to a login: the request, the letter, the agent's check, and what stops it."""

from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .accounts import Account
from .codes import MOST_TRIES
from .links import AccountLink
from .users import User

Proof = AccountLink.Proof


class LetterCodeQuerySet(models.QuerySet["LetterCode"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Letters of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))

    def redeemable(self, *, at: datetime) -> Self:
        """Letters that were neither used nor replaced and have not run out."""
        return self.filter(used_at=None, replaced_at=None, expires_at__gt=at)


class LetterCode(models.Model):
    """A code printed in a letter to the place of the contract. Only its keyed hash is kept."""

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="letter_codes", verbose_name=_("account")
    )
    code_hash = models.CharField(_("code, hashed"), max_length=64, unique=True, editable=False)
    issued_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    reference = models.CharField(_("call or case number"), max_length=40)
    issued_at = models.DateTimeField(_("issued at"))
    expires_at = models.DateTimeField(_("valid until"))
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    objects = LetterCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter with a code")
        verbose_name_plural = _("letters with a code")
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(used_at=None, replaced_at=None),
                name="letter_one_open_per_account",
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="letter_has_a_reference"),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(replaced_at=None), name="letter_replaced_or_used"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account.number} · {self.issued_at:%d/%m/%Y}"


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Checks made at the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))


class LinkCheck(models.Model):
    """What an agent asked somebody who wants to see an address, and how it went. Never changed.

    What stands on a bill proves nothing: a pass needs one of the questions in ``PROVES``.
    """

    class Asked(models.TextChoices):
        BILL = "bill", _("What stands on a bill: amount, name, address")
        CALLED_BACK = "called_back", _("Called back on the number of the contract")
        IDENTITY = "identity", _("Identity card seen at the counter")
        CONTRACT = "contract", _("The signed contract seen at the counter")

    class Result(models.TextChoices):
        PASSED = "passed", _("Passed: link the address")
        INFORMATION = "information", _("Not enough: general information only")
        FAILED = "failed", _("Wrong answers: refuse the request")

    PROVES = (Asked.CALLED_BACK, Asked.IDENTITY, Asked.CONTRACT)

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="link_checks", verbose_name=_("account")
    )
    asked = ArrayField(models.CharField(max_length=12, choices=Asked), verbose_name=_("asked"))
    result = models.CharField(_("result"), max_length=12, choices=Result)
    reference = models.CharField(_("call or case number"), max_length=40)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("checked by"))
    at = models.DateTimeField(_("when"))

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of a person")
        verbose_name_plural = _("checks of persons")
        constraints = [
            models.CheckConstraint(condition=Q(asked__len__gt=0), name="check_asked_something"),
            models.CheckConstraint(condition=~Q(reference=""), name="check_has_a_reference"),
            models.CheckConstraint(
                condition=~Q(result="passed")
                | Q(asked__overlap=["called_back", "identity", "contract"]),
                name="check_passed_by_more_than_a_bill",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account.number} · {self.get_result_display()}"


class LinkRequestQuerySet(models.QuerySet["LinkRequest"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A person's own; for staff those for the accounts that they may see."""
        if isinstance(user, User) and user.is_staff:
            return self.filter(account__in=Account.objects.visible_to(user))
        return self.filter(user=user.pk)

    def open(self) -> Self:
        """Requests that nothing has ended yet; the time of some may be over."""
        return self.filter(state__in=LinkRequest.OPEN)

    def in_time(self, at: datetime) -> Self:
        return self.filter(expires_at__gt=at)

    def unprepared(self) -> Self:
        """Requests that the background has not looked at yet."""
        return self.open().filter(prepared_at=None)

    def failed(self, *, at: datetime) -> Self:
        """Tries that led to nothing: a wrong code was typed, or the time passed without any.

        Says nothing of whether the account exists: that may not make a difference to anybody.
        """
        return self.exclude(state=LinkRequest.State.LINKED).filter(
            Q(tries__gt=0) | Q(expires_at__lte=at)
        )

    def waiting_at(self, account: Account, *, at: datetime) -> Self:
        """What somebody has to answer who holds this account, oldest first."""
        waiting = self.filter(state=LinkRequest.State.WAITING, account=account)
        return waiting.in_time(at).select_related("user").order_by("created_at", "pk")


class LinkRequest(models.Model):
    """A login's wish to see the account with a number, and how far its proof has come.

    Nothing is looked up when it is written, so a number of nobody's looks like any other: the
    background finds the account later. Times and tries are kept by the database.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waits for a code")
        WAITING = "waiting", _("Waits for an answer")
        LINKED = "linked", _("Linked")
        REFUSED = "refused", _("Refused")
        REPLACED = "replaced", _("Asked again")

    OPEN = (State.OPEN, State.WAITING)
    BY_CODE = (Proof.CONTACT, Proof.LETTER)

    reference = models.CharField(_("reference"), max_length=16, unique=True, editable=False)
    user = models.ForeignKey(
        User, models.CASCADE, related_name="link_requests", verbose_name=_("login")
    )
    number = models.CharField(_("customer code typed"), max_length=13)
    account = models.ForeignKey(
        Account,
        models.CASCADE,
        related_name="link_requests",
        null=True,
        blank=True,
        verbose_name=_("account"),
    )
    proof = models.CharField(_("proof"), max_length=10, choices=Proof)
    state = models.CharField(_("state"), max_length=8, choices=State)
    code_hash = models.CharField(_("code, hashed"), max_length=64, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(_("codes compared"), default=0)
    network = models.CharField(_("network, hashed"), max_length=64, editable=False)
    created_at = models.DateTimeField(_("asked at"))
    expires_at = models.DateTimeField(_("valid until"))
    prepared_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("code sent at"), null=True, blank=True)
    proven_at = models.DateTimeField(_("code entered at"), null=True, blank=True)
    proved_by = models.CharField(_("shown by"), max_length=10, choices=Proof, blank=True)
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("answered by"),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    link = models.OneToOneField(
        AccountLink,
        models.PROTECT,
        related_name="request",
        null=True,
        blank=True,
        verbose_name=_("link"),
    )
    letter = models.OneToOneField(
        LetterCode, models.PROTECT, null=True, blank=True, verbose_name=_("letter")
    )
    passed_check = models.OneToOneField(
        LinkCheck,
        models.PROTECT,
        related_name="request",
        null=True,
        blank=True,
        verbose_name=_("check"),
    )

    objects = LinkRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to link an address")
        verbose_name_plural = _("requests to link an address")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "number", "proof"],
                condition=Q(state__in=("open", "waiting")),
                name="link_request_one_open",
            ),
            models.CheckConstraint(
                condition=Q(tries__lte=MOST_TRIES), name="link_request_five_tries"
            ),
            models.CheckConstraint(
                condition=Q(state="linked", link__isnull=False) & ~Q(proved_by="")
                | ~Q(state="linked") & Q(link__isnull=True, proved_by=""),
                name="link_request_linked_by_a_proof",
            ),
            models.CheckConstraint(
                condition=~Q(proved_by="contact") | Q(proven_at__isnull=False) & ~Q(code_hash=""),
                name="link_request_contact_needs_a_code",
            ),
            models.CheckConstraint(
                condition=~Q(proved_by="letter") | Q(letter__isnull=False),
                name="link_request_letter_needs_a_letter",
            ),
            models.CheckConstraint(
                condition=~Q(proved_by="holder") | Q(decided_by__isnull=False),
                name="link_request_holder_needs_a_yes",
            ),
            models.CheckConstraint(
                condition=~Q(proved_by="agent") | Q(passed_check__isnull=False),
                name="link_request_agent_needs_a_check",
            ),
            models.CheckConstraint(
                condition=~Q(proof="invitation"), name="link_request_no_invitation"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="link_request_by_user"),
            models.Index(fields=["number", "-created_at"], name="link_request_by_number"),
            models.Index(fields=["network", "-created_at"], name="link_request_by_network"),
            models.Index(fields=["created_at"], name="link_request_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.get_state_display()}"

    @property
    def needs_agent(self) -> bool:
        """Whether it is proven to a person: on the phone, or at the counter."""
        return self.proof == Proof.AGENT

    @property
    def spoken(self) -> str:
        """The reference as one reads it to an agent, in groups of four."""
        text = self.reference.upper()
        return "-".join(text[at : at + 4] for at in range(0, len(text), 4))

    def takes_code(self, *, at: datetime) -> bool:
        """Whether typing a code can still lead anywhere."""
        is_open = self.state == self.State.OPEN and self.expires_at > at
        return is_open and self.tries < MOST_TRIES


class LinkFreezeQuerySet(models.QuerySet["LinkFreeze"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """For staff who are shown the alarms at all; they name no account's data."""
        may_see = isinstance(user, User) and user.has_perm("customers.view_linkfreeze")
        return self.all() if may_see else self.none()

    def in_force(self, *, at: datetime) -> Self:
        return self.filter(lifted_at=None, ends_at__gt=at)


class LinkFreeze(models.Model):
    """Linking stopped after an alarm: for one login, or on the whole site.

    An alarm about a network stops nothing, for many homes may share one; its limit does.
    """

    class Kind(models.TextChoices):
        LOGIN = "login", _("One login tried many customer codes")
        NETWORK = "network", _("Many customer codes from one network")
        SITE = "site", _("Far more failures than usual")

    kind = models.CharField(_("alarm"), max_length=8, choices=Kind)
    subject = models.CharField(
        _("about"),
        max_length=64,
        blank=True,
        help_text=_("Key of the login, or the network as a hash."),
    )
    user = models.ForeignKey(
        User, models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("login")
    )
    created_at = models.DateTimeField(_("since"))
    ends_at = models.DateTimeField(_("until"))
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("lifted by")
    )

    objects = LinkFreezeQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm about linking")
        verbose_name_plural = _("alarms about linking")
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="link_freeze_lifted_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(kind="login") | Q(user__isnull=False), name="link_freeze_of_a_login"
            ),
        ]
        indexes = [models.Index(fields=["kind", "subject", "-ends_at"], name="link_freeze_lookup")]

    def __str__(self) -> str:
        return self.get_kind_display()
