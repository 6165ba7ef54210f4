"""Where a file comes in at the desk.

django-import-export brings the page of the upload, its form and the permission. What follows is
ours: the file is kept under its hash and becomes a load, which the background reads, previews and
applies; the web process never holds it. The library's own preview would read it whole, at once,
within the request.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportMixin
from import_export.formats.base_formats import Format

from customers.admin.staff import member
from customers.models import Load
from customers.services import loads
from customers.services.loads.steps import may_load
from customers.tasks import ring_for_loads
from portal.lib import files_out, said
from portal.lib.columns import template
from portal.lib.importing import SheetResource, kinds, resource_of
from portal.lib.workbooks import CONTENT_TYPE

MIB = 2**20


class SheetFormat(Format):
    """Any spreadsheet; its content, not its name, tells which."""

    def __init__(self, encoding: str | None = None) -> None:
        """The library names an encoding; ours is found in the file."""

    def get_title(self) -> str:
        return "CSV, XLSX, ODS"

    def can_import(self) -> bool:
        return True


class FileForm(forms.Form):
    """A file, whatever it is called; what it holds is found in the background."""

    import_file = forms.FileField(label=_("File from the billing system"), allow_empty_file=True)

    def __init__(self, *args: Any, most_bytes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most_bytes = most_bytes

    def clean_import_file(self) -> UploadedFile:
        """A file that is not too large."""
        file: UploadedFile = self.cleaned_data["import_file"]
        if file.size is None or file.size > self.most_bytes:
            raise forms.ValidationError(
                _("The file is larger than {limit} MiB.").format(limit=self.most_bytes // MIB)
            )
        return file


class SheetImportMixin(ImportMixin):
    """A ModelAdmin whose rows come from files of one :class:`SheetResource`."""

    import_formats = [SheetFormat]
    resource_classes: list[type[SheetResource]]

    @property
    def kind(self) -> str:
        """The kind of file that fills its table."""
        return self.resource_classes[0].table.kind

    def title(self) -> str:
        """Of the page on which such a file comes in."""
        return _("Load a file: %(what)s") % {"what": self.resource_classes[0].label}

    def has_import_permission(self, request: HttpRequest) -> bool:
        """As everywhere where files are brought."""
        return may_load(user=member(request), resource=self.resource_classes[0])

    def get_urls(self) -> list[URLPattern]:
        """Without the library's own confirmation: a load has a page of its own."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        empty = path(
            "import/empty.xlsx", self.admin_site.admin_view(self.empty), name=f"{name}_empty"
        )
        return [empty, *(u for u in super().get_urls() if u.name != f"{name}_process_import")]

    def empty(self, request: HttpRequest) -> HttpResponse:
        """An empty workbook with the headings of its kind."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        return empty_workbook(self.resource_classes[0])

    def get_import_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the columns that such a file holds."""
        return {
            **super().get_import_context_data(**kwargs),
            "table": self.resource_classes[0].table,
        }

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The form; a file that was sent is kept, and its load shown."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            page = super().import_action(request, **kwargs)
            # The library's own says no more than that something is imported.
            page.context_data["title"] = self.title()
            return page
        form = file_form(request)
        if not form.is_valid():
            for error in form.errors.get("import_file", []):
                messages.error(request, str(error))
            return redirect(request.path)
        return taken(request, self.resource_classes[0], form.cleaned_data["import_file"])


def empty_workbook(resource: type[SheetResource]) -> HttpResponse:
    """A workbook with the headings of a kind, to be filled."""
    table = resource.table
    return files_out.whole(template(table), name=f"{table.kind}.xlsx", content_type=CONTENT_TYPE)


def file_form(request: HttpRequest) -> FileForm:
    """The form as it was sent, with the limit for files from a browser."""
    most = settings.LOAD_MOST_BYTES[Load.Source.DESK]
    return FileForm(request.POST, request.FILES, most_bytes=most)


def taken(
    request: HttpRequest,
    resource: type[SheetResource],
    file: UploadedFile,
    *,
    mends: Load | None = None,
) -> HttpResponse:
    """Keep the file and go to its load; the same file leads to the load that it already is.

    :raises LoadError: it cannot be taken as what it was brought as
    """
    load, is_new = loads.bring(
        kind=resource.table.kind,
        name=file.name or "",
        pieces=file.chunks(),
        source=Load.Source.DESK,
        by=member(request),
        mends=mends,
        at=timezone.now(),
    )
    if is_new:
        ring_for_loads(load.kind)
    else:
        text = _("This very file was brought on %(when)s by %(who)s. Nothing was loaded again.")
        who = load.made_by or load.get_source_display()
        messages.warning(request, text % {"when": said.moment(load.made_at), "who": who})
    return redirect("admin:customers_load_change", load.pk)


def desks(site: AdminSite) -> dict[str, SheetImportMixin]:
    """The table of the desk that each kind of file fills, in the order in which they build up."""
    found = {
        desk.kind: desk for desk in site._registry.values() if isinstance(desk, SheetImportMixin)
    }
    return {kind: found[kind] for kind in kinds() if kind in found}


def pages(site: AdminSite, request: HttpRequest) -> list[tuple[Any, str]]:
    """The pages of the desk where this person may load files, each with what it loads."""
    return [
        (resource_of(kind).label, page_of(kind))
        for kind, desk in desks(site).items()
        if desk.has_import_permission(request)
    ]


def page_of(kind: str) -> str:
    """Where files of this kind are uploaded."""
    opts = desks(admin.site)[kind].opts
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_import")
