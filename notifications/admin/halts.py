"""Stopping everything, one channel, one kind or one run, with the numbers; and the ways out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from customers.admin.staff import member
from notifications.forms import HaltForm
from notifications.models import Channel, Halt, Kind, Run
from notifications.queries import waiting
from notifications.queries.waiting import Line, Waiting
from notifications.services import halts
from portal.lib import said
from portal.lib.desk import ShownAdmin

ADD, CHANGE = "notifications.add_halt", "notifications.change_halt"
LIST = "admin:notifications_halt_changelist"
# Ended ones that the page still shows; the runs that have most waiting.
ENDED, RUNS = 20, 30
WAYS: dict[str, Any] = {
    "go-on": gettext_lazy("It goes on: what waits is checked again and sent within a minute."),
    "cancel": gettext_lazy("What waited is being cancelled; it is not sent any more."),
}


@dataclass(frozen=True)
class Choice:
    """One thing that can be stopped, and what of it waits."""

    value: str
    label: str
    messages: int
    notices: int
    since: str
    is_stopped: bool


@dataclass(frozen=True)
class Card:
    """One stop: who, when, why, and how many waited then and wait now."""

    halt: Halt
    made_at: str
    ended_at: str
    waiting: int


@admin.register(Halt)
class HaltAdmin(ShownAdmin):
    """One page: what waits, what is stopped, and what was."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Halt]:
        # It names nobody.
        return Halt.objects.all()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [path("<int:halt_id>/<slug:verb>/", view(end), name="notifications_halt_end")]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise Http404
        if request.method == "POST" and not request.user.has_perm(ADD):
            raise Http404
        form = HaltForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and _stopped(request, form):
            return redirect(LIST)
        return _page(request, form)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise Http404
        return redirect(LIST)


def _page(request: HttpRequest, form: HaltForm) -> HttpResponse:
    found = waiting.now()
    rows = Halt.objects.select_related("run", "made_by", "ended_by").newest_first()
    held = list(rows.open())
    context = {
        **admin.site.each_context(request),
        "title": _("Stop sending"),
        "form": form,
        "chosen": form.data.get("what", ""),
        "found": found,
        "everything": _everything(found, held),
        "groups": _groups(found, held),
        "cards": [_card(halt, waiting.of(halt)) for halt in held],
        "ended": [_card(halt, 0) for halt in rows.exclude(ended_at=None)[:ENDED]],
        "may_stop": request.user.has_perm(ADD),
        "may_end": request.user.has_perm(CHANGE),
    }
    return TemplateResponse(request, "admin/notifications/halt/page.html", context)


def _everything(found: Waiting, held: Iterable[Halt]) -> Choice:
    is_stopped = any(not (halt.channel or halt.kind or halt.run_id) for halt in held)
    return Choice("all", _("All notices"), found.messages, 0, "", is_stopped)


def _groups(found: Waiting, held: list[Halt]) -> list[tuple[str, list[Choice]]]:
    """What can be stopped, by sort; channels and kinds also while nothing of them waits."""
    channels = {one.value: str(one.label) for one in Channel if one != Channel.INBOX}
    kinds = {one.value: str(one.label) for one in Kind}
    runs = Run.objects.in_bulk([line.key for line in found.runs[:RUNS]])
    labels = {key: str(run) for key, run in runs.items()}
    stopped = {
        *(f"channel-{halt.channel}" for halt in held),
        *(f"kind-{halt.kind}" for halt in held),
        *(f"run-{halt.run_id}" for halt in held),
    }
    return [
        (_("One channel"), _choices("channel", channels, found.channels, stopped)),
        (_("One kind"), _choices("kind", kinds, found.kinds, stopped)),
        (_("One run"), _choices("run", labels, found.runs[:RUNS], stopped)),
    ]


def _choices(
    sort: str, labels: dict[Any, str], lines: list[Line], stopped: set[str]
) -> list[Choice]:
    """The lines that wait, the most first, then those of which nothing does."""
    known = {line.key: line for line in lines}
    found = []
    for key in sorted(labels, key=lambda key: -known[key].messages if key in known else 0):
        line = known.get(key)
        found.append(
            Choice(
                value=f"{sort}-{key}",
                label=labels[key],
                messages=line.messages if line else 0,
                notices=line.notices if line else 0,
                since=said.moment(line.since) if line else "",
                is_stopped=f"{sort}-{key}" in stopped,
            )
        )
    return found


def _card(halt: Halt, number: int) -> Card:
    return Card(
        halt=halt,
        made_at=said.moment(halt.made_at),
        ended_at=said.moment(halt.ended_at) if halt.ended_at else "",
        waiting=number,
    )


def _stopped(request: HttpRequest, form: HaltForm) -> bool:
    """Whether it was stopped; else the form says why not."""
    what, why = form.cleaned_data["what"], form.cleaned_data["why"]
    try:
        halt = halts.stop(why=why, by=member(request), at=timezone.now(), **what)
    except halts.MissingReason as error:
        form.add_error("why", str(error))
        return False
    except halts.HaltError as error:
        form.add_error("what", str(error))
        return False
    under_way = waiting.under_way(halt).count()
    text = _(
        "Stopped: %(what)s. %(waiting)s messages wait and are not sent. %(calls)s were being "
        "handed over at this moment, and cannot be called back."
    )
    numbers = {"waiting": said.count(halt.waiting), "calls": said.count(under_way)}
    messages.warning(request, text % {"what": halt, **numbers})
    return True


@require_POST
def end(request: HttpRequest, halt_id: int, verb: str) -> HttpResponse:
    """Let it go on, or cancel what waits; with the reason."""
    if verb not in WAYS or not request.user.has_perm(CHANGE):
        raise Http404
    known: dict[str, Any] = {
        "halt": get_object_or_404(Halt, pk=halt_id),
        "why": request.POST.get("why", ""),
        "by": member(request),
        "at": timezone.now(),
    }
    try:
        if verb == "cancel":
            halts.cancel(nobody_rings="nobody_rings" in request.POST, **known)
        else:
            halts.go_on(**known)
    except halts.HaltError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, WAYS[verb])
    return redirect(LIST)
