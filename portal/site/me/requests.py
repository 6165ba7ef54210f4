"""What a person asks about their own data, by when it is answered, and the answer."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from customers.models import DataRequest
from customers.services import requests as service
from portal.lib.text import clean
from portal.site.me.people import held_links, person, posted

Kind = DataRequest.Kind


class RequestForm(forms.Form):
    """One request: what, about which address, in the person's own words."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What shall we do?"), choices=Kind, widget=forms.RadioSelect
    )
    account = forms.ChoiceField(label=gettext_lazy("About which address?"), required=False)
    said = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy("For example what is wrong, and what would be right."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, addresses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = ("", _("My login, or all of them"))
        self.fields["account"].choices = [none, *addresses]  # type: ignore[attr-defined]

    def clean_said(self) -> str:
        return clean(self.cleaned_data["said"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == Kind.CORRECTION and not data.get("said"):
            self.add_error("said", _("Please say what is wrong."))
        return data


@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """My requests, the newest first."""
    mine = DataRequest.objects.filter(user=person(request)).newest_first()
    return render(request, "me/requests.html", {"asked": mine[:50]})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for something."""
    user, at = person(request), timezone.now()
    links = {link.account.number: link for link in held_links(user, at=at)}
    addresses = [
        (number, f"{link.nickname or link.account.address} · {number}")
        for number, link in links.items()
    ]
    form = RequestForm(posted(request), addresses=addresses)
    if request.method == "POST" and form.is_valid():
        link = links.get(form.cleaned_data["account"])
        try:
            asked = service.ask(
                user=user,
                account=link.account if link else None,
                kind=form.cleaned_data["kind"],
                said=form.cleaned_data["said"],
                at=at,
            )
        except service.TooMany:
            form.add_error(None, _("Five of your requests are open. Please wait for the answers."))
        else:
            messages.success(request, _("We have your request."))
            return redirect("me_request", asked.pk)
    return render(request, "me/request_new.html", {"form": form})


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, asked: int) -> HttpResponse:
    """One request with its days and its answer; it can be taken back while it is open."""
    mine = DataRequest.objects.filter(user=person(request)).select_related("account")
    found = get_object_or_404(mine, pk=asked)
    if request.method == "POST":
        try:
            service.take_back(request=found, by=person(request), at=timezone.now())
            messages.success(request, _("Your request was taken back."))
        except service.NotOpen:
            messages.warning(request, _("It was answered meanwhile."))
        return redirect("me_request", found.pk)
    context = {"one": found, "is_open": found.state in DataRequest.OPEN}
    return render(request, "me/request.html", context)
