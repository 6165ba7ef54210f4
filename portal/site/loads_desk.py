"""The page of one load: how far it is, what it would do, what it refused, and the next step."""

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from customers.admin.importing import file_form, page_of, taken
from customers.admin.staff import member
from customers.models import Load, LoadNote
from customers.services import downloads, loads
from customers.services.loads import files, manifest, mending, steps
from customers.tasks import ring_for_loads
from notifications.admin.call_files import from_here
from portal.lib import files_out
from portal.lib.importing import resource_of
from portal.lib.workbooks import CONTENT_TYPE
from portal.site import load_changes, load_questions, load_reading, load_undo, load_words

VIEW = "customers.view_load"
TAKE_REFUSED = "customers.take_refused_load"
LOOK_AGAIN = "3"  # seconds
NOTES_SHOWN = 50
DONE: dict[str, Any] = {
    "confirm": _("Confirmed."),
    "release": _("Released: it is being loaded."),
    "cancel": _("Cancelled. Nothing more is loaded."),
    "check": _("It is being checked again."),
    "again": _("It is being checked once more."),
    "undo": _("It is being undone."),
    "decline_undo": _("The undo is declined: the load stays."),
    "withdraw_undo": _("The request is withdrawn: the load stays."),
    "dismiss": _("The refused rows are settled."),
    "answer": _("Thank you: the file is being read so."),
    "forget": _("Forgotten. Later files with these headings are asked about anew."),
}


ASKED = _("Asked: another person has to have it undone.")
ASKED_TO_TAKE = _("Asked. Once a colleague has approved, download the rows again.")


