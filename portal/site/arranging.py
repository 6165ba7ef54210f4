"""Recording an arrangement while the customer is on the line: one page a kind.

Asked, read aloud, shown what will change, and only then recorded: what is recorded is what was
shown. The page needs the rates and the notices too, and so it stands here.
"""

from collections.abc import Callable
from datetime import datetime

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.admin import needs
from customers.admin.opening import question
from customers.admin.staff import member
from customers.forms import FORMS, AgreedForm
from customers.models import Account, Arrangement, ConsentText
from customers.services import arrangements, looks
from customers.words import colleagues
from portal.lib.periods import local_day
from portal.lib.phones import NotAPhone
from portal.site import arranging_figures, foreseen
from portal.site.foreseen_words import Coming, coming

Kind = Arrangement.Kind
VERBS: dict[str, Callable[..., Arrangement]] = {
    Kind.AUTO_DEBIT: arrangements.request_auto_debit,
    Kind.MONTH_END_READING: arrangements.request_month_end_reading,
    Kind.RELATIVE_CONTACT: arrangements.request_relative_contact,
    Kind.SMS_RETENTION: arrangements.request_sms_retention,
}


def arrange(request: HttpRequest, account_id: int, kind: str) -> HttpResponse:
    """The script with its questions; what would change; recorded, it leads to what to read back."""
    if kind not in FORMS or not request.user.has_perm("customers.add_arrangement"):
        raise Http404
    accounts = Account.objects.visible_to(request.user).select_related("unit")
    account = get_object_or_404(accounts, pk=account_id)
    if asked := question(request, account, page="arrange"):
        return asked
    if there := account.arrangements.open().filter(kind=kind).first():
        messages.info(request, _("There is already one of this kind; this is it."))
        return redirect("admin:customers_arrangement_change", there.pk)
    now = timezone.now()
    today = local_day(now)
    text = ConsentText.objects.in_force(kind=kind, on=today)
    known = _known(request, account, at=now)
    form = FORMS[kind](request.POST or None, initial=known, account=account, today=today, text=text)
    after = None
    if form.is_valid():
        if request.POST.get("shown") == form.fingerprint():
            if made := _save(form, request=request, at=now):
                return redirect("admin:customers_arrangement_change", made.pk)
        else:
            after = _after(form, request=request, at=now)
    return TemplateResponse(request, "desk/arrange.html", _page(request, form, after, at=now))


def _known(request: HttpRequest, account: Account, *, at: datetime) -> dict[str, str]:
    """How they talk to each other, and the number, by the reason that was given just now."""
    found = looks.conversation(user=member(request), subject=account, at=at)
    return {"said_via": found["via"], "reference": found["reference"]} if found else {}


def _save(form: AgreedForm, *, request: HttpRequest, at: datetime) -> Arrangement | None:
    """The recorded arrangement; None, and the reason in the form, where it is refused."""
    known = {"account": form.account, "terms": form.terms(), "by": member(request), "at": at}
    try:
        with transaction.atomic():
            # Held until it is recorded: nobody changes them between the look and the row.
            account = arrangements.lock(form.account.pk)
            state = request.POST.get("seen", "")
            arrangements.refuse_changed(account=account, state=state)
            return VERBS[form.kind](**known, **form.details())
    except (arrangements.ArrangementError, NotAPhone) as error:
        form.refuse(error)
        return None


def _after(form: AgreedForm, *, request: HttpRequest, at: datetime) -> list[Coming] | None:
    """What would be told next; None, and the reason in the form, where it would be refused."""
    try:
        if "seen" in request.POST:
            arrangements.refuse_changed(account=form.account, state=request.POST["seen"])
        found = foreseen.with_arrangement(
            VERBS[form.kind],
            account=form.account,
            terms=form.terms(),
            details=form.details(),
            by=member(request),
            at=at,
        )
    except (arrangements.ArrangementError, NotAPhone) as error:
        form.refuse(error)
        return None
    return coming(found)


def _page(
    request: HttpRequest, form: AgreedForm, after: list[Coming] | None, *, at: datetime
) -> dict[str, object]:
    others = looks.others_lately(user=member(request), account=form.account, at=at)
    return {
        **admin.site.each_context(request),
        "title": Kind(form.kind).label,
        "seen": arrangements.state_of(form.account),
        "colleagues": colleagues(others),
        "needs": needs.shown(request, form.account),
        "account": form.account,
        "form": form,
        "consent": form.text,
        "figures": arranging_figures.of(form, at=at),
        "before": coming(foreseen.as_things_are(form.account, at=at)),
        "after": after,
        "shown": form.fingerprint() if after is not None else "",
    }
