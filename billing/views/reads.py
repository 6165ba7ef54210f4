"""What the meters of an address showed, day by day, and when we learned it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing import queries
from billing.models import EarlierRead, Read
from billing.queries import KnownRead
from customers.models import Right
from customers.visits import visit
from portal.lib import said
from portal.lib.periods import local_day
from portal.lib.quantities import kwh_number


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One read as it stands, and what it said before."""

    day: str
    meter: str
    index: str
    quality: str
    learned: str
    is_late: bool
    earlier: Sequence[str]

    @classmethod
    def of(cls, known: KnownRead) -> "ReadRow":
        read = known.read
        return cls(
            day=date_format(read.day, "MONTH_DAY_FORMAT"),
            meter=read.serial,
            index=kwh_number(read.index_wh),
            quality=str(Read.Quality(read.quality).label),
            learned=said.moment(read.learned_at),
            is_late=not known.first_learned_on_time,
            earlier=[_earlier(old) for old in known.earlier],
        )


def _earlier(old: EarlierRead) -> str:
    return _("%(index)s (%(quality)s) from %(learned)s until %(replaced)s") % {
        "index": kwh_number(old.index_wh),
        "quality": Read.Quality(old.quality).label,
        "learned": said.moment(old.learned_at),
        "replaced": said.moment(old.replaced_at),
    }


@require_safe
def reads(request: HttpRequest, number: str, month: date) -> HttpResponse:
    """The reads of one period with both their times, corrections included."""
    visited = visit(request, number, right=Right.DAYS)
    account, today = visited.here.account, local_day(timezone.now())
    bills = queries.months(account)
    try:
        period = queries.period_of(account, bills=bills, month=month)
        found = queries.reads_of(account, period)
    except queries.OutOfSight as error:
        raise Http404(_("There is no such page.")) from error
    rows = [ReadRow.of(known) for known in found]
    corrected = sum(bool(row.earlier) for row in rows)
    context = visited.context("address", Right.DAYS) | {
        "rows": rows,
        "month": month,
        "period": said.span(period),
        "corrected": corrected,
        "late": sum(row.is_late for row in rows),
        "several_meters": len({row.meter for row in rows}) > 1,
        "today": today,
    }
    return render(request, "billing/reads.html", context)
