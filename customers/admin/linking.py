"""Linking at the desk: a check of somebody on the phone or at the counter, letters, alarms."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from customers.forms.linking import CheckForm, LetterForm
from customers.models import Account, LinkCheck, LinkFreeze, LinkRequest
from customers.services import linking
from portal.lib.desk import ShownAdmin

from . import needs
from .opening import question
from .staff import member

CHECK, WRITE = "customers.add_linkcheck", "customers.add_lettercode"
DONE: dict[str, Any] = {
    LinkCheck.Result.PASSED: gettext_lazy("Checked: the address is linked."),
    LinkCheck.Result.FAILED: gettext_lazy("Recorded: the request is refused."),
    LinkCheck.Result.INFORMATION: gettext_lazy("Recorded. Give general information only."),
}


@admin.register(LinkRequest)
class LinkRequestAdmin(ShownAdmin):
    """No list: a colleague sees no request but the one whose code the caller reads aloud."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("at/<int:account_id>/", wrap(check), name="customers_linkrequest_at"),
            path("at/<int:account_id>/letter/", wrap(letter), name="customers_linkrequest_letter"),
        ]
        return [*own, *super().get_urls()]


def check(request: HttpRequest, account_id: int) -> HttpResponse:
    """The questions to ask, and what came of them."""
    account = _account(request, account_id, permission=CHECK)
    if asked := question(request, account, page="linking"):
        return asked
    waiting = LinkRequest.objects.waiting_at(account, at=timezone.now())
    form = CheckForm(request.POST or None, waiting=waiting)
    if form.is_valid() and (done := _record(request, form)):
        messages.success(request, str(DONE[done.result]))
        return redirect("admin:customers_account_change", account.pk)
    return TemplateResponse(
        request, "admin/customers/linkrequest/check.html", _page(request, account, form=form)
    )


def _record(request: HttpRequest, form: CheckForm) -> LinkCheck | None:
    """The recorded check; None, and the reason in the form, where it is refused."""
    said = form.cleaned_data
    try:
        return linking.record_check(
            request=said["request_code"],
            by=member(request),
            asked=said["asked"],
            result=said["result"],
            reference=said["reference"],
            at=timezone.now(),
        )
    except linking.LinkingError as error:
        form.refuse(error)
        return None


@sensitive_variables("code")
@require_POST
def letter(request: HttpRequest, account_id: int) -> HttpResponse:
    """The letter to print, with its code: on this answer only, and never again."""
    account = _account(request, account_id, permission=WRITE)
    if question(request, account, page="linking"):
        return redirect("admin:customers_linkrequest_at", account.pk)
    form = LetterForm(request.POST, account=account)
    if not form.is_valid():
        return _asked_again(request, account, form)
    try:
        written, code = linking.issue_letter(
            account=account,
            by=member(request),
            reference=form.cleaned_data["letter_reference"],
            at=timezone.now(),
        )
    except linking.NoLetters as error:
        form.add_error(None, str(error))
        return _asked_again(request, account, form)
    page = {
        "account": account,
        "letter": written,
        "code": code,
        "site": settings.SITE_URL,
        "is_large": linking.in_large_print(account),
    }
    return TemplateResponse(request, "admin/customers/linkrequest/letter.html", page)


def _asked_again(request: HttpRequest, account: Account, form: LetterForm) -> HttpResponse:
    page = _page(request, account, letter_form=form)
    return TemplateResponse(request, "admin/customers/linkrequest/check.html", page)


def _account(request: HttpRequest, account_id: int, *, permission: str) -> Account:
    if not request.user.has_perm(permission):
        raise Http404
    accounts = Account.objects.visible_to(request.user).select_related("unit")
    return get_object_or_404(accounts, pk=account_id)


def _page(
    request: HttpRequest,
    account: Account,
    *,
    form: CheckForm | None = None,
    letter_form: LetterForm | None = None,
) -> dict[str, object]:
    none_waits = LinkRequest.objects.none()
    return {
        **admin.site.each_context(request),
        "title": _("Link this address to a login"),
        "account": account,
        "form": form or CheckForm(waiting=none_waits),
        "letter_form": letter_form or LetterForm(account=account),
        "may_write": request.user.has_perm(WRITE),
        "needs": needs.shown(request, account),
        "no_letters": "" if linking.takes_letters(account) else str(linking.NoLetters()),
    }


@admin.register(LinkFreeze)
class LinkFreezeAdmin(ShownAdmin):
    """Alarms about guessing. Over by themselves after a day; a supervisor may lift one sooner."""

    list_display = ["kind", "user", "created_at", "ends_at", "lifted_at", "lifted_by"]
    list_select_related = ["user", "lifted_by"]
    list_filter = ["kind"]
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ["created_at"]
    ordering = ["-created_at", "-pk"]
    actions = ["lift"]

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("customers.change_linkfreeze")

    @admin.action(
        description=gettext_lazy("Let the chosen logins link again"), permissions=["lift"]
    )
    def lift(self, request: HttpRequest, queryset: QuerySet[LinkFreeze]) -> None:
        lifted = 0
        for freeze in queryset.filter(lifted_at=None):
            try:
                linking.lift(freeze=freeze, by=member(request), at=timezone.now())
                lifted += 1
            except linking.NotAllowed:
                messages.error(request, _("Another person has to lift what concerns you."))
        text = ngettext("%(count)d alarm lifted.", "%(count)d alarms lifted.", lifted)
        messages.success(request, text % {"count": lifted})
