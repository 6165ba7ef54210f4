"""Who gets in where. A new route is closed to strangers, or named here with a reason."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from billing.tests.factories import a_bill
from customers.models import User
from customers.tests.factories import a_link, a_staff_user, a_user, an_account
from portal.tests.routes import Route, routes
from portal.tests.sign_in.people import sign_in_now

# Open to anybody, with the reason.
PUBLIC = {
    "": "welcomes whoever comes",
    "healthz": "a load balancer asks",
    "readyz": "a load balancer asks",
    "push-worker.js": "a script of the site, the same for everybody",
    "verify/": "whoever got a message may ask whether it is ours",
    "stop-change/": "whoever has the old contact may stop a change, by the code sent there",
    "work-out/": "prices are public, and nothing is kept",
    "figures/": "figures that every citizen may read, and that name nobody",
    "i18n/setlang/": "language is chosen before signing in",
    "auth/login/": "the way in",
    "auth/login/code/confirm/": "the way in",
    "auth/login/code/": "the way in",
    "auth/code/again/": "a code that did not arrive",
    "auth/phone/verify/": "proves a number",
    "auth/logout/": "the way out",
    "auth/signup/": "the way in",
    "auth/inactive/": "says why not",
    "auth/confirm-email/": "proves an address",
    "auth/password/reset/": "the way back in",
    "auth/password/reset/done/": "the way back in",
    "auth/password/reset/key/done/": "the way back in",
    "auth/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "the way back in",
    "auth/2fa/authenticate/": "the second step of the way in",
    "auth/2fa/webauthn/login/": "the way in by passkey",
    "desk/login/": "leads to the way in",
    "desk/jsi18n/": "words of the date picker",
    "api/v1/schema/": "describes the API, holds nobody's data",
    "api/v1/docs/": "describes the API, holds nobody's data",
    "_allauth/app/v1/config": "tells a program how to sign in",
}
# Programs sign in here; what needs a session answers 401 by its own rules.
SIGN_IN_API = "_allauth/"
DESK = "desk/"
# Pages and resources of an account, told by the parameter that names it.
BY_ACCOUNT = "number"
# What a route of an account may answer its holder on GET: the page, or that it takes only POST.
OPEN = {200, 405}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def private() -> list[Route]:
    """The routes that nobody enters without signing in."""
    return [
        r for r in routes() if r.pattern not in PUBLIC and not r.pattern.startswith(SIGN_IN_API)
    ]


def of_an_account() -> list[Route]:
    """The customers' routes that name an account."""
    return [r for r in private() if BY_ACCOUNT in r.parameters and not r.pattern.startswith(DESK)]


def of_the_desk() -> list[Route]:
    """The routes of staff."""
    return [r for r in private() if r.pattern.startswith(DESK)]


def by_pattern(route: Route) -> str:
    return route.pattern


def signed_in(user: User) -> Client:
    """A browser of this user, just signed in, which is shown what the site answers on an error."""
    client = Client(raise_request_exception=False)
    sign_in_now(client, user)
    return client


class TestRoutes:
    def test_named_here_are_there(self):
        there = {route.pattern for route in routes()}
        optional = {"auth/2fa/webauthn/login/"}
        assert set(PUBLIC) - there - optional == set()


@pytest.mark.django_db
class TestNobody:
    @pytest.mark.parametrize("route", private(), ids=by_pattern)
    def test_is_turned_away(self, client, route):
        answer = client.get(route.path())
        if answer.status_code == 302:
            assert "/login/" in answer.headers["Location"]
        else:
            assert answer.status_code in {401, 403, 404, 405}

    @pytest.mark.parametrize("pattern", [p for p in PUBLIC if "(?P" not in p])
    def test_is_shown_no_error_by_what_is_open(self, client, pattern):
        assert Client(raise_request_exception=False).get(Route(pattern).path()).status_code < 500


@pytest.mark.django_db
class TestCustomers:
    @pytest.mark.parametrize("route", of_an_account(), ids=by_pattern)
    def test_who_are_strangers_learn_nothing(self, route):
        bill = a_bill()
        stranger = signed_in(a_user())
        theirs = stranger.get(route.path(number=bill.account.number))
        nobodys = stranger.get(route.path())
        assert theirs.status_code in {404, 405}
        assert theirs.status_code == nobodys.status_code
        assert _without(theirs.content, bill.account.number) == _without(
            nobodys.content, "PE99999999999"
        )

    @pytest.mark.parametrize("route", of_an_account(), ids=by_pattern)
    def test_who_hold_the_account_get_in(self, route):
        link = a_link(account=an_account())
        a_bill(account=link.account)
        answer = signed_in(link.user).get(route.path(number=link.account.number))
        # What else the address names is nobody's here.
        missing = {404} if route.parameters - {BY_ACCOUNT, "month"} else set()
        assert answer.status_code in OPEN | missing

    @pytest.mark.parametrize("route", of_an_account(), ids=by_pattern)
    def test_whose_link_has_ended_are_strangers(self, route):
        link = a_link(ends_at=LONG_AGO)
        answer = signed_in(link.user).get(route.path(number=link.account.number))
        assert answer.status_code in {404, 405}

    @pytest.mark.parametrize("route", of_the_desk(), ids=by_pattern)
    def test_never_see_the_desk(self, route):
        answer = signed_in(a_link().user).get(route.path())
        assert answer.status_code in {302, 403, 404}


@pytest.mark.django_db
class TestStaff:
    @pytest.mark.parametrize("route", of_the_desk(), ids=by_pattern)
    def test_without_permissions_see_no_rows(self, route):
        answer = signed_in(a_staff_user()).get(route.path())
        assert answer.status_code < 500
        if route.parameters or "changelist" in route.pattern:
            assert answer.status_code != 200


def _without(content: bytes, number: str) -> str:
    """The answer but for what the visitor asked, and the random mask of the form's token."""
    text = content.decode().replace(number, "…")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
