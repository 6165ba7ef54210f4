"""Pages of the desk about the words of notices."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST, require_safe

from customers.admin.opening import question
from customers.admin.staff import member
from notifications import values
from notifications.models import Notice, WordingChange
from notifications.services import wording_changes, wordings
from notifications.wording import mail
from notifications.wording.form import WordingForm
from notifications.wording.shipped import Slot, slots
from portal.lib.periods import local_day, start_of

from . import wording_preview as preview

VIEW, WRITE, DECIDE = (f"notifications.{verb}_wordingchange" for verb in ("view", "add", "decide"))
ACTS: dict[str, tuple[str, Callable[..., WordingChange], Any]] = {
    "approve": (DECIDE, wording_changes.approve, gettext_lazy("Approved.")),
    "refuse": (
        DECIDE,
        wording_changes.refuse,
        gettext_lazy("Refused: the words stay."),
    ),
    "take-back": (
        WRITE,
        wording_changes.take_back,
        gettext_lazy("Taken back: the words before are sent from now on."),
    ),
}


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every kind with its channels and languages, and what waits for a decision."""
    _need(request, VIEW)
    context = {
        "title": _("Words of notices"),
        "kinds": preview.by_kind(at=timezone.now()),
        "waiting": WordingChange.objects.waiting().select_related("made_by").newest_first(),
    }
    return _page(request, "overview", context)


@require_GET
def show(request: HttpRequest, kind: str, channel: str, language: str) -> HttpResponse:
    """The words in use, filled with a made-up notice, and how they changed."""
    _need(request, VIEW)
    return _show(request, _slot(kind, channel, language))


@require_safe
def show_with(
    request: HttpRequest, kind: str, channel: str, language: str, notice_id: int
) -> HttpResponse:
    """The same, filled with a real notice; its account opens for a reason."""
    _need(request, VIEW)
    slot = _slot(kind, channel, language)
    notice = _notice(request, slot, notice_id)
    asked = question(request, notice.account, page=f"notice {notice.pk}")
    return asked or _show(request, slot, notice=notice)


def _show(request: HttpRequest, slot: Slot, notice: Notice | None = None) -> HttpResponse:
    wording = wordings.wording(slot, wordings.changed(channel=slot.channel, at=timezone.now()))
    context = {
        "title": preview.title(slot),
        "slot": slot,
        "wording": wording,
        "previews": preview.previews(wording, notice=notice),
        "findings": preview.findings(wording),
        "names": preview.names(slot),
        "changes": WordingChange.objects.of(slot)
        .select_related("made_by", "decided_by", "ended_by")
        .newest_first()[:20],
        "recent": preview.recent(slot, user=request.user),
        "notice": notice,
        "may_write": request.user.has_perm(WRITE),
    }
    return _page(request, "slot", context)


def write(request: HttpRequest, kind: str, channel: str, language: str) -> HttpResponse:
    """New words: looked at as often as one likes, then handed to a second person."""
    _need(request, WRITE)
    slot, now = _slot(kind, channel, language), timezone.now()
    current = wordings.wording(slot, wordings.changed(channel=slot.channel, at=now))
    form = WordingForm(
        request.POST or None,
        slot=slot,
        today=local_day(now),
        initial={
            "subject": current.subject,
            "text": mail.without_foot(current.text),
            "starts_on": local_day(now) + timedelta(days=1),
        },
    )
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        typed = {"subject": form.cleaned_data.get("subject", ""), "text": form.cleaned_data["text"]}
        if "preview" not in request.POST and (made := _write(request, slot, form, typed)):
            return redirect("admin:notifications_wordingchange_change", made.pk)
        subject, text = wording_changes.tidied(slot, **typed)
        context = preview.of_typed(slot, subject=subject, text=text)
    title = _("Change: %(words)s") % {"words": preview.title(slot)}
    context |= {"title": title, "slot": slot, "form": form, "names": preview.names(slot)}
    return _page(request, "write", context)


def _write(
    request: HttpRequest, slot: Slot, form: WordingForm, typed: dict[str, str]
) -> WordingChange | None:
    """The proposal; None, and in the form what to mend, where it is refused."""
    try:
        return wording_changes.write(
            slot=slot,
            **typed,
            why=form.cleaned_data["why"],
            starts_at=start_of(form.cleaned_data["starts_on"]),
            by=member(request),
            at=timezone.now(),
        )
    except wording_changes.Wrong as error:
        for words in error.mend:
            form.add_error("text", words)
    except wording_changes.WordingError as error:
        form.add_error(None, str(error))
    return None


@require_safe
def show_change(request: HttpRequest, change_id: int, notice: Notice | None = None) -> HttpResponse:
    """One proposal beside the words in use, with what may be done about it."""
    _need(request, VIEW)
    change = _change(change_id)
    before = wordings.wording(
        change.slot, wordings.changed(channel=change.channel, at=timezone.now())
    )
    after = wordings.written(change.slot, subject=change.subject, text=change.text)
    waits, own = change.state == WordingChange.State.WAITING, change.made_by_id == request.user.pk
    may_decide = waits and not own and request.user.has_perm(DECIDE)
    in_force = change.state == WordingChange.State.APPROVED
    context = {
        "title": preview.title(change.slot),
        "change": change,
        "slot": change.slot,
        "before": preview.previews(before, notice=notice),
        "after": preview.previews(after, notice=notice),
        "findings": preview.findings(after),
        "recent": preview.recent(change.slot, user=request.user),
        "notice": notice,
        "may_decide": may_decide,
        "own_waits": waits and own,
        "may_take_back": (in_force or waits) and request.user.has_perm(WRITE),
        "in_force": in_force,
    }
    return _page(request, "change", context)


@require_safe
def show_change_with(request: HttpRequest, change_id: int, notice_id: int) -> HttpResponse:
    """The same, filled with a real notice; its account opens for a reason."""
    _need(request, VIEW)
    notice = _notice(request, _change(change_id).slot, notice_id)
    asked = question(request, notice.account, page=f"notice {notice.pk}")
    return asked or show_change(request, change_id, notice)


@require_POST
def act(request: HttpRequest, change_id: int, verb: str) -> HttpResponse:
    """Approve, refuse or take back; then back to the words."""
    permission, service, done = ACTS.get(verb, ("", None, ""))
    if service is None or not request.user.has_perm(permission):
        raise Http404
    change = _change(change_id)
    try:
        service(change=change, by=member(request), at=timezone.now())
    except wording_changes.Wrong as error:
        messages.error(request, " ".join(error.mend))
    except wording_changes.WordingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("admin:notifications_wordingchange_change", change.pk)


def _need(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise Http404


def _slot(kind: str, channel: str, language: str) -> Slot:
    asked = Slot(kind, channel, language)
    if asked not in set(slots()):
        raise Http404
    return asked


def _change(change_id: int) -> WordingChange:
    related = WordingChange.objects.select_related("made_by", "decided_by", "ended_by")
    return get_object_or_404(related, pk=change_id)


def _notice(request: HttpRequest, slot: Slot, notice_id: int) -> Notice:
    notices = Notice.objects.visible_to(request.user).filter(kind=slot.kind)
    return get_object_or_404(values.with_facts(notices), pk=notice_id)


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    template = f"admin/notifications/wordingchange/{name}.html"
    frame = {**admin.site.each_context(request), "opts": WordingChange._meta}
    return TemplateResponse(request, template, frame | context)
