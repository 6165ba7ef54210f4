"""Other people's sites: they lead nobody away, send nothing in our visitors' names, frame nothing.

Threat T16.
"""

import logging
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import Client, TestCase
from django.test.client import ClientHandler
from django.urls import reverse

from customers.tests.factories import PASSWORD, a_user
from portal.tests.routes import routes
from portal.tests.sign_in.people import SIGN_IN, SIGN_UP, a_customer, sign_in_now
from portal.tests.sign_in.test_sessions import ELSEWHERE
from portal.tests.test_access import PUBLIC
from portal.tests.world import World

# Who calls here has no cookie of ours: each call proves itself, by a secret or a token.
PROVE_THEMSELVES = ("hooks/", "unsubscribe/", "_allauth/app/")
HTML = "text/html"


def stays(where: str) -> bool:
    """Whether a browser that follows it is still on the site."""
    parts = urlsplit(where.replace("\\", "/").strip())
    return not parts.scheme and not parts.netloc and where.startswith("/") and where[1:2] != "/"


@pytest.mark.django_db
@pytest.mark.parametrize("where", ELSEWHERE)
class TestNext:
    """Beside signing in and out, see sign_in/test_sessions.py: whatever else takes a ``next``."""

    def test_is_refused_by_the_choice_of_language(self, client, where):
        for fields in ({"next": where}, {}):
            answer = client.post(
                "/i18n/setlang/",
                {"language": "en", **fields},
                HTTP_REFERER=f"https://evil.vn/{where}",
            )
            assert stays(answer.headers.get("Location", "/")), answer.headers

    def test_is_refused_on_the_way_into_the_desk(self, client, where):
        user = a_customer(is_staff=True)
        first = client.get(f"/desk/login/?{urlencode({'next': where})}")
        assert stays(first.url)
        client.get(first.url)
        answer = client.post(first.url, {"login": user.email, "password": PASSWORD})
        assert stays(answer.url)

    @pytest.mark.parametrize(
        "path", ["/auth/reauthenticate/", "/auth/2fa/set-up/", SIGN_IN, SIGN_UP, "/auth/logout/"]
    )
    def test_is_refused_by_whoever_is_signed_in(self, client, where, path):
        sign_in_now(client, a_customer(is_staff="set-up" in path))
        address = f"{path}?{urlencode({'next': where})}"
        for answer in (client.get(address), client.post(address, {"password": PASSWORD})):
            assert stays(answer.headers.get("Location", "/")), answer.headers

    def test_there_are_twelve(self, where):
        assert len(set(ELSEWHERE)) >= 12


class EveryRoute(TestCase):
    """Asked once in one world; a refusal needs no row."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = World()
        # Made now, not when the first route asks for one.
        _ = cls.world.rows, cls.world.asked_by_login

    def setUp(self) -> None:
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)

    def browser(self, who: str, *, site: ClientHandler) -> Client:
        client = self.world.client(who)
        client.handler = site
        return client


class ForgedRequestTests(EveryRoute):
    def test_change_nothing_on_any_route_without_the_token_of_the_form(self):
        """Each POST of another site, with the visitor's cookies, is refused before anything."""
        site = ClientHandler(enforce_csrf_checks=True)
        findings = []
        for route in routes():
            if route.pattern.startswith(PROVE_THEMSELVES):
                continue
            for who in ("holder", "supervisor"):
                path = route.path(**self.world.ids(route))
                answer = self.browser(who, site=site).post(path, {"name": "x", "post": "yes"})
                if answer.status_code not in {400, 403, 404, 405}:
                    findings.append(f"{who} {route.pattern}: {answer.status_code}")
        self.assertEqual(findings, [])

    def test_are_answered_in_our_words(self):
        client = Client(enforce_csrf_checks=True)
        client.force_login(a_user())
        answer = client.post("/me/name/", {"name": "x"})
        self.assertEqual(answer.status_code, 403)

    def test_of_a_get_change_nothing(self):
        """What changes something takes a POST alone: a picture on another site asks by GET."""
        client = self.world.client("holder")
        before = self.facts()
        for route in routes():
            if not route.pattern.startswith(("desk/", "_allauth/", "api/")):
                client.get(route.path(**self.world.ids(route)))
        self.assertEqual(self.facts(), before)

    def facts(self) -> list[object]:
        models = (type(self.world.holder), type(self.world.account), type(self.world.link),
                  type(self.world.contact), type(self.world.debit))  # fmt: skip
        skipped = {"last_login"}
        return [
            {k: v for k, v in row.items() if k not in skipped}
            for model in models
            for row in model.objects.order_by("pk").values()
        ]


class FrameTests(EveryRoute):
    def test_no_page_may_be_framed_nor_left_without_a_policy(self):
        """Of everybody's pages, errors and refusals among them."""
        site = ClientHandler(enforce_csrf_checks=False)
        findings, seen = [], 0
        for route in routes():
            is_desk, is_open = route.pattern.startswith("desk/"), route.pattern in PUBLIC
            who = "nobody" if is_open else "supervisor" if is_desk else "holder"
            # The desk's rows have one frame, and are asked by the thousand elsewhere.
            if not (is_desk and route.parameters):
                answer = self.browser(who, site=site).get(route.path(**self.world.ids(route)))
                if not answer.headers.get("Content-Type", "").startswith(HTML):
                    continue
                seen += 1
                policy = answer.headers.get("Content-Security-Policy", "")
                wanted = ("frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'")
                missing = [one for one in wanted if one not in policy]
                if missing or "unsafe" in policy or answer.headers["X-Frame-Options"] != "DENY":
                    findings.append(f"{who} {route.pattern}: {missing or policy}")
        self.assertEqual(findings, [])
        self.assertGreater(seen, 80)


def test_a_session_cookie_is_sent_by_no_other_site():
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    assert settings.CSRF_COOKIE_SAMESITE in {"Lax", "Strict"}


class LoginForgeryTests(TestCase):
    def test_signs_nobody_in_as_somebody_else_by_any_way_in(self):
        """Another site cannot have a visitor work in the attacker's login unaware."""
        user = a_customer()
        fields = {"login": user.email, "password": PASSWORD, "code": "123456", "email": user.email}
        for name in ("account_login", "account_request_login_code", "account_confirm_login_code",
                     "account_signup", "mfa_authenticate", "account_reset_password",
                     "send_code_again"):  # fmt: skip
            client = Client(enforce_csrf_checks=True)
            answer = client.post(reverse(name), fields)
            self.assertEqual(answer.status_code, 403, name)
            self.assertNotIn("_auth_user_id", client.session)
