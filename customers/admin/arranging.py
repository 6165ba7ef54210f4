"""Recording an arrangement while the customer is on the line: one page a kind."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.forms import FORMS, AgreedForm
from customers.models import Account, Arrangement
from customers.services import arrangements
from portal.lib.periods import local_day
from portal.lib.phones import NotAPhone

from .opening import question
from .staff import member

VERBS: dict[str, Callable[..., Arrangement]] = {
    Arrangement.Kind.AUTO_DEBIT: arrangements.request_auto_debit,
    Arrangement.Kind.MONTH_END_READING: arrangements.request_month_end_reading,
    Arrangement.Kind.RELATIVE_CONTACT: arrangements.request_relative_contact,
    Arrangement.Kind.SMS_RETENTION: arrangements.request_sms_retention,
}


def arrange(request: HttpRequest, account_id: int, kind: str) -> HttpResponse:
    """The script with its questions; saved, it leads to what to read back."""
    if kind not in FORMS or not request.user.has_perm("customers.add_arrangement"):
        raise Http404
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=account_id)
    if asked := question(request, account, page="arrange"):
        return asked
    if there := account.arrangements.open().filter(kind=kind).first():
        messages.info(request, _("There is already one of this kind; this is it."))
        return redirect("admin:customers_arrangement_change", there.pk)
    now = timezone.now()
    form = FORMS[kind](request.POST or None, account=account, today=local_day(now))
    if form.is_valid() and (made := _save(form, request=request, at=now)):
        return redirect("admin:customers_arrangement_change", made.pk)
    return TemplateResponse(request, "admin/customers/account/arrange.html", _page(request, form))


def _save(form: AgreedForm, *, request: HttpRequest, at: datetime) -> Arrangement | None:
    """The recorded arrangement; None, and the reason in the form, where it is refused."""
    try:
        return VERBS[form.kind](
            account=form.account, terms=form.terms(), by=member(request), at=at, **form.details()
        )
    except (arrangements.ArrangementError, NotAPhone) as error:
        form.refuse(error)
        return None


def _page(request: HttpRequest, form: AgreedForm) -> dict[str, object]:
    return {
        **admin.site.each_context(request),
        "title": Arrangement.Kind(form.kind).label,
        "account": form.account,
        "form": form,
        "moves_reading_day": form.kind == Arrangement.Kind.MONTH_END_READING,
    }
