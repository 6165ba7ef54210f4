"""The proof of a run, and its call list: on a page, and as a file to work through."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from customers.models import OperatingUnit
from notifications.models import Notice, Run
from notifications.queries import (
    MISSING,
    STATES,
    UNCONFIRMED,
    Proof,
    Row,
    call_list,
    missing,
    proof,
)
from portal.lib.text import escape_formula

PER_PAGE = 50


@require_GET
def show_proof(request: HttpRequest, run_id: int) -> HttpResponse:
    """How many of the run's accounts stand where, each number with the rows behind it."""
    run = _run(request, run_id)
    found = proof(run=run, user=request.user)
    calls = Paginator(call_list(run=run, user=request.user), PER_PAGE)
    page = calls.get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": _("Who was told: %(run)s") % {"run": run},
        "proof": found,
        "states": [str(label) for label in STATES.values()],
        "counts": _cells(found.run, found.told, {}),
        "tables": _tables(found),
        "checks": _checks(found),
        "missing": missing(run=run, user=request.user)[:PER_PAGE] if found.missing else [],
        "page": page,
        "calls": [_call(notice, run) for notice in page],
    }
    return TemplateResponse(request, "admin/notifications/run/proof.html", context)


@require_GET
def call_list_csv(request: HttpRequest, run_id: int) -> StreamingHttpResponse:
    """Everybody to be called, one a line, for a spreadsheet; nothing in it is run as a formula."""
    run = _run(request, run_id)
    LogEntry.objects.log_actions(
        user_id=cast("int", request.user.pk),
        queryset=[run],
        action_flag=CHANGE,
        change_message="call list downloaded",
        single_object=True,
    )
    notices = call_list(run=run, user=request.user).iterator(chunk_size=1000)
    headings = [_("customer code"), _("name"), _("age"), _("company"), _("phone"), _("because")]
    rows = (_line(_call(notice, run)) for notice in notices)
    response = StreamingHttpResponse(_csv(headings, rows), content_type="text/csv; charset=utf-8")
    name = f"call-list-{run.kind}-{run.subject}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _run(request: HttpRequest, run_id: int) -> Run:
    if not request.user.has_perm("notifications.view_run"):
        raise PermissionDenied
    return get_object_or_404(Run, pk=run_id)


def _tables(found: Proof) -> list[dict[str, Any]]:
    """The three ways to cut the same accounts; a cell leads to its notices."""
    units = dict(OperatingUnit.objects.values_list("code", "pk"))
    run = found.run
    cuts: list[tuple[str, list[Row], Callable[[str], dict[str, Any]]]] = [
        (_("By company"), found.by_company, lambda key: {"account__unit__id__exact": units[key]}),
        (_("By age of the contract holder"), found.by_age, lambda key: {"age": key}),
        (_("By the channel that confirmed"), found.by_channel, _by_channel),
    ]
    return [
        {
            "caption": caption,
            "rows": [
                {"label": row.label, "total": row.total, "cells": _cells(run, row, query(row.key))}
                for row in rows
            ],
        }
        for caption, rows, query in cuts
    ]


def _by_channel(key: str) -> dict[str, Any]:
    # Django's filter asks for "nothing" by an empty value.
    return {"reached_by__exact": key if key != UNCONFIRMED else ""}


def _cells(run: Run, row: Row, query: dict[str, Any]) -> list[dict[str, Any]]:
    """The numbers of one row in the order of the states; "missing" has no notice to lead to."""
    notices = reverse("admin:notifications_notice_changelist")
    cells = []
    for state, count in row.counts.items():
        asked = urlencode({"run__id__exact": run.pk, "reach__exact": state, **query})
        url = "#missing" if state == MISSING else f"{notices}?{asked}"
        cells.append(
            {"state": state, "label": STATES[state], "count": count, "url": url if count else ""}
        )
    return cells


def _checks(found: Proof) -> list[tuple[str, int]]:
    """What must be zero, in words."""
    return [
        (_("accounts that had to be told and have no notice"), found.missing),
        (_("notices of accounts that had not to be told"), found.without_fact),
        (_("notices said to have arrived without a confirmation"), found.unproven),
        (_("notices being sent with nothing under way"), found.stuck),
    ]


def _call(notice: Notice, run: Run) -> dict[str, Any]:
    """One person to ring."""
    account = notice.account
    on: date = timezone.localdate(run.planned_at)
    return {
        "account": account,
        "number": account.number,
        "name": account.holder_name,
        "age": account.age_on(on),
        "company": account.unit.name,
        "phone": ", ".join(contact.value for contact in account.phones),  # type: ignore[attr-defined]
        "why": notice.get_reason_display(),
    }


def _line(call: dict[str, Any]) -> list[object]:
    columns = ("number", "name", "age", "company", "phone", "why")
    return [escape_formula(call[name]) for name in columns]


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv(headings: list[str], rows: Iterable[list[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # The mark by which spreadsheets know UTF-8.
    yield "\ufeff"
    yield writer.writerow(headings)
    for row in rows:
        yield writer.writerow(row)
