"""Spreadsheets in, one way: the admin's upload, preview and confirm, and the command line.

django-import-export brings the pages, the permission and the upload between preview and confirm;
rows are read, checked and written as sets by the resource's own table and service.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ImportMixin
from import_export.formats.base_formats import Format
from import_export.forms import ConfirmImportForm
from import_export.resources import Resource
from import_export.results import Error, Result, RowResult

from portal.lib import spreadsheets
from portal.lib.columns import Parts, Table
from portal.lib.loading import Outcome

CONFIRM_WITHIN = timedelta(hours=24)

_LACKING = gettext_lazy(
    "These columns are missing: {headings}. Add them, empty where nothing is known."
)


class SheetResource(Resource):
    """One kind of file: its declared table, and the service that loads its rows."""

    table: ClassVar[Table]
    load: ClassVar[Callable[..., Outcome]]
    # Columns whose absence says "as usual"; without any other one, what is known would be erased.
    may_lack: ClassVar[frozenset[str]] = frozenset()
    # Kinds of files that decide what becomes of the rows of this one.
    builds_on: ClassVar[frozenset[str]] = frozenset()
    # Whether a load can be taken back; else why not, and what to do instead.
    cannot_undo: ClassVar[Any] = ""

    @classmethod
    def load_file(cls, content: bytes, *, at: datetime, dry_run: bool = False) -> Outcome:
        """Load what the bytes of a CSV, XLSX or ODS file say; a dry run changes nothing.

        :raises spreadsheets.Refused: the file as a whole cannot be taken
        """
        sheet = spreadsheets.read(content, headings=cls.table.headings())
        return cls.load_sheet(sheet, at=at, dry_run=dry_run)

    @classmethod
    def load_sheet(
        cls, sheet: spreadsheets.Sheet, *, at: datetime, dry_run: bool = False
    ) -> Outcome:
        """Load the rows of one sheet, or of one part of a long one, in one transaction."""
        parsed = cls.table.read(sheet, at=at)
        cls._check_lacking(parsed.absent_columns)
        with transaction.atomic():
            outcome = cls.load(rows=parsed.rows, at=at)
            transaction.set_rollback(dry_run)
        return outcome.with_parsed(parsed, table=cls.table)

    @classmethod
    def parts(cls, stream: spreadsheets.Stream, *, at: datetime, size: int) -> Parts:
        """The rows of a long file, so many at a time.

        :raises spreadsheets.Refused: the file as a whole cannot be taken
        """
        parts = Parts(cls.table, stream, at=at, size=size)
        cls._check_lacking(parts.absent())
        return parts

    @classmethod
    def _check_lacking(cls, absent: Iterable[str]) -> None:
        if lacking := set(absent) - cls.may_lack:
            headings = ", ".join(sorted(cls.table.heading_of(name) for name in lacking))
            raise spreadsheets.Refused(format_lazy(_LACKING, headings=headings))

    @staticmethod
    def entangle(*, load: int) -> None:
        """Mark the rows of a load that have to be judged together, before they are written."""

    @staticmethod
    def undone(*, at: datetime) -> None:
        """Follow what was taken back."""

    @classmethod
    def get_display_name(cls) -> str:
        return cls.table.kind

    def import_data(
        self, dataset: "Upload", dry_run: bool = False, **_options: Any
    ) -> "SheetResult":
        """What django-import-export calls for the preview and for the real thing."""
        result = SheetResult()
        try:
            result.take(self.load_file(dataset.content, at=timezone.now(), dry_run=dry_run))
        except spreadsheets.Refused as refused:
            result.append_base_error(Error(refused))
        return result


class SheetResult(Result):
    """The outcome of a load in the shape of django-import-export's results."""

    outcome: Outcome | None = None

    def take(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.totals[RowResult.IMPORT_TYPE_NEW] = outcome.created
        self.totals[RowResult.IMPORT_TYPE_UPDATE] = outcome.updated
        self.totals[RowResult.IMPORT_TYPE_SKIP] = outcome.unchanged
        self.totals[RowResult.IMPORT_TYPE_INVALID] = outcome.refused_rows


class Upload:
    """The bytes of an uploaded file, unread until a resource knows what they should hold."""

    def __init__(self, content: bytes) -> None:
        self.content = content


class SheetFormat(Format):
    """Any spreadsheet; its content, not its name, tells which."""

    def __init__(self, encoding: str | None = None) -> None:
        """The library names an encoding; ours is found in the file."""

    def get_title(self) -> str:
        return "CSV, XLSX, ODS"

    def create_dataset(self, in_stream: bytes) -> Upload:
        return Upload(in_stream)

    def can_import(self) -> bool:
        return True


class ConfirmForm(ConfirmImportForm):
    """Confirms an upload to whoever made it, within a day."""

    def __init__(self, *args: Any, user: AbstractBaseUser, **options: Any) -> None:
        self.signer = TimestampSigner(salt=f"import:{user.pk}")
        super().__init__(*args, **options)

    def clean_import_file_name(self) -> str:
        try:
            return self.signer.unsign(self.cleaned_data["import_file_name"], max_age=CONFIRM_WITHIN)
        except BadSignature as error:
            raise ValidationError(str(error)) from error


class SheetImportMixin(ImportMixin):
    """A ModelAdmin whose rows come from files of one :class:`SheetResource`."""

    import_formats = [SheetFormat]
    confirm_form_class = ConfirmForm
    skip_admin_log = True

    def get_confirm_form_kwargs(
        self, request: HttpRequest, import_form: Form | None = None
    ) -> dict[str, Any]:
        return {**super().get_confirm_form_kwargs(request, import_form), "user": request.user}

    def get_confirm_form_initial(
        self, request: HttpRequest, import_form: Form | None
    ) -> dict[str, Any]:
        initial = super().get_confirm_form_initial(request, import_form)
        if "import_file_name" in initial:
            signer = TimestampSigner(salt=f"import:{request.user.pk}")
            initial["import_file_name"] = signer.sign(initial["import_file_name"])
        return initial

    def process_import(self, request: HttpRequest, **options: Any) -> HttpResponse:
        """Load what was previewed; an upload that is gone or somebody else's is asked for anew."""
        if request.method == "POST" and self.has_import_permission(request):
            if not self.create_confirm_form(request).is_valid():
                return self._ask_again(request)
            try:
                return super().process_import(request, **options)
            except FileNotFoundError:
                return self._ask_again(request)
        return super().process_import(request, **options)

    def _ask_again(self, request: HttpRequest) -> HttpResponse:
        messages.error(request, _("This preview has expired. Choose the file again."))
        app, model = self.get_model_info()
        return redirect(f"admin:{app}_{model}_import")

    def process_result(self, result: SheetResult, request: HttpRequest) -> HttpResponse:
        """Say what was loaded; a file that could be read for the preview may be refused now."""
        if not result.base_errors:
            return super().process_result(result, request)
        for refused in result.base_errors:
            messages.error(request, str(refused.error))
        app, model = self.get_model_info()
        return redirect(f"admin:{app}_{model}_import")

    def add_success_message(self, result: SheetResult, request: HttpRequest) -> None:
        totals = result.totals
        text = _("Loaded: {new} new, {changed} changed, {same} unchanged, {refused} refused.")
        messages.success(
            request,
            text.format(
                new=totals[RowResult.IMPORT_TYPE_NEW],
                changed=totals[RowResult.IMPORT_TYPE_UPDATE],
                same=totals[RowResult.IMPORT_TYPE_SKIP],
                refused=totals[RowResult.IMPORT_TYPE_INVALID],
            ),
        )
