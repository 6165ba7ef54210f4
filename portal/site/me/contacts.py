"""A new e-mail address or phone number: asked for, proven by a code, waited for, stopped."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from customers.models import Account, ContactChange, ContactCheck, ContactPoint, Right
from customers.services import contact_changes, contact_points
from customers.services.typed_codes import Typed
from notifications.services import direct
from portal.lib.periods import local_day
from portal.lib.said import moment
from portal.sign_in.client import client_ip
from portal.site.me import letters
from portal.site.me.forms import CodeForm, ContactForm
from portal.site.me.fresh import fresh
from portal.site.me.people import holder_at, person, posted

Kind = ContactChange.Kind
GET_POST = ["GET", "POST"]


@require_http_methods(GET_POST)
@fresh()
def change_email(request: HttpRequest) -> HttpResponse:
    """Ask for a new e-mail address of the login."""
    return _change_login(request, Kind.EMAIL)


@require_http_methods(GET_POST)
@fresh()
def change_phone(request: HttpRequest) -> HttpResponse:
    """Ask for a new phone number of the login."""
    return _change_login(request, Kind.PHONE)


def _change_login(request: HttpRequest, kind: str) -> HttpResponse:
    form = ContactForm(posted(request), kind=kind)
    if request.method == "POST" and form.is_valid() and (change := _asked(request, form)):
        return redirect("me_change", change.pk)
    user = person(request)
    context = {
        "form": form,
        "is_email": kind == Kind.EMAIL,
        "now": user.email if kind == Kind.EMAIL else user.phone,
        "held": _held_of(request, kind),
    }
    return render(request, "me/contact_form.html", context)


def _held_of(request: HttpRequest, kind: str) -> ContactChange | None:
    mine = ContactChange.objects.held().filter(user=person(request), account=None)
    return mine.filter(kind=kind).first()


@require_http_methods(["GET"])
def contract_contacts(request: HttpRequest, number: str) -> HttpResponse:
    """Where the contract is told, and the way to correct it."""
    at = timezone.now()
    found = holder_at(request, number, at=at, right=Right.CHANGE)
    account = found.here.account
    asked = {one.contact_id: one for one in ContactCheck.objects.open().filter(account=account)}
    context = {
        **found.at.context("contract_contacts", Right.CHANGE),
        "today": local_day(at),
        "contacts": [
            (contact, contact.masked, contact.kind in Kind.values, asked.get(contact.pk))
            for contact in contact_points.of_holder(account)
        ],
        "held": [
            (change, change.masked)
            for change in ContactChange.objects.held().filter(account=account).order_by("pk")
        ],
    }
    return render(request, "me/contract_contacts.html", context)


@require_http_methods(GET_POST)
@fresh(allow_get=True)
def change_contract(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Ask for a new contact of the contract, in place of an old one or beside it."""
    found = holder_at(request, number, at=timezone.now(), right=Right.CHANGE)
    account = found.here.account
    replaces = _replaced(request, account, kind)
    form = ContactForm(posted(request), kind=kind)
    is_asked = request.method == "POST" and form.is_valid()
    if is_asked and (change := _asked(request, form, account=account, replaces=replaces)):
        return redirect("me_change", change.pk)
    context = {
        **found.at.context("contract_contacts", Right.CHANGE),
        "form": form,
        "is_email": kind == Kind.EMAIL,
        "replaces": replaces,
        "now": replaces.masked if replaces else "",
    }
    return render(request, "me/contact_form.html", context)


def _replaced(request: HttpRequest, account: Account, kind: str) -> ContactPoint | None:
    """The contact to be replaced, named by its key in the form or the address."""
    key = request.POST.get("replaces") or request.GET.get("replaces") or ""
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    return contact_points.of_holder(account, kind=kind).filter(pk=int(key)).first()


