"""Files of the billing system on their way into the database, and what each of them did."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from .users import User


class LoadQuerySet(models.QuerySet["Load"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A file holds rows of every company: who works for one sees none."""
        is_there = isinstance(user, User) and user.is_staff and user.unit_id is None
        return self.all() if is_there else self.none()

    def locked(self) -> Self:
        """Held until the commit; who only points to a load need not wait."""
        return self.select_for_update(no_key=True, of=("self",))

    def of_file(self, *, kind: str, sha256: str) -> Self:
        """Loads of this very file that are under way or stand."""
        return self.filter(kind=kind, sha256=sha256).exclude(state__in=Load.GONE)

    def to_work(self) -> Self:
        """What the background has to go on with."""
        return self.filter(state__in=Load.WORKED)

    def waiting(self) -> Self:
        """A second person has to look; of what nobody brought and is unusual, a first one, too."""
        unattended = Q(state__in=[Load.State.PREVIEWED, Load.State.ASKED], made_by=None)
        return self.filter(Q(state=Load.State.WAITING) | unattended | Load.ASKED_TO_UNDO)

    def waiting_for(self, user: User) -> Self:
        """Of those that wait, where this person can be the second, or the first."""
        own = Q(confirmed_by=user) | Q(made_by=user)
        asked = Q(undo_asked_by=user)
        return self.waiting().exclude(~Load.ASKED_TO_UNDO & own).exclude(Load.ASKED_TO_UNDO & asked)

    def left_open_by(self, user: User) -> Self:
        """Files that they brought, and have to answer about or to confirm."""
        return self.filter(state__in=[Load.State.PREVIEWED, Load.State.ASKED], made_by=user)

    def refused_by_itself(self) -> Self:
        """Files from the folder that were refused whole, and no other of the kind came since."""
        later = Load.objects.filter(kind=OuterRef("kind"), made_at__gt=OuterRef("made_at"))
        refused = self.filter(state=Load.State.REFUSED, source=Load.Source.INBOX)
        return refused.exclude(Exists(later))

    def with_open_refusals(self) -> Self:
        """Loaded, but rows were refused that nobody has mended or dismissed."""
        return self.filter(state=Load.State.DONE, refused__gt=0, settled_at=None)

    def writing(self) -> Self:
        """Loads that change rows now, or will as soon as their turn comes."""
        return self.filter(state__in=[Load.State.APPLYING, Load.State.UNDOING])

    def wrote_since(self, moment: datetime) -> Self:
        """Loads that changed rows after ``moment``."""
        wrote = ~Q(state=Load.State.DONE, created=0, updated=0)
        return self.filter(wrote, started_at__isnull=False).filter(
            Q(ended_at=None) | Q(ended_at__gt=moment) | Q(undone_at__gt=moment)
        )

    def rested(self, *, at: datetime) -> Self:
        """Not those that failed a moment ago."""
        return self.filter(Q(rests_until=None) | Q(rests_until__lte=at))

    def oldest_first(self) -> Self:
        return self.order_by("confirmed_at", "pk")

    def newest_first(self) -> Self:
        return self.order_by("-made_at", "-pk")


