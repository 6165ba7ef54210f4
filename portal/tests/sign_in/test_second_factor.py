import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.utils import timezone

from customers.tests.factories import PASSWORD
from portal.demo import company
from portal.demo.logins import AGENT, CUSTOMER, SECOND_STEP
from portal.lib.sealed import unseal
from portal.tests.sign_in.people import SIGN_IN, a_customer, sign_in_now, who

pytestmark = pytest.mark.django_db
DESK, SET_UP, SHOW_IT = "/desk/", "/auth/2fa/set-up/", "/auth/2fa/authenticate/"
ADD_APP = "/auth/2fa/totp/activate/"


def a_colleague(**fields):
    """A member of staff who can sign in by password."""
    return a_customer(is_staff=True, **fields)


def sign_in(client, user, password=PASSWORD):
    return client.post(SIGN_IN, {"login": user.email, "password": password})


def code_of(secret):
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


class TestStaffWithoutSecondFactor:
    @pytest.mark.parametrize("path", ["/desk/", "/desk/customers/account/", "/notices/"])
    def test_are_led_to_set_one_up_before_anything_opens(self, client, path):
        sign_in(client, a_colleague())
        answer = client.get(path)
        assert answer.url.startswith(SET_UP)
        assert client.get(answer.url).status_code == 200

    def test_get_nothing_by_the_api_either(self, client):
        sign_in(client, a_colleague())
        assert client.get("/api/v1/accounts/").status_code == 403

    def test_set_up_an_app_and_go_on(self, client):
        user = a_colleague()
        sign_in(client, user)
        client.post("/auth/reauthenticate/", {"password": PASSWORD})
        secret = client.get(ADD_APP).context["form"].secret
        client.post(ADD_APP, {"code": code_of(secret)})
        assert Authenticator.objects.filter(user=user, type="totp").exists()
        asked = client.get(client.get(DESK).url)
        client.post(asked.url, {"code": code_of(secret)})
        assert client.get(DESK).status_code == 200

    def test_customers_are_asked_for_none(self, client):
        assert sign_in(client, a_customer()).url == "/"
        assert client.get("/api/v1/accounts/").status_code == 200


class TestStaffWithSecondFactor:
    def test_show_it_before_they_are_signed_in(self, client):
        user = a_colleague()
        TOTP.activate(user, "A" * 32)
        assert sign_in(client, user).url == SHOW_IT
        assert who(client) is None
        answer = client.post(SHOW_IT, {"code": code_of("A" * 32)})
        assert answer.url == DESK
        assert who(client) == user
        assert client.get(DESK).status_code == 200

    def test_go_on_to_what_they_asked_for(self, client):
        user = a_colleague()
        TOTP.activate(user, "A" * 32)
        fields = {"login": user.email, "password": PASSWORD, "next": "/desk/customers/account/"}
        client.post(SIGN_IN, fields)
        answer = client.post(SHOW_IT, {"code": code_of("A" * 32)})
        assert answer.url == "/desk/customers/account/"

    def test_are_led_from_the_page_of_setting_up_to_the_desk(self, client):
        sign_in_now(client, a_colleague())
        TOTP.activate(who(client), "A" * 32)
        assert client.get(SET_UP).url == DESK

    def test_show_it_in_a_session_that_was_there_before(self, client):
        user = a_colleague()
        sign_in(client, user)
        TOTP.activate(user, "A" * 32)
        assert client.get(DESK).url.startswith(SET_UP)
        assert "/2fa/reauthenticate/" in client.get(client.get(DESK).url).url

    def test_have_its_secret_sealed(self):
        totp = TOTP.activate(a_colleague(), "A" * 32)
        kept = totp.instance.data["secret"]
        assert kept != "A" * 32
        assert unseal(kept) == "A" * 32


class TestDemoStaff:
    @pytest.fixture(autouse=True)
    def people(self):
        for login in (AGENT, CUSTOMER):
            groups = ("agent",) if login.is_staff else ()
            company.add_login(login, *groups, name=login.role)

    def test_sign_in_with_the_printed_code(self):
        client = Client()
        client.post(SIGN_IN, {"login": AGENT.email, "password": AGENT.password})
        client.post(SHOW_IT, {"code": SECOND_STEP})
        assert client.get(DESK).status_code == 200

    def test_cannot_where_the_installation_is_not_embedded(self, settings):
        settings.EMBEDDED = False
        client = Client()
        client.post(SIGN_IN, {"login": AGENT.email, "password": AGENT.password})
        client.post(SHOW_IT, {"code": SECOND_STEP})
        assert who(client) is None

    def test_lend_the_code_to_nobody_else(self):
        client, other = Client(), a_colleague(last_login=timezone.now())
        TOTP.activate(other, "A" * 32)
        sign_in(client, other)
        client.post(SHOW_IT, {"code": SECOND_STEP})
        assert who(client) is None
