"""What the desk has to do today, as counts that lead to the rows behind them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models import Bill, SupplyStop
from billing.queries import to_check
from customers.admin.arrangements import LATELY
from customers.models import (
    Arrangement,
    Case,
    DataRequest,
    Download,
    LinkFreeze,
    Load,
    LookAlarm,
    User,
    WorkItem,
)
from customers.models.cases import CaseQuerySet
from customers.models.work import born_by
from customers.services import loads, lost_factors
from notifications.models import Campaign, Cutover, Halt, Outage, Run
from notifications.services import guarding
from portal.lib import sql


@dataclass(frozen=True)
class Work:
    """One list: what stands in it, how many, and where."""

    label: Any
    count: int
    url: str


Person = User | AnonymousUser

# Kinds of rows of the work list, in the order in which they stand on the first page.
ITEMS: dict[str, Any] = {
    WorkItem.Kind.OUTAGE: _("homes to be told in person of a planned outage"),
    WorkItem.Kind.REVIEW: _("arrangements to confirm again"),
    WorkItem.Kind.NEED: _("needs of households to confirm again"),
    WorkItem.Kind.DEBIT: _("failed debits: call the customers"),
    WorkItem.Kind.GAP: _("customers whom nothing reaches since an arrangement is over"),
    WorkItem.Kind.UNTOLD: _("customers to call: no channel worked"),
    WorkItem.Kind.CONTACT: _("contacts that nobody confirmed again: ask by phone"),
    WorkItem.Kind.SHARED: _("phone numbers on many contracts: ask whose they are"),
}
ELDERLY_FIRST = _("of them 70 or older: call these first")


def of(user: Person, *, day: date) -> list[Work]:
    """The lists that ``user`` may see; each counts only what they may open."""
    lists: list[tuple[str, Callable[[Person, date], Work | list[Work] | None]]] = [
        ("customers.view_arrangement", _waiting),
        ("customers.view_workitem", _items),
        ("customers.change_case", _cases_overdue),
        ("customers.change_case", _cases),
        ("customers.decide_arrangement", _disowned),
        ("notifications.check_run", _large_runs),
        ("notifications.add_halt", _halts),
        ("notifications.view_outage", _outages),
        ("notifications.approve_campaign", _campaigns),
        ("notifications.approve_cutover", _cutovers),
        ("customers.view_load", _own_loads),
        ("customers.release_load", _waiting_loads),
        ("customers.release_load", _refused_rows),
        ("customers.release_load", _missing_files),
        ("billing.add_payment", _old_payments),
        ("billing.add_bill", _differing_bills),
        ("billing.change_supplystop", _held_stops),
        ("customers.change_lookalarm", _alarms),
        ("customers.view_linkfreeze", _guessers),
        ("customers.approve_download", _downloads),
        ("customers.decide_lostfactor", _lost_factors),
        ("customers.change_datarequest", _requests),
    ]
    found: list[Work] = []
    for permission, count in lists:
        counted = count(user, day) if user.has_perm(permission) else None
        found += counted if isinstance(counted, list) else [counted] if counted else []
    return found


def _waiting(user: Person, _day: date) -> Work:
    count = Arrangement.objects.visible_to(user).waiting().count()
    url = reverse("admin:customers_arrangement_waiting")
    return Work(_("arrangements wait for a decision"), count, url)


def _cases_overdue(user: Person, _day: date) -> Work | None:
    """Cases of one's queue that should have been answered by now."""
    count = _queue(user).overdue(at=timezone.now()).count()
    url = reverse("admin:customers_case_changelist")
    label = _("requests of customers are overdue: answer them first")
    return Work(label, count, f"{url}?queue=overdue") if count else None


def _cases(user: Person, _day: date) -> Work | None:
    """All cases of one's queue that we have to act on, the overdue ones too."""
    count = _queue(user).to_do().count()
    url = reverse("admin:customers_case_changelist")
    return Work(_("requests of customers wait"), count, url) if count else None


def _queue(user: Person) -> CaseQuerySet:
    mine = Case.objects.visible_to(user)
    return mine.in_queue_of(user) if isinstance(user, User) else mine.none()


