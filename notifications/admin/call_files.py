"""What the call lists of a run and of a cut-over share: numbers shown, files taken or asked for."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.admin.staff import member
from customers.models import Account, Download, Look
from customers.services import downloads, looks
from portal.lib import files_out
from portal.lib.files_out import Form

TAKE = "customers.take_download"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the list that may be short enough for one person."""

    name: str
    rows: int
    url: str


def from_here(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let no other site's link take a list along: each one taken counts against its taker.

    Where a browser does not say who sent it, it counts as typed.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def record_numbers(request: HttpRequest, account: Account, *, reference: str) -> None:
    """Write down each number that is shown, for the work of ringing; needs ``account.phones``."""
    for contact in account.phones:  # type: ignore[attr-defined]
        looks.record(
            user=member(request),
            subject=account,
            page=f"{looks.REVEAL} {contact.pk}",
            reason=Look.Reason.CALL_LIST,
            reference=reference[:40],
            at=timezone.now(),
        )


def in_a_file(
    taken: Download, *, name: str, headings: Sequence[str], lines: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """The list for a spreadsheet; its name and each line lead to whoever took it.

    So it is known also where the file has another name, or a line was copied out of it.
    """
    return files_out.answer(
        Form.CSV,
        name=f"{name}-{taken.pk}",
        headings=[*headings, _("download")],
        lines=([*line, taken.pk] for line in lines),
    )


def ask(
    request: HttpRequest, *, file: dict[str, str], rows: int, back: tuple[Any, ...]
) -> HttpResponse:
    """Ask a second person for a list that is too long for one, and go back to its page."""
    downloads.ask(**file, rows=rows, by=member(request), at=timezone.now())
    messages.success(request, _("Asked. Once a colleague has approved, download the list again."))
    return redirect(*back)


def too_many(request: HttpRequest, **about: Any) -> HttpResponse:
    """How to get at the list all the same: part by part, or with a second person.

    :param about: ``subject`` and the way ``back`` to it; ``rows``; ``parts`` under their
        ``parts_heading``; ``ask_url``
    """
    by = member(request)
    context = {
        **admin.site.each_context(request),
        "title": _("This list is too long for one person"),
        "left": downloads.left_alone(user=by, at=timezone.now()),
        "asked": Download.objects.waiting().filter(asked_by=by).exists(),
        **about,
    }
    template = "admin/notifications/too_many_calls.html"
    return TemplateResponse(request, template, context, status=403)
