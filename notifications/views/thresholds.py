"""Above how much use I am told: the question, with what is used now and usually beside it."""

from dataclasses import dataclass
from datetime import date
from statistics import median_low
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from billing import queries
from billing.queries import MonthTotal
from billing.use import PeriodUse
from customers.models import Account, Consent, Right, User
from customers.visits import visit_to_warn
from notifications.forms import ThresholdForm
from notifications.models import Kind, KindPolicy, ThresholdPassing
from notifications.models.thresholds import Unit, limit_words
from notifications.services import thresholds
from portal.lib.periods import local_day, month_name
from portal.lib.quantities import kwh
from portal.lib.said import day, span

SHORTEST_DAYS = 25
"""A month that was lived in for fewer days says nothing of a usual one."""
MONTHS_SHOWN = 12


@require_http_methods(["GET", "POST"])
def threshold(request: HttpRequest, number: str) -> HttpResponse:
    """The threshold of one person at one address, shown and saved."""
    at, user = visit_to_warn(request, number), cast("User", request.user)
    account = at.here.account
    mine = thresholds.of(account=account, user=user)
    posted = request.POST if request.method == "POST" else None
    form = ThresholdForm(
        posted,
        initial={"unit": mine.unit if mine else Unit.KWH, "amount": mine.amount if mine else None},
        offered=thresholds.offered(account, on=local_day(timezone.now())),
    )
    if form.is_valid():
        return _saved(request, account, **form.cleaned_data)
    context = {
        # The other addresses may open less: their first page is open in any case.
        **at.context("address", Right.TOTALS),
        "form": form,
        "mine": mine,
        "use": UseWords.of(account, today=local_day(timezone.now())),
        "told": _told(account, user),
        "lacks_consent": _lacks_consent(account),
    }
    return render(request, "notifications/threshold.html", context)


def _saved(request: HttpRequest, account: Account, *, unit: Unit, amount: int) -> HttpResponse:
    user = cast("User", request.user)
    try:
        thresholds.choose(account=account, unit=unit, amount=amount, by=user, at=timezone.now())
    except (thresholds.NotLinked, thresholds.NotPriced) as error:
        raise Http404(_("There is no such page.")) from error
    text = _("Saved: we tell you above {limit}.")
    messages.success(request, text.format(limit=limit_words(unit, amount)))
    return redirect("threshold", account.number)


@require_POST
def remove_threshold(request: HttpRequest, number: str) -> HttpResponse:
    """Take the threshold off; twice does no harm."""
    at = visit_to_warn(request, number)
    thresholds.remove(account=at.here.account, by=cast("User", request.user))
    messages.success(request, _("Removed: we do not tell you about the use any more."))
    return redirect("threshold", number)


def _told(account: Account, user: User) -> str:
    """When they were told last, in words."""
    mine = ThresholdPassing.objects.visible_to(user).filter(link__account=account)
    last = mine.order_by("-found_at", "-pk").first()
    if last is None:
        return ""
    text = _("On {day} we found {used} used, above {limit}.")
    used = kwh(last.used_wh, decimals=1)
    return text.format(day=day(last.found_at), used=used, limit=str(last))


def _lacks_consent(account: Account) -> bool:
    """Whether such notices need a consent that nobody gave here."""
    purpose = KindPolicy.objects.get(kind=Kind.USE_THRESHOLD).consent
    given = Consent.objects.filter(account=account, purpose=purpose, withdrawn_at=None)
    return bool(purpose) and not given.exists()


@dataclass(frozen=True, slots=True)
class UseWords:
    """What helps to choose: the use of the running period, and of whole ones."""

    period: str
    so_far: str
    until: str
    usual: str
    most: str
    most_in: str
    months: int

    @classmethod
    def of(cls, account: Account, *, today: date) -> "UseWords":
        """Four queries."""
        bills = queries.months(account)
        billed = queries.last_bills([account])
        running = queries.use_so_far([account], billed=billed, today=today).get(account.pk)
        totals = queries.month_totals(account, bills=bills, today=today)
        whole = [total for total in totals if _is_usual(total, today=today)][:MONTHS_SHOWN]
        most = max(whole, key=_wh, default=None)
        return cls(
            **_running(running),
            usual=kwh(median_low(map(_wh, whole)), decimals=0) if whole else "",
            most=kwh(_wh(most), decimals=0) if most else "",
            most_in=month_name(most.month) if most else "",
            months=len(whole),
        )


def _running(found: PeriodUse | None) -> dict[str, Any]:
    if found is None or found.total_wh is None or found.until is None:
        return {"period": span(found.period) if found else "", "so_far": "", "until": ""}
    return {
        "period": span(found.period),
        "so_far": kwh(found.total_wh, decimals=0),
        "until": day(found.until),
    }


def _is_usual(total: MonthTotal, *, today: date) -> bool:
    is_over = total.bill is not None or total.period.ends_before <= today
    return is_over and total.is_whole and total.period.days >= SHORTEST_DAYS


def _wh(total: MonthTotal) -> int:
    return total.wh or 0
