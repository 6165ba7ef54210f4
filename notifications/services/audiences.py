"""Who is in an audience: declared narrowings of the accounts that a person may see."""

from collections.abc import Callable
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from billing.models import Bill
from customers.models import (
    Account,
    AccountLink,
    Arrangement,
    ContactPoint,
    OperatingUnit,
    SmsRetention,
    User,
)
from notifications.models import Audience, OutagePlace
from notifications.queries import age_group

ReachedBy = Audience.ReachedBy
Accounts = QuerySet[Account]


def accounts(audience: Audience, *, by: User, at: datetime) -> Accounts:
    """The accounts in force at ``at`` that ``by`` may see and that fulfil all of ``audience``."""
    day = timezone.localdate(at)
    found: Accounts = Account.objects.visible_to(by).in_force_on(day)
    for narrow in _NARROWINGS:
        found = narrow(found, audience, day)
    return found


def _place(found: Accounts, audience: Audience, _day: date) -> Accounts:
    if audience.units:
        found = found.filter(unit__code__in=audience.units)
    return found.filter(ward__in=audience.wards) if audience.wards else found


def _customer(found: Accounts, audience: Audience, day: date) -> Accounts:
    if audience.groups:
        found = found.filter(group__in=audience.groups)
    if audience.ages:
        found = found.alias(age=age_group(on=day)).filter(age__in=audience.ages)
    return found


def _app(found: Accounts, audience: Audience, _day: date) -> Accounts:
    return found.filter(has_app=audience.app == Audience.App.YES) if audience.app else found


def _reached(found: Accounts, audience: Audience, day: date) -> Accounts:
    ways: dict[str, Q] = {way: _way(way, day) for way in ReachedBy if way != ReachedBy.NOTHING}
    wanted = Q()
    for way in audience.reached_by:
        wanted |= ways[way] if way in ways else _nothing(list(ways.values()))
    return found.filter(wanted) if audience.reached_by else found


def _way(way: str, day: date) -> Q:
    if way == ReachedBy.SMS:
        kept = SmsRetention.objects.filter(account=OuterRef("pk"), contact__suspended_at=None)
        return Q(Exists(kept.filter(pk__in=Arrangement.objects.telling_on(day).values("pk"))))
    contacts = ContactPoint.objects.filter(
        account=OuterRef("pk"), kind=way, owner=ContactPoint.Owner.HOLDER, suspended_at=None
    )
    return Q(Exists(contacts))


def _nothing(ways: list[Q]) -> Q:
    """No way leads there, and nobody reads the inbox."""
    linked = Exists(AccountLink.objects.in_force().filter(account=OuterRef("pk")))
    none = Q(has_app=False) & ~Q(linked)
    for way in ways:
        none &= ~way
    return none


def _arranged(found: Accounts, audience: Audience, day: date) -> Accounts:
    if not audience.arrangements:
        return found
    agreed = Arrangement.objects.in_force_on(day).filter(kind__in=audience.arrangements)
    return found.filter(Exists(agreed.filter(account=OuterRef("pk"))))


def _owing(found: Accounts, audience: Audience, day: date) -> Accounts:
    if not audience.owes:
        return found
    unpaid = Bill.objects.filter(account=OuterRef("pk"), paid_at=None)
    if audience.owes == Audience.Owes.OVERDUE:
        unpaid = unpaid.filter(due_on__lt=day)
    return found.filter(Exists(unpaid))


def _without_supply(found: Accounts, audience: Audience, _day: date) -> Accounts:
    """Who stands in the area, as its last announcement was read; nobody, where that named none."""
    if audience.outage is None:
        return found
    newest = audience.outage.announcements.order_by("-revision").first()
    places = list(newest.places.all()) if newest else []
    if not places:
        return found.none()
    area = Q()
    for place in places:
        area |= _at(place)
    return found.filter(area, unit=audience.outage.unit_id)


def _at(place: OutagePlace) -> Q:
    """As facts_of_outages.sql compares it."""
    there = Q(ward_key__in=place.ward_keys)
    if place.street_key:
        there &= Q(street_key=place.street_key)
    if place.first_number is not None:
        there &= Q(house_number__range=(place.first_number, place.last_number))
    return there


_NARROWINGS: tuple[Callable[[Accounts, Audience, date], Accounts], ...] = (
    _place,
    _customer,
    _app,
    _reached,
    _arranged,
    _owing,
    _without_supply,
)


def companies() -> list[tuple[str, str]]:
    """The companies to choose from."""
    return list(OperatingUnit.objects.in_order().values_list("code", "name"))


def unknown_wards(wards: list[str]) -> list[str]:
    """Those of ``wards`` in which no account is."""
    known = set(Account.objects.filter(ward__in=wards).values_list("ward", flat=True).distinct())
    return [ward for ward in wards if ward not in known]
