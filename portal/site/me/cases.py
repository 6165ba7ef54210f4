"""What a person asks of the company: written here, followed to its end, answered, closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers import case_words
from customers.models import Case, CaseKind, Right, User
from customers.queries import Place, places
from customers.services import cases as service
from portal.lib import spoken
from portal.lib.said import moment
from portal.site.me.people import person, posted

SHOWN = 50
NONE = "none"
MOST = 1000


class AskForm(forms.Form):
    """What it is about, which address, and the words."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it about?"), choices=CaseKind, widget=forms.RadioSelect
    )
    account = forms.ChoiceField(label=gettext_lazy("About which address?"))
    asked = forms.CharField(
        label=gettext_lazy("Tell us in a few sentences"),
        help_text=gettext_lazy("No bank, card or identity numbers: we never need them here."),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, mine: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.number, f"{one.name} · {one.number}") for one in mine]
        choose = [("", _("Choose one"))] if len(choices) > 1 else []
        none = (NONE, _("None yet: I need help with linking"))
        field: Any = self.fields["account"]
        field.choices = [*choose, *choices, none]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        needs = given.get("kind") and given["kind"] != CaseKind.LINKING
        if needs and given.get("account") == NONE:
            self.add_error("account", _("Choose the address it is about."))
        return given


class ReplyForm(forms.Form):
    """What the person adds."""

    text = forms.CharField(
        label=gettext_lazy("Write to us"),
        help_text=gettext_lazy("No bank, card or identity numbers: we never need them here."),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """My requests, the newest first."""
    rows = Case.objects.of_customer(person(request)).select_related("account").newest_first()
    asked = [(one, case_words.state_for_customer(one)) for one in rows[:SHOWN]]
    return render(request, "me/cases.html", {"asked": asked})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write one; kind and address may be named by the link that leads here."""
    user, at = person(request), timezone.now()
    mine = [one for one in places(user) if one.lives_there and one.may(Right.NOTICES)]
    form = AskForm(posted(request), mine=mine, initial=_named(request, mine))
    if request.method == "POST" and form.is_valid() and (made := _asked(form, mine, user, at)):
        said = _("We have your request. Its number is %(number)s.")
        messages.success(request, said % {"number": made.spoken_number})
        return redirect("me_case", made.number)
    return render(request, "me/case_new.html", {"form": form})


def _named(request: HttpRequest, mine: Sequence[Place]) -> dict[str, str]:
    """What the link names; the only address there is."""
    named = {"kind": request.GET.get("kind", ""), "account": request.GET.get("at", "")}
    if not named["account"] and len(mine) == 1:
        named["account"] = mine[0].number
    if not mine:
        named = {"kind": CaseKind.LINKING, "account": NONE}
    return named


def _asked(form: AskForm, mine: Sequence[Place], user: User, at: datetime) -> Case | None:
    """The case; None, and why in the form, where it was refused."""
    given = form.cleaned_data
    place = next((one for one in mine if one.number == given["account"]), None)
    try:
        return service.ask(
            account=place.account if place else None,
            kind=given["kind"],
            asked=given["asked"],
            by=user,
            at=at,
        )
    except service.CaseError as error:
        form.add_error("asked" if error.field else None, str(error))
        return None


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, case: str) -> HttpResponse:
    """What was said, by when we answer; a POST adds a line."""
    user, at = person(request), timezone.now()
    found = _found(request, case)
    form = ReplyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            service.reply(case=found, text=form.cleaned_data["text"], by=user, at=at)
        except service.CaseError as error:
            form.add_error("text" if error.field else None, str(error))
        else:
            messages.success(request, _("We have what you wrote."))
            return redirect("me_case", found.number)
    may_act = service.may_act(found, by=user, at=at)
    context = {
        "one": found,
        "state": case_words.state_for_customer(found),
        "promise": case_words.promise(found, at=at),
        "lines": _lines(found, reader=user),
        "may_settle": may_act and found.is_open,
        "form": form if may_act and (found.is_open or found.may_reopen(at=at)) else None,
    }
    return render(request, "me/case.html", context)


@require_POST
def settle(request: HttpRequest, case: str) -> HttpResponse:
    """Close it: nothing is left to do."""
    found = _found(request, case)
    try:
        service.settle(case=found, by=person(request), at=timezone.now())
    except service.NotAllowed as error:
        raise Http404(_("There is no such page.")) from error
    except service.Closed:
        messages.info(request, _("It was closed meanwhile."))
    else:
        messages.success(request, _("Closed. Thank you for telling us."))
    return redirect("me_case", found.number)


def _found(request: HttpRequest, case: str) -> Case:
    rows = Case.objects.of_customer(person(request)).select_related("account", "asked_by")
    found = rows.filter(number=spoken.read(case)).first()
    if found is None:
        raise Http404(_("There is no such page."))
    return found


def _lines(case: Case, *, reader: User) -> list[tuple[str, str, str]]:
    """Who said what and when, the first first; staff speak for the company, without a name."""
    first = _("You wrote") if case.asked_by == reader else _("What was asked")
    said = [(first, moment(case.made_at), case.asked)]
    for line in case.lines.said().oldest_first():
        label = case_words.LINES[line.kind]
        if line.kind == line.Kind.REPLY and line.by_id != reader.pk:
            label = _("Somebody of this address wrote")
        said.append((str(label), moment(line.at), line.text))
    return said
