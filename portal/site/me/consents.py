"""What the holder of a contract has agreed to: one question a purpose, yes and no alike."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from customers.models import Account, Consent, Right
from customers.services import consents as service
from portal.site.me.people import holder_at, person

Purpose = Consent.Purpose
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Question:
    """One purpose as the list shows it."""

    label: str
    url: str
    given: Consent | None


@require_GET
def consents(request: HttpRequest, number: str) -> HttpResponse:
    """Each purpose with its answer, and everything that was ever answered."""
    found = holder_at(request, number, at=timezone.now())
    account = found.here.account
    given = {one.purpose: one for one in service.in_force(account)}
    context = {
        **found.at.context("address", Right.TOTALS),
        "questions": [
            Question(
                str(purpose.label), reverse(f"consent_{purpose}", args=[number]), given.get(purpose)
            )
            for purpose in Purpose
        ],
        "history": service.history(account),
    }
    return render(request, "me/consents.html", context)


@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, number: str, purpose: str) -> HttpResponse:
    """One purpose: read what is asked, answer yes or no, save."""
    found = holder_at(request, number, at=timezone.now())
    account, missing = found.here.account, False
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        if answer in (YES, NO):
            return _saved(request, account, purpose, answer)
        missing = True
    context = {
        **found.at.context("address", Right.TOTALS),
        "label": Purpose(purpose).label,
        "text": service.text(purpose=purpose),
        "given": service.in_force(account).filter(purpose=purpose).first(),
        "missing": missing,
    }
    return render(request, "me/consent.html", context)


def _saved(request: HttpRequest, account: Account, purpose: str, answer: str) -> HttpResponse:
    by, at = person(request), timezone.now()
    if answer == NO:
        service.withdraw(account=account, purpose=purpose, by=by, at=at)
        messages.success(request, _("Saved: you do not agree."))
        return redirect("consents", account.number)
    version = request.POST.get("version", "")
    try:
        service.give(account=account, purpose=purpose, version=version, by=by, at=at)
    except service.OldText:
        messages.warning(request, _("The text was changed meanwhile. Please read it again."))
        return redirect(f"consent_{purpose}", account.number)
    messages.success(request, _("Saved: you agree."))
    return redirect("consents", account.number)
