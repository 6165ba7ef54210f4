"""An arrangement confirmed again, or ended, with what is left shown before it is saved."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.forms import EndForm, RenewForm
from customers.models import Arrangement
from customers.services import arrangements
from customers.words import facts
from portal.lib.periods import local_day

from .opening import question
from .staff import member

CHANGE = "customers.change_arrangement"


def renew(request: HttpRequest, arrangement_id: int) -> HttpResponse:
    """Who said that it goes on; saved, it leads back to the arrangement."""
    found = _found(request, arrangement_id)
    if asked := question(request, found.account, page=f"arrangement {found.pk}"):
        return asked
    now = timezone.now()
    form = RenewForm(request.POST or None, arrangement=found, today=local_day(now))
    if form.is_valid() and _renewed(form, found, request=request, at=now):
        messages.success(request, _("Confirmed again: it goes on."))
        return redirect("admin:customers_arrangement_change", found.pk)
    said = [_("“Do you still need it as it was agreed?” Read out what stands below.")]
    page = {"form": form, "title": _("Confirm it again"), "said": said, "submit": _("It goes on")}
    return _page(request, found, page)


def _renewed(
    form: RenewForm, found: Arrangement, *, request: HttpRequest, at: datetime
) -> Arrangement | None:
    try:
        return arrangements.renew(
            arrangement=found,
            reviewed_on=form.cleaned_data["reviewed_on"],
            word=form.word(),
            by=member(request),
            at=at,
        )
    except arrangements.ArrangementError as error:
        form.refuse(error)
        return None


def end(request: HttpRequest, arrangement_id: int) -> HttpResponse:
    """Why it ends, and who could still be told without it, before the button."""
    found = _found(request, arrangement_id)
    if asked := question(request, found.account, page=f"arrangement {found.pk}"):
        return asked
    now = timezone.now()
    form = EndForm(request.POST or None)
    if form.is_valid() and _ended(form, found, request=request, at=now):
        messages.success(request, _("Ended from today on."))
        return redirect("admin:customers_arrangement_change", found.pk)
    left = arrangements.left_without(found, day=local_day(now))
    page = {
        "form": form,
        "title": _("End it"),
        "said": [_("Ended, it holds no more from today on.")],
        "left": left,
        "gap": not left,
        "submit": _("End it"),
        "danger": True,
    }
    return _page(request, found, page)


def _ended(
    form: EndForm, found: Arrangement, *, request: HttpRequest, at: datetime
) -> Arrangement | None:
    try:
        return arrangements.end(
            arrangement=found, why=form.cleaned_data["why"], by=member(request), at=at
        )
    except arrangements.ArrangementError as error:
        form.refuse(error)
        return None


def _found(request: HttpRequest, arrangement_id: int) -> Arrangement:
    if not request.user.has_perm(CHANGE):
        raise Http404
    rows = Arrangement.objects.visible_to(request.user).with_terms()
    return get_object_or_404(rows, pk=arrangement_id)


def _page(request: HttpRequest, found: Arrangement, page: dict[str, Any]) -> HttpResponse:
    shown = {"arrangement": found, "facts": facts(found), **page}
    context = {**admin.site.each_context(request), **shown}
    return TemplateResponse(request, "admin/customers/arrangement/settle.html", context)