class Load(models.Model):
    """One file of one kind: kept under its hash, read, previewed, confirmed, applied in chunks."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("being checked")
        ASKED = "asked", _("waits for an answer")
        PREVIEWED = "previewed", _("checked: waits for your confirmation")
        WAITING = "waiting", _("waits for a second person")
        APPLYING = "applying", _("being loaded")
        DONE = "done", _("loaded")
        REFUSED = "refused", _("the file was refused")
        CANCELLED = "cancelled", _("cancelled")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    class Source(models.TextChoices):
        DESK = "desk", _("uploaded at the desk")
        INBOX = "inbox", _("picked up from the folder")
        COMMAND = "command", _("given at the command line")
        API = "api", _("sent by a program")

    WORKED: ClassVar = (State.UPLOADED, State.APPLYING, State.UNDOING)
    GONE: ClassVar = (State.REFUSED, State.CANCELLED, State.UNDONE)
    LEFT_OPEN: ClassVar = (State.ASKED, State.PREVIEWED, State.WAITING)
    ENDED: ClassVar = (State.DONE, *GONE)
    UNDONE_FROM: ClassVar = (State.DONE, State.CANCELLED)
    ASKED_TO_UNDO: ClassVar = Q(
        state__in=UNDONE_FROM, undo_asked_by__isnull=False, undo_declined_by=None, tidied=False
    )
    HOLDS = timedelta(hours=24)
    """So long a preview may be confirmed, where nothing moved since."""
    UNDOABLE = timedelta(days=30)
    """So long what a load changed is kept, and can be taken back."""

    kind = models.CharField(_("kind"), max_length=20)
    sha256 = models.CharField(_("fingerprint of the file"), max_length=64)
    turn = models.PositiveSmallIntegerField(
        _("turn"),
        default=0,
        help_text=_("Above 0 where the file was loaded again on purpose."),
    )
    name = models.CharField(_("file"), max_length=120)
    size = models.PositiveBigIntegerField(_("bytes"))
    source = models.CharField(_("came by"), max_length=8, choices=Source)
    made_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("loaded by")
    )
    made_at = models.DateTimeField(_("received at"))
    mends = models.ForeignKey(
        "self", models.PROTECT, related_name="mended_by", null=True, verbose_name=_("mends")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    why = models.TextField(_("why"), blank=True, default="")

    rows = models.PositiveIntegerField(_("rows"), default=0)
    good = models.PositiveIntegerField(_("good rows"), default=0)
    worked = models.PositiveIntegerField(_("rows worked on"), default=0)
    mark = models.TextField(editable=False, null=True)
    created = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    remarked = models.PositiveIntegerField(_("remarks"), default=0)
    report = models.JSONField(default=dict, editable=False, encoder=DjangoJSONEncoder)
    answers = models.JSONField(default=dict, editable=False)
    """What somebody said of how it is read: ``sheet``, ``columns`` (the heading by the column's
    name), ``marks`` (what stands before decimals, by the column's name).
    """
    needs_second = models.BooleanField(_("needs a second person"), default=False)

    tidied = models.BooleanField(
        default=False, editable=False, help_text="Its rows and its file are gone; the counts stay."
    )

    staged_at = models.DateTimeField(_("read at"), null=True)
    previewed_at = models.DateTimeField(_("checked at"), null=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    released_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("second person")
    )
    released_at = models.DateTimeField(_("released at"), null=True)
    started_at = models.DateTimeField(_("begun at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("undone by")
    )
    undone_at = models.DateTimeField(_("undone at"), null=True)
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("cancelled by")
    )
    undo_asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("undo asked for by")
    )
    undo_asked_at = models.DateTimeField(_("undo asked for at"), null=True)
    undo_declined_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("undo declined by")
    )
    undo_declined_at = models.DateTimeField(_("undo declined at"), null=True)
    tries = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="Failures since the last chunk that went well."
    )
    rests_until = models.DateTimeField(null=True, editable=False)
    settled_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("settled by")
    )
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_why = models.CharField(_("settled because"), max_length=200, blank=True, default="")

    objects = LoadQuerySet.as_manager()

    class Meta:
        verbose_name = _("load of a file")
        verbose_name_plural = _("loads of files")
        permissions = [
            ("release_load", "Can release an implausible load as second person"),
            ("take_refused_load", "Can download the refused rows of a file"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "sha256", "turn"],
                condition=~Q(state__in=["refused", "cancelled", "undone"]),
                name="load_file_once",
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=F("confirmed_by")),
                name="load_two_people",
            ),
            models.CheckConstraint(
                condition=Q(undo_asked_by=None)
                | Q(undone_by=None)
                | ~Q(undone_by=F("undo_asked_by")),
                name="load_undone_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(undo_declined_by=None, undo_declined_at=None)
                | Q(
                    ~Q(undo_declined_by=F("undo_asked_by")),
                    undo_asked_by__isnull=False,
                    undo_declined_by__isnull=False,
                    undo_declined_at__isnull=False,
                ),
                name="load_undo_declined_by_another",
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | Q(undone_by=None) | Q(undo_asked_by__isnull=False),
                name="load_undo_asked_for",
            ),
            models.CheckConstraint(
                condition=Q(needs_second=False)
                | Q(released_by__isnull=False)
                | ~Q(state__in=["applying", "done", "undoing", "undone"]),
                name="load_released_by_someone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "state"],
                condition=Q(state__in=["uploaded", "applying", "undoing", "waiting"]),
                name="load_under_way",
            ),
            models.Index(fields=["-made_at"], name="load_by_time"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def share_done(self) -> int:
        """How much of the step under way is done, in percent."""
        return min(100, 100 * self.worked // self.good) if self.good else 0

    @property
    def is_asked_to_undo(self) -> bool:
        """Whether somebody asks for its undo, and nobody declined it; it may have broken off."""
        is_open = self.state in self.UNDONE_FROM and self.undo_declined_by_id is None
        return is_open and self.undo_asked_by_id is not None

    @property
    def may_stay(self) -> bool:
        """Whether its undo can still be declined or withdrawn: nothing was taken back yet."""
        return self.is_asked_to_undo and self.undone_by_id is None

    def is_fresh(self, *, at: datetime) -> bool:
        """Whether its preview may still be confirmed, as far as the clock goes."""
        return self.previewed_at is not None and at - self.previewed_at <= self.HOLDS


class FileReading(models.Model):
    """How files with certain headings are read: what somebody said once of one that went in.

    The billing system writes the same headings every time, so by them it is known again.
    """

    kind = models.CharField(_("kind"), max_length=20)
    headings = models.JSONField(_("headings of the file"))
    fingerprint = models.CharField(max_length=64, editable=False)
    columns = models.JSONField(_("which heading means which column"), default=dict)
    marks = models.JSONField(_("what stands before decimals"), default=dict)
    learned_from = models.ForeignKey(
        Load, models.PROTECT, related_name="+", verbose_name=_("learned from")
    )
    learned_at = models.DateTimeField(_("learned at"))

    objects: ClassVar[models.Manager["FileReading"]] = models.Manager()

    class Meta:
        verbose_name = _("way in which files are read")
        verbose_name_plural = _("ways in which files are read")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "fingerprint"], name="file_reading_once_per_headings"
            )
        ]

    def __str__(self) -> str:
        return ", ".join(self.headings)[:80]


class LoadRow(models.Model):
    """One good row of a load, waiting to be written; gone once it was.

    ``cells`` are those of the file in its order, each as its column writes it, parted by
    ``customers.services.loads.waiting.MARK``. The table is not logged: after a crash of the server
    it is empty, and the file is read again.
    """

    pk = models.CompositePrimaryKey("load_id", "place")
    load = models.ForeignKey(
        Load, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    place = models.IntegerField(help_text="Rows are written in this order.")
    row = models.IntegerField(
        null=True, help_text="Its number in the file, where that is not its place."
    )
    together = models.TextField(
        null=True,
        db_collation="C",
        help_text="Rows with the same text are written in one chunk; empty: those of one key.",
    )
    cells = models.TextField(db_collation="C")

    objects: ClassVar[models.Manager["LoadRow"]] = models.Manager()

    def __str__(self) -> str:
        return str(self.row or self.place)


class LoadNote(models.Model):
    """What is said of one row of a load: why it was refused, or what was remarked on."""

    class Kind(models.TextChoices):
        REFUSED = "refused", _("refused")
        REMARK = "remark", _("remark")

    load = models.ForeignKey(Load, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=7, choices=Kind)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=200)
    before = models.CharField(max_length=200)
    after = models.CharField(max_length=200)
    why = models.TextField()
    by_rule = models.BooleanField(help_text="Found against the database, not in the file alone.")

    objects: ClassVar[models.Manager["LoadNote"]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["load", "kind", "row"], name="load_note_in_order")]

    def __str__(self) -> str:
        return f"{self.row}: {self.why}"


class LoadChange(models.Model):
    """What a load did to one row of one table, or the rows that one statement made in it.

    Triggers write it, an undo goes by it. ``before`` and ``after`` are the whole row that was
    changed; of rows that were made only the keys are kept.
    """

    # A check of each of a million rows would cost more than the rows.
    load = models.ForeignKey(Load, models.CASCADE, related_name="changes", db_constraint=False)
    table_name = models.CharField(max_length=60)
    row_key = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    made = ArrayField(models.BigIntegerField(), null=True)

    objects: ClassVar[models.Manager["LoadChange"]] = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(made=None, row_key__isnull=False) | Q(made__isnull=False, row_key=None),
                name="load_change_of_one_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["load", "table_name", "row_key"], name="load_change_of_load"),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_key or len(self.made or [])}"
