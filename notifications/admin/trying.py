"""A changed policy or an end of SMS, tried on the notices of the last 30 days; nothing is sent."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from customers.admin.staff import member
from customers.models import OperatingUnit
from notifications import tasks
from notifications.forms import DryRunForm
from notifications.models import Channel, PolicyTrial
from notifications.queries import AGES, ELDERLY
from notifications.services import trials
from notifications.services.dry_run import NOTHING, Found, Group
from portal.lib import files_out, said
from portal.lib.files_out import Form
from portal.lib.money import dong
from portal.lib.periods import local_day

MAY = "notifications.view_kindpolicy"
# Seconds.
LOOK_AGAIN = "5"
WAYS: dict[str, Any] = {
    **{channel.value: channel.label for channel in Channel},
    Channel.INBOX.value: gettext_lazy("only the inbox"),
    NOTHING: gettext_lazy("nothing: somebody must ring"),
}


@require_http_methods(["GET", "POST"])
def try_policy(request: HttpRequest) -> HttpResponse:
    """The questions; once they are answered, a trial that is worked out in the background."""
    _may(request)
    now = timezone.now()
    form = DryRunForm(request.POST or None, today=local_day(now))
    if request.method == "POST" and form.is_valid():
        trial = _asked(request, form, now)
        if trial is not None:
            return redirect("admin:notifications_kindpolicy_trial", trial.pk)
    return _page(request, form)


def _asked(request: HttpRequest, form: DryRunForm, at: datetime) -> PolicyTrial | None:
    """The trial that was begun; else the form says why none was."""
    by = member(request)
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    try:
        # Whoever works for one company asks about its customers.
        trial = trials.ask(change=form.change(), form=typed.urlencode(), by=by, at=at, unit=by.unit)
    except trials.Busy as error:
        form.add_error(None, str(error))
        return None
    ring_for_trials()
    return trial


def ring_for_trials() -> None:
    """Have what was asked worked out; without a broker the clock finds it."""
    transaction.on_commit(lambda: tasks.try_policies.apply_async(retry=False), robust=True)


@require_GET
def show_trial(request: HttpRequest, trial_id: int) -> HttpResponseBase:
    """What the change would have meant; while that is worked out, the page looks again by itself.

    Whoever asked sees it, for a day.
    """
    _may(request)
    rows = PolicyTrial.objects.visible_to(request.user)
    trial = get_object_or_404(rows.filter(asked_at__gt=timezone.now() - trials.KEPT), pk=trial_id)
    found = trials.answer(trial)
    if found and request.GET.get("as") == "csv":
        return _csv(found)
    form = DryRunForm(QueryDict(trial.form), today=local_day(trial.asked_at))
    page = _page(request, form, {"trial": trial, **(_shown(found) if found else {})})
    if trial.state == PolicyTrial.State.OPEN:
        page["Refresh"] = LOOK_AGAIN
    return page


def _may(request: HttpRequest) -> None:
    if not request.user.has_perm(MAY):
        raise PermissionDenied


def _page(
    request: HttpRequest, form: DryRunForm, more: Mapping[str, Any] | None = None
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Try a policy on last month"),
        "form": form,
        **(more or {}),
    }
    return TemplateResponse(request, "admin/notifications/kindpolicy/try.html", context)


def _shown(found: Found) -> dict[str, Any]:
    units = _companies()
    changed = [group for group in found.groups if group.is_moved]
    lost = [group for group in found.groups if group.is_lost]
    return {
        "found": found,
        "sentences": _sentences(found),
        "moves": _summed(changed, lambda g: f"{WAYS[g.before]} → {WAYS[g.after]}"),
        "lost_by_company": _summed(lost, lambda g: units[g.unit]),
        "lost_by_age": _summed(lost, lambda g: str(AGES[g.age])),
        "costs": _costs(found, units),
        "peaks": [{"channel": Channel(peak.channel).label, "peak": peak} for peak in found.peaks],
    }


def _sentences(found: Found) -> list[str]:
    values = {
        "since": said.day(found.since),
        "until": said.day(found.until),
        "notices": said.count(found.notices),
        "moved": said.count(found.moved),
        "lost": said.count(found.lost),
        "elderly": said.count(found.lost_elderly),
        "before": dong(sum(group.cost_before for group in found.groups)),
        "after": dong(sum(group.cost_after for group in found.groups)),
        "most_before": dong(sum(group.most_before for group in found.groups)),
        "most_after": dong(sum(group.most_after for group in found.groups)),
        "quiet_before": said.count(found.quiet[0]),
        "quiet_after": said.count(found.quiet[1]),
    }
    return [
        _("%(notices)s notices were planned from %(since)s to %(until)s.") % values,
        _("%(moved)s of them would go another way first.") % values,
        _("%(lost)s would lose the only way that works, %(elderly)s to people of 60 or more.")
        % values,
        _("First messages cost %(before)s as it is, and would cost %(after)s.") % values,
        _("If none were ever confirmed: %(most_before)s as it is, %(most_after)s then.") % values,
        _(
            "%(quiet_before)s first messages wait for the end of the quiet hours as it is, "
            "%(quiet_after)s then."
        )
        % values,
    ]


def _summed(groups: Iterable[Group], label: Callable[[Group], str]) -> list[dict[str, Any]]:
    """How many of whom, the most first; those of 60 or more apart."""
    lines: dict[str, list[int]] = {}
    for group in groups:
        line = lines.setdefault(label(group), [0, 0])
        line[0] += group.notices
        line[1] += group.notices if group.age in ELDERLY else 0
    ordered = sorted(lines.items(), key=lambda item: (-item[1][0], item[0]))
    return [{"label": name, "notices": n, "elderly": elderly} for name, (n, elderly) in ordered]


def _costs(found: Found, units: dict[int, str]) -> list[dict[str, Any]]:
    """What each company's first messages cost, before and after."""
    sums: dict[int, list[int]] = {}
    for group in found.groups:
        line = sums.setdefault(group.unit, [0, 0, 0])
        line[0] += group.notices
        line[1] += group.cost_before
        line[2] += group.cost_after
    return [
        {"label": units[unit], "notices": n, "before": dong(before), "after": dong(after)}
        for unit, (n, before, after) in sums.items()
    ]


def _companies() -> dict[int, str]:
    return dict(OperatingUnit.objects.in_order().values_list("pk", "name"))


def _csv(found: Found) -> StreamingHttpResponse:
    """Every group, one a line, for a spreadsheet; it names nobody."""
    units = _companies()
    headings = [
        _("company"), _("age"), _("first way before"), _("first way after"), _("notices"),
        _("cost before"), _("cost after"), _("at most before"), _("at most after"),
    ]  # fmt: skip
    rows = (
        [units[group.unit], str(AGES[group.age]), str(WAYS[group.before]), str(WAYS[group.after]),
         *group[4:]]
        for group in found.groups
    )  # fmt: skip
    return files_out.answer(Form.CSV, name="policy-dry-run", headings=headings, lines=rows)
