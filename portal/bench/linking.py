"""Linking: whether the time of an answer tells an existing customer code from an invented one."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Account, AccountLink, LinkRequest, User
from portal.bench import Way
from portal.demo import company
from portal.demo.logins import CUSTOMER
from portal.site import link_codes

WHAT = "answer who links an address (asked, then a wrong code)"
UNIT = "answers"
NOBODYS = "PE99999999999"


def ways() -> Iterator[Way]:
    """Each kind of customer code, asked for and answered wrongly, by one stranger."""
    client = Client(SERVER_NAME="localhost")
    stranger = User.objects.create_user("stranger@example.vn", None)
    client.force_login(stranger)
    for name, number in _numbers().items():
        yield Way(
            name=f"ask, {name}",
            units=1,
            prepare=_before_asking(client, number),
            run=lambda: client.post(reverse("link_proof"), {"proof": "contact"}),
        )
    for name, number in _numbers().items():
        yield Way(
            name=f"wrong code, {name}",
            units=1,
            prepare=_before_answering(client, number),
            run=lambda: client.post(_page(), {"code": "x"}),
        )


def _numbers() -> dict[str, str]:
    """A customer code of each kind that must not be told apart."""
    others = list(Account.objects.exclude(number=company.HOME).exclude(ends_on__isnull=False)[:3])
    exists, frozen, closed = others
    user = User.objects.get(email=CUSTOMER.email)
    AccountLink.objects.filter(account__in=others).update(state=AccountLink.State.ENDED)
    AccountLink.objects.create(
        user=user, account=frozen, role="viewer", state="frozen", rights=["totals"], proof="agent"
    )
    Account.objects.filter(pk=closed.pk).update(
        ends_on=timezone.localdate() - timedelta(days=1), starts_on=None
    )
    return {
        "exists": exists.number,
        "nobody's": NOBODYS,
        "linked": company.HOME,
        "frozen": frozen.number,
        "closed": closed.number,
    }


def _before_asking(client: Client, number: str) -> Callable[[], object]:
    def prepare() -> None:
        # A stranger's pages are counted, and the rounds are more than anybody opens.
        cache.clear()
        LinkRequest.objects.all().delete()
        client.post(reverse("link"), {"number": number})

    return prepare


def _before_answering(client: Client, number: str) -> Callable[[], object]:
    asking = _before_asking(client, number)

    def prepare() -> None:
        asking()
        client.post(reverse("link_proof"), {"proof": "contact"})
        link_codes.tend(at=timezone.now() + timedelta(minutes=1))

    return prepare


def _page() -> str:
    return reverse("link_request", args=[LinkRequest.objects.get().reference])