def found(request: HttpRequest, load_id: int) -> Load:
    """The load, where this person may see it."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    rows = Load.objects.visible_to(request.user).select_related(
        "made_by",
        "confirmed_by",
        "released_by",
        "cancelled_by",
        "undo_asked_by",
        "undo_declined_by",
        "undone_by",
        "settled_by",
        "mends",
    )
    return get_object_or_404(rows, pk=load_id)


def may_load(request: HttpRequest, load: Load) -> bool:
    """Whether this person may load files of its kind."""
    return steps.may_load(user=member(request), resource=resource_of(load.kind))


def choices(request: HttpRequest, load: Load) -> dict[str, bool]:
    """The buttons that would work."""
    by, at = member(request), timezone.now()
    takes = may_load(request, load) and load.refused > 0 and by.has_perm(TAKE_REFUSED)
    takes = takes and files.mending_path(load.pk).exists()
    return {
        **steps.allowed(load=load, by=by, at=at),
        "take_refused": takes,
        "ask": takes and mending.rows(load) > downloads.left_alone(user=by, at=at),
    }


@require_GET
def show(request: HttpRequest, load_id: int) -> HttpResponse:
    """How it stands; while it is worked on, the page looks again by itself."""
    load = found(request, load_id)
    resource = resource_of(load.kind)
    notes = LoadNote.objects.filter(load=load).select_related("load").order_by("row", "pk")
    pages = Paginator(notes.filter(kind=LoadNote.Kind.REFUSED), NOTES_SHOWN)
    shown = pages.get_page(request.GET.get("page"))
    may = choices(request, load)
    changing = load_changes.page(load, request.GET.get("changes"))
    context = {
        **admin.site.each_context(request),
        "title": _("File: %(name)s") % {"name": load.name},
        "load": load,
        "may": may,
        "state": load_words.state(load),
        "kind": resource.label,
        "is_worked": load.state in Load.WORKED,
        "progress": load_words.progress(load, at=timezone.now()),
        "next_step": load_words.next_step(load, may, by=member(request), resource=resource),
        "question": load_questions.of(load, resource) if may["answer"] else None,
        "doubts": load_words.doubts(load),
        "counts": load_words.counts(load),
        "facts": load_reading.facts(load, resource),
        "first_rows": load_reading.first_rows(load, resource, to=member(request)),
        "changing": changing,
        "changes": load_changes.shown(changing, load=load, to=member(request), at=timezone.now()),
        "follows": load_words.follows(load),
        "new_contacts": load_words.new_contacts(load),
        "unlisted": load_words.unlisted(load),
        "undone": load_undo.undone(load),
        "steps": load_words.steps(load),
        "another": page_of(load.kind) if load.ended_at and may_load(request, load) else "",
        "mended_by": Load.objects.filter(mends=load).newest_first() if load.refused else (),
        "page": shown,
        "refused": [load_changes.note(note, resource, to=member(request)) for note in shown],
        "remarks": load_words.remarks(load, resource, to=member(request)),
    }
    answer = TemplateResponse(request, "desk/load.html", context)
    if load.state in Load.WORKED:
        answer["Refresh"] = LOOK_AGAIN
    return answer


@require_POST
def act(request: HttpRequest, load_id: int, verb: str) -> HttpResponse:
    """One step of a person; then back to the page."""
    if verb not in DONE:
        raise Http404
    load = found(request, load_id)
    if not (may_load(request, load) and request.user.has_perms(steps.needed(verb, load))):
        raise PermissionDenied
    if verb == "undo" and "sure" not in request.POST:
        return _sure(request, load)
    try:
        load = steps.step(verb, load=load, said=request.POST, by=member(request), at=timezone.now())
    except loads.LoadError as error:
        messages.error(request, str(error))
    else:
        asked = verb == "undo" and load.state != Load.State.UNDOING
        messages.success(request, ASKED if asked else DONE[verb])
        ring_for_loads(load.kind)
    return redirect("admin:customers_load_change", load.pk)


def _sure(request: HttpRequest, load: Load) -> HttpResponse:
    """What an undo would take back, before anything is."""
    context = {
        **admin.site.each_context(request),
        "title": _("Undo this load?"),
        "load": load,
        "may": choices(request, load),
        "effects": load_undo.undoable(load, resource_of(load.kind), at=timezone.now()),
    }
    return TemplateResponse(request, "desk/load_undo.html", context)


@require_POST
def ask_for_refused(request: HttpRequest, load_id: int) -> HttpResponse:
    """Ask a colleague to let so many refused rows leave."""
    load = found(request, load_id)
    if not may_load(request, load) or not request.user.has_perm(TAKE_REFUSED):
        raise PermissionDenied
    try:
        downloads.ask(**_refused(load), by=member(request), at=timezone.now())
    except downloads.DownloadError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, ASKED_TO_TAKE)
    return redirect("admin:customers_load_change", load.pk)


@require_GET
@from_here
def refused_file(request: HttpRequest, load_id: int) -> FileResponse | HttpResponse:
    """The refused rows as a workbook, each with its reasons; it counts as a download."""
    load = found(request, load_id)
    if not may_load(request, load) or not request.user.has_perm(TAKE_REFUSED):
        raise PermissionDenied
    path = files.mending_path(load.pk)
    if not path.exists():
        raise Http404
    try:
        taken = downloads.take(**_refused(load), by=member(request), at=timezone.now())
    except downloads.DownloadError as error:
        messages.error(request, str(error))
        return redirect("admin:customers_load_change", load.pk)
    name = f"can-sua-{load.kind}-{load.pk}-{taken.pk}.xlsx"
    file = mending.taken(path, download=taken.pk)
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


def _refused(load: Load) -> dict[str, Any]:
    """The file of refused rows as a download."""
    what = _("Refused rows of %(file)s") % {"file": load.name}
    return {"what": what[:120], "key": f"refused-{load.pk}", "rows": mending.rows(load)}


@require_POST
def mend(request: HttpRequest, load_id: int) -> HttpResponse:
    """The mended rows come back as a load of their own."""
    load = found(request, load_id)
    if not may_load(request, load):
        raise PermissionDenied
    form = file_form(request)
    if not form.is_valid():
        for error in form.errors.get("import_file", []):
            messages.error(request, str(error))
        return redirect("admin:customers_load_change", load.pk)
    file = form.cleaned_data["import_file"]
    try:
        return taken(request, resource_of(load.kind), file, mends=load)
    except loads.LoadError as error:
        messages.error(request, str(error))
        return redirect("admin:customers_load_change", load.pk)


@require_GET
def take_manifest(request: HttpRequest, load_id: int) -> HttpResponse:
    """What was loaded, by whom, with which sums; signed, so that nobody writes another one."""
    load = found(request, load_id)
    if load.state not in (Load.State.DONE, Load.State.CANCELLED, Load.State.UNDONE):
        raise Http404
    text = json.dumps(manifest.signed(load=load), ensure_ascii=False, indent=2)
    name = f"load-{load.pk}.json"
    return files_out.whole(text, name=name, content_type="application/json; charset=utf-8")
