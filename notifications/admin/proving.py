"""The proof of a run, with the people to ring."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.admin.staff import member
from customers.models import OperatingUnit
from notifications.models import Notice, Run
from notifications.queries import (
    AWAITING,
    MISSING,
    STATES,
    UNCONFIRMED,
    Proof,
    Row,
    call_list,
    missing,
    proof,
)
from portal.lib.said import moment

from . import forecasts
from .call_files import TAKE, record_numbers
from .calls import call, run_of
from .releasing import card

PER_PAGE = 50


@require_GET
def show_proof(request: HttpRequest, run_id: int) -> HttpResponse:
    """How many of the run's accounts stand where, each number with the rows behind it."""
    return _proof(request, run_of(request, run_id))


@require_POST
def reveal_call(request: HttpRequest, run_id: int, notice_id: int) -> HttpResponse:
    """The same page with the number of one person to ring; that it was shown is recorded."""
    run = run_of(request, run_id)
    notice = get_object_or_404(call_list(run=run, user=request.user), pk=notice_id)
    record_numbers(request, notice.account, reference=f"{run.kind} {run.subject}")
    return _proof(request, run, revealed=notice.pk)


def _proof(request: HttpRequest, run: Run, revealed: int | None = None) -> HttpResponse:
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
        "calls": [call(notice, run, revealed=revealed) for notice in page],
        "may_download": request.user.has_perm(TAKE),
        **(_waiting(request, run) if run.is_waiting else {}),
    }
    return TemplateResponse(request, "admin/notifications/run/proof.html", context)


def _waiting(request: HttpRequest, run: Run) -> dict[str, Any]:
    """What is said of a run that two people look at before it goes."""
    shown = card(run, member(request), at=timezone.now())
    return {
        "card": shown,
        "sentences": forecasts.sentences(shown.forecast),
        "loads": forecasts.rows(shown.forecast),
        "goes_at": moment(shown.goes_at) if shown.goes_at else "",
    }


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


def _by_state(state: str) -> dict[str, Any]:
    """What is on its way is one reach, and two columns."""
    if state == AWAITING:
        return {"awaits": "receipt"}
    return {"awaits": "sending"} if state == Notice.Reach.TRYING else {"reach__exact": state}


def _cells(run: Run, row: Row, query: dict[str, Any]) -> list[dict[str, Any]]:
    """The numbers of one row in the order of the states; "missing" has no notice to lead to."""
    notices = reverse("admin:notifications_notice_changelist")
    cells = []
    for state, count in row.counts.items():
        asked = urlencode({"run__id__exact": run.pk, **_by_state(state), **query})
        url = "#missing" if state == MISSING else f"{notices}?{asked}"
        cells.append(
            {"state": state, "label": STATES[state], "count": count, "url": url if count else ""}
        )
    return cells


def _checks(found: Proof) -> list[tuple[str, int]]:
    """What must be zero, in words."""
    by_facts = [
        (_("accounts that had to be told and have no notice"), found.missing),
        (_("notices of accounts that had not to be told"), found.without_fact),
    ]
    return [
        *(by_facts if found.is_counted else []),
        (_("notices said to have arrived without a confirmation"), found.unproven),
        (_("notices being sent with nothing under way"), found.stuck),
    ]
