"""Telling by phone whom no channel reached: the words to read aloud, and that they were read."""

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.admin import needs
from customers.admin.opening import question
from customers.admin.staff import member
from customers.models import Account
from customers.services import looks
from notifications.forms import TellingForm
from notifications.inbox import letters
from notifications.services import tellings
from notifications.values import with_facts

ADD = "notifications.add_telling"
PAGE = "telling"


@require_http_methods(["GET", "POST"])
def tell(request: HttpRequest, account_id: int) -> HttpResponse:
    """What waits to be told to an account, word by word; recorded, it is proof."""
    if not request.user.has_perm(ADD):
        raise Http404
    accounts = Account.objects.visible_to(request.user).select_related("unit")
    account = get_object_or_404(accounts, pk=account_id)
    if asked := question(request, account, page=PAGE):
        return asked
    waiting = with_facts(tellings.to_tell(account, at=timezone.now()))
    form = TellingForm(
        request.POST or None,
        letters=letters(waiting, at=timezone.now()),
        relative=tellings.has_relative(account, at=timezone.now()),
    )
    if request.method == "POST" and form.is_valid() and _recorded(request, account, form):
        return redirect("admin:customers_account_change", account.pk)
    context = {
        **admin.site.each_context(request),
        "title": _("Tell them now"),
        "account": account,
        "needs": needs.shown(request, account),
        "form": form,
    }
    return TemplateResponse(request, "admin/notifications/notice/tell.html", context)


def _recorded(request: HttpRequest, account: Account, form: TellingForm) -> bool:
    by, at = member(request), timezone.now()
    standing = looks.standing(user=by, subject=account, at=at)
    try:
        made = tellings.record(
            account=account,
            notices=form.read_aloud(),
            told=form.cleaned_data["told"],
            reference=standing.reference if standing else "",
            by=by,
            at=at,
        )
    except tellings.TellingError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Recorded as told: %(count)d.") % {"count": len(made)})
    return True
