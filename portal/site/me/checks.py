"""Whether a contact of the contract is still the holder's: yes, by a code that is sent there.

No is said by the button "This is not mine", which needs no code: it only takes away.
"""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from customers.models import ContactCheck, Right
from customers.services import contact_checks
from customers.services.typed_codes import Typed
from notifications.services import direct
from portal.sign_in.client import client_ip
from portal.site.me import letters
from portal.site.me.forms import CodeForm
from portal.site.me.people import Held, holder_at, person, posted


@require_POST
def send_code(request: HttpRequest, number: str, contact: int) -> HttpResponse:
    """Send a code to the contact that is asked about, and go on to typing it."""
    at = timezone.now()
    check = _open(holder_at(request, number, at=at, right=Right.CHANGE), contact)
    try:
        with transaction.atomic():
            code = contact_checks.new_code(check=check, at=at)
            if check.contact:
                letters.send_check(
                    contact=check.contact, code=code, from_ip=client_ip(request), at=at
                )
    except (contact_checks.TooManyCodes, direct.Refused):
        text = _("A code was sent there a moment ago, or too often. Use it, or try later.")
        messages.warning(request, text)
    return redirect("contract_contact_code", number, contact)


@require_http_methods(["GET", "POST"])
def type_code(request: HttpRequest, number: str, contact: int) -> HttpResponse:
    """Type the code: the contact counts as confirmed from now on."""
    at = timezone.now()
    found = holder_at(request, number, at=at, right=Right.CHANGE)
    check = _open(found, contact)
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid() and _is_right(request, check, form, at):
        messages.success(request, _("Thank you. We go on writing there."))
        return redirect("contract_contacts", number)
    context = {
        **found.at.context("contract_contacts", Right.CHANGE),
        "form": form,
        "contact": check.contact,
        "value": check.contact.masked if check.contact else "",
    }
    return render(request, "me/contact_code.html", context)


def _open(found: Held, contact: int) -> ContactCheck:
    """The question that waits for an answer.

    :raises Http404: none does, of this contact of this account
    """
    rows = ContactCheck.objects.open().filter(account=found.here.account, contact=contact)
    check = rows.select_related("contact").order_by("-pk").first()
    if check is None:
        raise Http404(_("There is no such page."))
    return check


def _is_right(request: HttpRequest, check: ContactCheck, form: CodeForm, at: datetime) -> bool:
    code = form.cleaned_data["code"]
    typed = contact_checks.confirm(check=check, code=code, by=person(request), at=at)
    if typed == Typed.WRONG:
        form.add_error("code", _("This is not the code. Check the digits and try again."))
    elif typed == Typed.DEAD:
        form.add_error("code", _("This code is not valid any more. Ask for a new one."))
    return typed == Typed.RIGHT
