"""Sessions: a new key at sign-in, an end when told, and no way out of the site."""

import pytest
from django.conf import settings
from django.test import Client

from customers.models import User
from customers.tests.factories import PASSWORD
from portal.tests.sign_in.people import ASK_CODE, SIGN_IN, TYPE_CODE, a_customer, last_code, who

pytestmark = pytest.mark.django_db
PRIVATE = "/api/v1/accounts/"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1"
ELSEWHERE = [
    "//evil.vn",
    "///evil.vn",
    "https:evil.vn",
    "https://evil.vn",
    "http:///evil.vn",
    "/\\evil.vn",
    "\\\\evil.vn",
    "javascript:alert(1)",
    "%2F%2Fevil.vn",
    "https://testserver@evil.vn",
    "https://testserver.evil.vn/",
    "data:text/html,evil",
    "/\t/evil.vn",
]


def signed_in(user):
    client = Client()
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    return client


def stolen(client):
    """Another browser with the same session cookie."""
    thief = Client()
    name = settings.SESSION_COOKIE_NAME
    thief.cookies[name] = client.cookies[name].value
    return thief


class TestSession:
    def test_gets_a_new_key_at_sign_in_by_password(self):
        client = Client()
        user = a_customer()
        client.post(ASK_CODE, {"login": user.email})
        fixed = stolen(client)
        client.post("/auth/logout/")
        client = stolen(fixed)
        client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
        assert who(client) == user or who(fixed) is None
        assert fixed.get(PRIVATE).status_code == 403

    def test_gets_a_new_key_at_sign_in_by_a_code(self):
        user = a_customer()
        victim = Client()
        victim.post(ASK_CODE, {"login": user.email})
        thief = stolen(victim)
        victim.post(TYPE_CODE, {"code": last_code()})
        assert victim.get(PRIVATE).status_code == 200
        assert thief.get(PRIVATE).status_code == 403

    def test_is_not_taken_from_the_address(self):
        client = signed_in(a_customer())
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        assert Client().get(f"{PRIVATE}?sessionid={key}&session={key}").status_code == 403

    def test_is_worth_nothing_after_signing_out(self):
        client = signed_in(a_customer())
        thief = stolen(client)
        assert thief.get(PRIVATE).status_code == 200
        client.post("/auth/logout/")
        assert thief.get(PRIVATE).status_code == 403

    def test_is_worth_nothing_once_the_login_is_closed(self):
        client = signed_in(a_customer())
        User.objects.update(is_active=False)
        assert client.get(PRIVATE).status_code == 403

    def test_ends_on_the_other_devices_when_told_to(self):
        user = a_customer()
        here, there = signed_in(user), signed_in(user)
        here.get(PRIVATE)
        there.get(PRIVATE)
        here.post("/auth/sessions/")
        assert here.get(PRIVATE).status_code == 200
        assert there.get(PRIVATE).status_code == 403

    def test_is_named_as_its_person_would(self):
        client = Client(headers={"User-Agent": IPHONE})
        client.post(SIGN_IN, {"login": a_customer().email, "password": PASSWORD})
        page = client.get("/auth/sessions/").content.decode()
        assert "Safari trên iPhone" in page
        assert "Mozilla" not in page

    def test_is_not_opened_for_a_closed_login(self):
        user = a_customer(is_active=False)
        assert who(signed_in(user)) is None


class TestNext:
    @pytest.mark.parametrize("where", ELSEWHERE)
    def test_stays_on_the_site(self, client, where):
        user = a_customer()
        answer = client.post(SIGN_IN, {"login": user.email, "password": PASSWORD, "next": where})
        assert answer.status_code == 302
        assert answer.url == "/"

    @pytest.mark.parametrize("where", ELSEWHERE)
    def test_stays_on_the_site_after_signing_out(self, where):
        answer = signed_in(a_customer()).post("/auth/logout/", {"next": where})
        assert "evil" not in answer.url
        assert answer.url.startswith("/")

    def test_leads_on_to_a_page_of_ours(self, client):
        user = a_customer()
        words = {"login": user.email, "password": PASSWORD, "next": "/notices/"}
        assert client.post(SIGN_IN, words).url == "/notices/"


class TestForeignForms:
    @pytest.mark.parametrize("path", [SIGN_IN, "/auth/logout/", ASK_CODE, "/auth/signup/"])
    def test_are_refused(self, path):
        client = Client(enforce_csrf_checks=True)
        user = a_customer()
        answer = client.post(path, {"login": user.email, "password": PASSWORD})
        assert answer.status_code == 403
        assert who(client) is None

    def test_cannot_sign_anybody_out_by_a_link(self):
        client = signed_in(a_customer())
        client.get("/auth/logout/")
        assert client.get(PRIVATE).status_code == 200