def _asked(
    request: HttpRequest,
    form: ContactForm,
    *,
    account: Account | None = None,
    replaces: ContactPoint | None = None,
) -> ContactChange | None:
    """Begin the change and queue its code; None with the reason beside the field."""
    at = timezone.now()
    try:
        with transaction.atomic():
            asked = contact_changes.ask(
                user=person(request),
                kind=form.kind,
                value=form.cleaned_data["value"],
                account=account,
                replaces=replaces,
                at=at,
            )
            letters.send_code(
                change=asked.change, code=asked.code, from_ip=client_ip(request), at=at
            )
    except contact_changes.SameAsNow:
        form.add_error("value", _("This is what we know already."))
    except contact_changes.Waits:
        form.add_error("value", _("Another change still waits. Cancel it first."))
    except (contact_changes.TooMany, direct.Refused):
        form.add_error("value", _("Too many codes were sent. Please try again later."))
    except contact_changes.NotAllowed as error:
        raise Http404(_("There is no such page.")) from error
    else:
        return asked.change
    return None


@require_http_methods(GET_POST)
def change(request: HttpRequest, change: int) -> HttpResponse:
    """One change: type its code, or see when it takes effect."""
    found = _mine(request, change)
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        return _typed(request, found, form)
    return _shown(request, found, form)


def _mine(request: HttpRequest, key: int) -> ContactChange:
    mine = ContactChange.objects.filter(user=person(request)).select_related("account")
    return get_object_or_404(mine, pk=key)


def _shown(request: HttpRequest, found: ContactChange, form: CodeForm) -> HttpResponse:
    context = {"change": found, "form": form, "new": found.masked}
    return render(request, "me/change.html", context)


def _typed(request: HttpRequest, found: ContactChange, form: CodeForm) -> HttpResponse:
    typed = _prove(found, form.cleaned_data["code"], at=timezone.now())
    if typed == Typed.RIGHT:
        return redirect("me_change", found.pk)
    if typed == Typed.WRONG:
        form.add_error("code", _("This is not the code. Check the digits and try again."))
    else:
        form.add_error("code", _("This code is not valid any more. Ask for a new one."))
    return _shown(request, found, form)


def _prove(found: ContactChange, code: str, *, at: datetime) -> Typed:
    """Compare, and warn whoever has the old contact where it was right."""
    # One transaction: no change waits of which the old contact was not told.
    with transaction.atomic():
        proven = contact_changes.prove(change=found, code=code, at=at)
        if proven.typed == Typed.RIGHT:
            found.refresh_from_db()
            letters.warn_old(change=found, cancel_code=proven.cancel_code, at=at)
    return proven.typed


@require_POST
def cancel_change(request: HttpRequest, change: int) -> HttpResponse:
    """Stop a change of one's own before it takes effect."""
    if contact_changes.cancel(change=_mine(request, change), at=timezone.now()):
        messages.success(request, _("Stopped. Everything stays as it was."))
    else:
        messages.warning(request, _("There was nothing left to stop."))
    return redirect("me")


@require_POST
def not_mine(request: HttpRequest, number: str, contact: int) -> HttpResponse:
    """Stop writing to a contact that is somebody else's, at once."""
    at = timezone.now()
    account = holder_at(request, number, at=at, right=Right.CHANGE).here.account
    found = get_object_or_404(contact_points.of_holder(account), pk=contact)
    contact_points.disown(contact=found, by=person(request), at=at)
    messages.success(request, _("We do not write there any more: {contact}.").format(
        contact=found.masked
    ))  # fmt: skip
    return redirect("contract_contacts", number)


@login_not_required
@require_http_methods(GET_POST)
def stop_change(request: HttpRequest) -> HttpResponse:
    """Stop a change with the code that was sent to the old contact, without signing in."""
    form = CodeForm(posted(request))
    stopped = False
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        stopped = contact_changes.cancel_by_code(code=code, at=timezone.now())
        if not stopped:
            form.add_error("code", _("No change that still waits has this code."))
    return render(request, "me/stop_change.html", {"form": form, "stopped": stopped})


def held_words(change: ContactChange) -> str:
    """What waits, and until when."""
    text = _("%(kind)s %(new)s takes effect on %(when)s.")
    when = moment(change.holds_until) if change.holds_until else ""
    return text % {
        "kind": change.get_kind_display(),
        "new": change.masked,
        "when": when,
    }