def _items(user: Person, day: date) -> list[Work]:
    """What the work list holds today, kind by kind; of these, nothing where there is nothing.

    Reviews always stand there, since their list has to be empty. One query.
    """
    url = f"{reverse('admin:customers_workitem_changelist')}?kind__exact="
    due = WorkItem.objects.visible_to(user).due_on(day)
    elderly = Count("pk", filter=Q(account__holder_born_in__lte=born_by(day)))
    counted = due.order_by().values("kind").annotate(count=Count("pk"), elderly=elderly)
    rows = {row["kind"]: row for row in counted}
    found = []
    for kind, label in ITEMS.items():
        row = rows.get(kind, {"count": 0, "elderly": 0})
        if row["count"] or kind == WorkItem.Kind.REVIEW:
            found.append(Work(label, row["count"], f"{url}{kind}"))
        if row["elderly"] and kind == WorkItem.Kind.UNTOLD:
            found.append(Work(ELDERLY_FIRST, row["elderly"], f"{url}{kind}&age=70"))
    return found


def _disowned(user: Person, _day: date) -> Work | None:
    """Auto-debits that customers say they never agreed to; nothing while nobody did."""
    count = Arrangement.objects.visible_to(user).disowned_since(timezone.now() - LATELY).count()
    url = reverse("admin:customers_arrangement_changelist")
    label = _("auto-debits that customers did not want: call them")
    return Work(label, count, f"{url}?disowned=week") if count else None


def _large_runs(_user: Person, _day: date) -> Work | None:
    """Runs far larger than usual, of which nothing is sent before two people have looked."""
    waiting = Run.objects.waiting().newest_first()
    first = waiting.first()
    if first is None:
        return None
    url = reverse("admin:notifications_run_proof", args=[first.pk])
    return Work(_("runs are larger than usual and wait"), waiting.count(), url)


def _halts(_user: Person, _day: date) -> Work | None:
    """What somebody stopped, and nobody has decided about."""
    count = Halt.objects.open().count()
    url = reverse("admin:notifications_halt_changelist")
    return Work(_("stops of sending are in force"), count, url) if count else None


def _outages(_user: Person, _day: date) -> Work | None:
    """Outages to come that nobody would be told of."""
    count = Outage.objects.matching_nobody(at=timezone.now()).count()
    url = reverse("admin:notifications_outage_changelist")
    label = _("outages fit no account: nobody will be told")
    return Work(label, count, f"{url}?matched=none") if count else None


def _campaigns(user: Person, _day: date) -> Work | None:
    """Campaigns of others that wait for this person's yes."""
    waiting = Campaign.objects.waiting().exclude(made_by=user.pk).oldest_first()
    first = waiting.first()
    if first is None:
        return None
    url = reverse("admin:notifications_campaign_show", args=[first.pk])
    return Work(_("campaigns wait for approval"), waiting.count(), url)


def _cutovers(user: Person, _day: date) -> Work | None:
    """Cut-overs of others that wait for this person's yes."""
    theirs = Cutover.objects.visible_to(user).waiting().exclude(made_by=user.pk)
    first = theirs.oldest_first().first()
    if first is None:
        return None
    url = reverse("admin:notifications_cutover_show", args=[first.pk])
    return Work(_("cut-overs wait for approval"), theirs.count(), url)


def _own_loads(user: Person, _day: date) -> Work | None:
    """Files that this person brought and has not decided about; nothing while there are none."""
    mine = Load.objects.visible_to(user)
    count = mine.left_open_by(user).count() if isinstance(user, User) else 0
    url = reverse("admin:customers_load_changelist")
    return (
        Work(_("files of yours wait for your decision"), count, f"{url}?open=own")
        if count
        else None
    )


def _waiting_loads(user: Person, _day: date) -> Work | None:
    """Unusual files that wait for this person's yes."""
    loads_seen = Load.objects.visible_to(user)
    count = loads_seen.waiting_for(user).count() if isinstance(user, User) else 0
    url = reverse("admin:customers_load_changelist")
    return Work(_("files wait for a second person"), count, f"{url}?open=second") if count else None


