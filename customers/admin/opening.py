"""An account opens to staff for a reason: asked once, kept with every look."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.forms import OpeningForm
from customers.models import Account, Look
from customers.services import looks

from .staff import member

if TYPE_CHECKING:
    Base = admin.ModelAdmin
else:
    Base = object

# A link may say what kind of work leads to an account; the person confirms it.
WHY = "why"


def question(request: HttpRequest, account: Account, *, page: str) -> HttpResponse | None:
    """What is asked where no reason stands; else None, and that ``page`` was seen is recorded."""
    now = timezone.now()
    standing = looks.standing(user=member(request), account=account, at=now)
    if standing is None:
        return _ask(request, account, _form(request, at=now))
    looks.go_on(standing=standing, page=page, at=now)
    return None


@require_POST
def open_account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Take the reason, and go on to the page that was asked for."""
    accounts = Account.objects.visible_to(request.user).select_related("unit")
    account = get_object_or_404(accounts, pk=account_id)
    form = OpeningForm(request.POST)
    if not form.is_valid():
        return _ask(request, account, form)
    looks.record(
        user=member(request),
        account=account,
        page="account",
        reason=form.cleaned_data["reason"],
        reference=form.cleaned_data["reference"],
        at=timezone.now(),
    )
    return redirect(_target(request, account, form.cleaned_data["next"]))


def _form(request: HttpRequest, *, at: datetime) -> OpeningForm:
    """The question with what is known already: by the link, or by the call that goes on."""
    initial: dict[str, str] = {"reason": Look.Reason.CALL}
    if request.GET.get(WHY) in Look.Reason.values:
        initial = {"reason": request.GET[WHY]}
    elif before := looks.current_call(user=member(request), at=at):
        initial = {"reason": before.reason, "reference": before.reference}
    goal = request.path if request.method == "GET" else ""
    return OpeningForm(initial={**initial, "next": goal})


def _ask(request: HttpRequest, account: Account, form: OpeningForm) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Why do you open this account?"),
        "account": account,
        "form": form,
    }
    return TemplateResponse(request, "admin/customers/account/open.html", context)


def _target(request: HttpRequest, account: Account, goal: str) -> str:
    """Back to a page of the desk, never to another site."""
    ours = url_has_allowed_host_and_scheme(goal, allowed_hosts=None)
    if ours and goal.startswith(reverse("admin:index")):
        return goal
    return reverse("admin:customers_account_change", args=[account.pk])


class OpenedAdmin(Base):
    """A table each row of which is about one account: a row opens as the account does."""

    def account_of(self, row: Any) -> Account | None:
        """Whom a row is about; None where it is about no account, so that no reason is asked."""
        account: Account | None = row.account
        return account

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **rest: Any) -> Any:
        # A POST that will be refused shows nothing.
        refused = request.method == "POST" and not self.has_change_permission(request)
        asked = None if refused else self._question(request, object_id)
        return asked or super().change_view(request, object_id, *args, **rest)

    def history_view(self, request: HttpRequest, object_id: str, *rest: Any, **more: Any) -> Any:
        asked = self._question(request, object_id)
        return asked or super().history_view(request, object_id, *rest, **more)

    def _question(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        if TO_FIELD_VAR in request.GET:
            # A row asked for by another column than its key would not be the row asked about.
            raise Http404
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_view_permission(request, row):
            return None
        account = self.account_of(row)
        page = f"{self.opts.model_name} {row.pk}"
        return question(request, account, page=page) if account else None
