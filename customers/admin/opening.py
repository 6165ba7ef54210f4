"""Personal data open to staff for a reason: asked once, kept with every look."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from customers.forms import OpeningForm
from customers.models import Account, Case, DataRequest, Look, User
from customers.services import looks, work
from customers.services.looks import Subject
from portal.lib import spoken

from .staff import member

if TYPE_CHECKING:
    Base = admin.ModelAdmin
else:
    Base = object

# A link may say what kind of work leads to an account; the person confirms it.
WHY = "why"
# Whose work is to approve and review: a reason without the number of a call or case.
REVIEWING = ("customers.decide_arrangement", "billing.change_supplystop", "customers.view_look")
# Or which case: whoever has it in hand has said so by taking it.
CASE = "case"


@dataclass(frozen=True, slots=True)
class Door:
    """What the question is called, what its button says, and where the answer is sent."""

    title: Any
    button: Any
    route: str


ACCOUNT = Door(
    _("Why do you open this account?"), _("Open the account"), "admin:customers_account_open"
)
REQUEST = Door(
    _("Why do you open this request?"), _("Open the request"), "admin:customers_datarequest_open"
)
OF_CASE = Door(
    _("Why do you open this request?"), _("Open the request"), "admin:customers_case_open"
)
LOGIN = Door(_("Why do you open this login?"), _("Open the login"), "admin:customers_user_open")


def question(
    request: HttpRequest,
    subject: Subject,
    *,
    page: str,
    door: Door = ACCOUNT,
    case: Case | None = None,
    why: str = "",
) -> HttpResponse | None:
    """What is asked where no reason stands; else None, and that ``page`` was seen is recorded.

    :param case: what the page is about, or leads to; in the hands of who asks it is the reason
    :param why: the kind of work that the page is part of, filled in for whoever confirms it
    """
    now, user = timezone.now(), member(request)
    case = case or _case_named(request, subject)
    standing = looks.standing(user=user, subject=subject, at=now)
    if standing is not None:
        looks.go_on(standing=standing, page=page, at=now)
    elif case is not None and case.has_holder(at=now) and case.owner_id == user.pk:
        looks.record(
            user=user,
            subject=subject,
            page=page,
            reason=Look.Reason.CASE,
            reference=case.spoken_number,
            at=now,
        )
    else:
        if request.method == "POST":
            # The button came before the reason: who pressed it must not think that it was done.
            messages.warning(request, _("Nothing was done yet: say why, then press it again."))
        return _ask(request, subject, _form(request, case, why, at=now), door)
    return None


def _case_named(request: HttpRequest, subject: Subject) -> Case | None:
    """The case by which a link leads here: of this account, and one that who asks may see."""
    number = spoken.read(request.GET.get(CASE, ""))
    if not number or isinstance(subject, User):
        return None
    return Case.objects.visible_to(request.user).filter(number=number, account=subject).first()


@require_POST
def open_account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Take the reason, and go on to the page that was asked for."""
    accounts = Account.objects.visible_to(request.user).select_related("unit")
    account = get_object_or_404(accounts, pk=account_id)
    home = reverse("admin:customers_account_change", args=[account.pk])
    return _opened(request, account, page="account", home=home, door=ACCOUNT)


@require_POST
def open_request(request: HttpRequest, user_id: int) -> HttpResponse:
    """Take the reason for what a login asked that is about no account, and go on to it."""
    asked = DataRequest.objects.visible_to(request.user).filter(account=None, user=user_id)
    if not member(request).has_perm("customers.view_datarequest") or not asked.exists():
        raise Http404
    home = reverse("admin:customers_datarequest_changelist")
    user = User.objects.get(pk=user_id)
    return _opened(request, user, page="datarequest", home=home, door=REQUEST)


@require_POST
def open_case(request: HttpRequest, user_id: int) -> HttpResponse:
    """Take the reason for a case of a login that is about no account, and go on to it."""
    asked = Case.objects.visible_to(request.user).filter(account=None, asked_by=user_id)
    if not asked.exists():
        raise Http404
    home = reverse("admin:customers_case_changelist")
    user = User.objects.get(pk=user_id)
    return _opened(request, user, page="case", home=home, door=OF_CASE)


@require_POST
def open_login(request: HttpRequest, user_id: int) -> HttpResponse:
    """Take the reason for opening a customer's login, and go on to it."""
    if not member(request).has_perm("customers.view_user"):
        raise Http404
    customers = User.objects.visible_to(request.user).filter(is_staff=False)
    user = get_object_or_404(customers, pk=user_id)
    home = reverse("admin:customers_user_change", args=[user.pk])
    return _opened(request, user, page="user", home=home, door=LOGIN)


def _opened(
    request: HttpRequest, subject: Subject, *, page: str, home: str, door: Door
) -> HttpResponse:
    listed = not isinstance(subject, User) and work.is_listed(subject)
    form = OpeningForm(request.POST, reviews=_reviews(request), listed=listed)
    if not form.is_valid():
        return _ask(request, subject, form, door)
    looks.record(
        user=member(request),
        subject=subject,
        page=page,
        reason=form.cleaned_data["reason"],
        reference=form.cleaned_data["reference"],
        at=timezone.now(),
    )
    return redirect(_target(request, form.cleaned_data["next"], home=home))


def _form(request: HttpRequest, case: Case | None, why: str, *, at: datetime) -> OpeningForm:
    """The question with what is known already: by case or link, or by the call that goes on."""
    initial: dict[str, str] = {"reason": Look.Reason.CALL}
    if case is not None:
        initial = {"reason": Look.Reason.CASE, "reference": case.spoken_number}
    elif (named := request.GET.get(WHY, why)) in Look.Reason.values:
        initial = {"reason": named}
    elif before := looks.current_call(user=member(request), at=at):
        initial = {"reason": before.reason, "reference": before.reference}
    goal = request.path if request.method == "GET" else ""
    return OpeningForm(initial={**initial, "next": goal}, reviews=_reviews(request), listed=False)


def _reviews(request: HttpRequest) -> bool:
    return any(map(member(request).has_perm, REVIEWING))


def _ask(request: HttpRequest, subject: Subject, form: OpeningForm, door: Door) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": door.title,
        "button": door.button,
        "account": None if isinstance(subject, User) else subject,
        "key": subject.pk,
        "action": reverse(door.route, args=[subject.pk]),
        "form": form,
    }
    return TemplateResponse(request, "admin/customers/account/open.html", context)


def _target(request: HttpRequest, goal: str, *, home: str) -> str:
    """Back to a page of the desk, never to another site."""
    ours = url_has_allowed_host_and_scheme(goal, allowed_hosts=None)
    if ours and goal.startswith(reverse("admin:index")):
        return goal
    return home


class OpenedAdmin(Base):
    """A table each row of which is about somebody: a row opens for a reason, as an account does."""

    def subject_of(self, row: Any) -> Subject | None:
        """Whom a row is about; None where no customer is, and so nothing is asked."""
        account: Account = row.account
        return account

    def door_of(self, subject: Subject) -> Door:
        """How the question about ``subject`` is put."""
        return REQUEST if isinstance(subject, User) else ACCOUNT

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
        subject = self.subject_of(row)
        if subject is None:
            return None
        page = f"{self.opts.model_name} {row.pk}"
        return question(request, subject, page=page, door=self.door_of(subject))
