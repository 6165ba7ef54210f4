import hashlib
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import User
from notifications.wording.shipped import Slot, Sources
from portal.lib import said
from portal.lib.history import Followed, Records

from .dispatches import Dispatch
from .kinds import Channel, Kind


class Language(models.TextChoices):
    """What notices are written in."""

    VI = "vi", _("Vietnamese")
    EN = "en", _("English")


class Wording(models.Model):
    """Words as messages were sent with them; the key follows from the content, so none changes.

    A file of a newer version that reads otherwise, or a change by staff, is another wording.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    subject = models.TextField(_("heading"))
    text = models.TextField(_("text"))
    html = models.TextField(_("text as HTML"))
    names = models.TextField(
        _("names"), help_text=_("What is filled in, in the order of the values kept.")
    )

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_channel_display()} · {self.language}"

    @classmethod
    def of(cls, slot: Slot, sources: Sources, *, parameters: tuple[str, ...] = ()) -> Self:
        """These words of ``slot``, not saved; ``parameters`` are kept beside what they say."""
        said_names = {name for part in sources.compiled for name in part.names} - {"subject"}
        names = " ".join(sorted(said_names | set(parameters)))
        content = (*slot, sources.subject, sources.text, sources.html, names)
        digest = hashlib.sha256("\0".join(content).encode()).digest()
        # 63 bits: some hundred wordings will ever be, and none is made to collide.
        key = int.from_bytes(digest[:8], "big") >> 1
        fields = ("kind", "channel", "language", "subject", "text", "html", "names")
        return cls(pk=key, **dict(zip(fields, content, strict=True)))

    @cached_property
    def sources(self) -> Sources:
        """The words, read once."""
        return Sources(self.subject, self.text, self.html)

    def kept(self, filled: dict[str, Any]) -> list[Any]:
        """Of these values what the words need, in the order of ``names``."""
        return [filled[name] for name in self.names.split()]


class Filling(models.Model):
    """What one dispatch says: its words and what they were filled with before it was sent.

    A line each, since there are millions a month: neither a key of its own nor names of values.
    """

    pk = models.CompositePrimaryKey("dispatch_id", "language")
    dispatch = models.ForeignKey(
        Dispatch,
        models.CASCADE,
        related_name="fillings",
        db_index=False,
        verbose_name=_("dispatch"),
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    wording = models.ForeignKey(
        Wording, models.PROTECT, related_name="+", db_index=False, verbose_name=_("wording")
    )
    values = models.JSONField(_("values"))

    class Meta:
        verbose_name = _("filling")
        verbose_name_plural = _("fillings")

    def __str__(self) -> str:
        return str(self.wording)

    @property
    def filled(self) -> dict[str, Any]:
        """The values by their names."""
        return dict(zip(self.wording.names.split(), self.values, strict=True))


class WordingChangeQuerySet(Followed):
    def of(self, slot: Slot) -> Self:
        """Changes of what ``slot`` says."""
        return self.filter(**slot._asdict())

    def waiting(self) -> Self:
        """Written, and not decided on yet."""
        return self.filter(state=WordingChange.State.WAITING)

    def in_force(self, *, at: datetime) -> Self:
        """Approved and begun at ``at``, the one that counts last."""
        approved = self.filter(state=WordingChange.State.APPROVED, starts_at__lte=at)
        return approved.order_by("starts_at", "pk")

    def newest_first(self) -> Self:
        return self.order_by("-made_at", "-pk")


class WordingChange(models.Model):
    """Words that staff put in the place of those before, from a time on, once two agree."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        TAKEN_BACK = "taken_back", _("Taken back")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    subject = models.CharField(_("heading"), max_length=120, blank=True)
    text = models.TextField(_("text"), max_length=4000)
    why = models.CharField(_("because"), max_length=200)
    starts_at = models.DateTimeField(_("from"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    made_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    made_at = models.DateTimeField(_("written at"))
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = WordingChangeQuerySet.as_manager()
    history = Records()

    class Meta:
        verbose_name = _("change of words")
        verbose_name_plural = _("changes of words")
        permissions = [("decide_wordingchange", "Can approve changed words")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("made_by")),
                name="wording_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "taken_back"))
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="wording_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state="taken_back", ended_by__isnull=False, ended_at__isnull=False)
                | (~Q(state="taken_back") & Q(ended_by=None, ended_at=None)),
                name="wording_taken_back_by_someone",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="wording_says_something"),
            models.UniqueConstraint(
                fields=["kind", "channel", "language"],
                condition=Q(state="waiting"),
                name="wording_one_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {said.moment(self.made_at)}"

    @property
    def slot(self) -> Slot:
        """What has these words."""
        return Slot(self.kind, self.channel, self.language)