def _missing_files(user: Person, _day: date) -> Work | None:
    """Files of today that did not come in time, or could not be read; they are of all companies."""
    if not isinstance(user, User) or user.unit_id is not None:
        return None
    late = loads.inbox.missing(at=timezone.now())
    count = len(late) + Load.objects.refused_by_itself().count()
    url = reverse("admin:customers_load_changelist")
    return Work(_("files of today are missing or unreadable"), count, url) if count else None


def _refused_rows(user: Person, _day: date) -> Work | None:
    """Rows of files that were refused, until somebody mended or dismissed them."""
    rows = Load.objects.visible_to(user).with_open_refusals().aggregate(n=Sum("refused"))["n"]
    url = reverse("admin:customers_load_changelist")
    return Work(_("refused rows of files to mend"), rows, f"{url}?open=mend") if rows else None


def _old_payments(_user: Person, day: date) -> Work | None:
    """Companies of which nobody knows who has paid lately, so that nobody is reminded."""
    found = sql.run("billing", "companies_without_new_payments", {"at": timezone.now(), "day": day})
    url = reverse("admin:billing_payment_changelist")
    label = _("companies without new payments: reminders wait")
    return Work(label, len(found), url) if found else None


def _differing_bills(user: Person, _day: date) -> Work | None:
    """Bills that are not what our own prices give, until somebody has looked at each."""
    count = to_check(Bill.objects.visible_to(user)).count()
    url = reverse("admin:billing_bill_changelist")
    label = _("bills differ from our own calculation")
    return Work(label, count, f"{url}?ours=open") if count else None


def _held_stops(user: Person, _day: date) -> Work | None:
    """Stops of supply that the guard holds; nothing while none is planned."""
    at = timezone.now()
    planned = SupplyStop.objects.visible_to(user).planned().not_before(at)
    stops = list(planned.filter(notices=None).values_list("pk", flat=True))
    held = sum(bool(against) for against in guarding.judge(stops, at=at).values()) if stops else 0
    url = reverse("admin:billing_supplystop_changelist")
    return Work(_("stops of supply are blocked"), held, url) if held else None


def _alarms(user: Person, _day: date) -> Work | None:
    """Colleagues who looked at more than their work explains; nothing while nobody did."""
    count = LookAlarm.objects.visible_to(user).unread().count()
    url = reverse("admin:customers_lookalarm_changelist")
    return (
        Work(_("colleagues looked at too many accounts"), count, f"{url}?open=yes")
        if count
        else None
    )


def _downloads(user: Person, _day: date) -> Work | None:
    """Large files that wait for a second person."""
    count = Download.objects.visible_to(user).waiting().count()
    url = reverse("admin:customers_download_changelist")
    return Work(_("downloads wait for approval"), count, url) if count else None


def _lost_factors(user: Person, _day: date) -> Work | None:
    """Colleagues who cannot get to the desk until another supervisor decides."""
    at = timezone.now()
    count = len(lost_factors.waiting_for(user=user, at=at)) if isinstance(user, User) else 0
    url = reverse("admin:customers_lostfactor_changelist")
    label = _("colleagues lost their second step and wait")
    return Work(label, count, f"{url}?open=yes") if count else None


def _requests(user: Person, day: date) -> Work:
    """What people ask about their own data; those that the law's days have passed come first."""
    asked = DataRequest.objects.visible_to(user)
    url = reverse("admin:customers_datarequest_changelist")
    if late := asked.late_on(day).count():
        return Work(_("requests about one's data are late"), late, f"{url}?open=late")
    label = _("requests about one's data wait for an answer")
    return Work(label, asked.open().count(), f"{url}?open=yes")


def _guessers(user: Person, _day: date) -> Work:
    alarms = LinkFreeze.objects.visible_to(user).in_force(at=timezone.now())
    url = reverse("admin:customers_linkfreeze_changelist")
    return Work(_("alarms about guessed customer codes"), alarms.count(), url)
