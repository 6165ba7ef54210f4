"""Getting back in: what a reset by e-mail does, and what a phone number alone does not."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client
from django.utils import timezone

from customers.models import User
from customers.tests.factories import PASSWORD, a_user
from notifications.models import DirectMessage
from portal.tests.sign_in.people import (
    ASK_CODE,
    RESET,
    SIGN_IN,
    SIGN_UP,
    TYPE_CODE,
    a_customer,
    last_code,
    last_message,
    who,
)

pytestmark = pytest.mark.django_db
NEW = "bốn từ không ai ghép"
LONG_AGO = timedelta(days=400)


def asked(user, **headers):
    """The path of the link in the letter."""
    Client().post(RESET, {"email": user.email}, **headers)
    letter = last_message()
    assert letter.purpose == "reset_code"
    found = re.search(r"(https?://[^/\s]+)(/\S+)", letter.text)
    assert found[1] == settings.SITE_URL
    return found[2]


def choose(path, client=None):
    """Open the link and choose a new password; the answer."""
    client = client or Client()
    page = client.get(path)
    if page.status_code == 200:
        return page
    return client.post(page.url, {"password1": NEW, "password2": NEW})


class TestReset:
    def test_gives_a_new_password_and_tells_the_owner(self):
        user = a_customer()
        choose(asked(user))
        assert User.objects.get().check_password(NEW)
        assert last_message().purpose == "security"
        assert last_message().address == user.email

    def test_signs_nobody_in(self):
        client = Client()
        choose(asked(a_customer()), client)
        assert who(client) is None

    @pytest.mark.parametrize(
        "header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_SERVER", "HTTP_ORIGIN"]
    )
    def test_never_names_a_host_that_the_request_claims(self, header):
        user = a_customer()
        client = Client()
        answer = client.post(RESET, {"email": user.email}, **{header: "evil.vn"})
        if answer.status_code != 400:
            assert "evil.vn" not in last_message().text
            assert settings.SITE_URL in last_message().text
        else:
            assert not DirectMessage.objects.exists()

    def test_works_once(self):
        path = asked(a_customer())
        choose(path)
        assert choose(path).context["token_fail"]

    def test_is_dead_after_a_change_of_password(self):
        user = a_customer()
        path = asked(user)
        user.set_password(NEW)
        user.save()
        assert choose(path).context["token_fail"]

    def test_is_dead_after_a_change_of_address(self):
        user = a_customer()
        path = asked(user)
        user.emailaddress_set.update(email="other@example.vn")
        User.objects.update(email="other@example.vn")
        assert choose(path).context["token_fail"]

    def test_is_dead_after_an_hour(self, settings):
        path = asked(a_customer())
        assert settings.PASSWORD_RESET_TIMEOUT <= 3600
        settings.PASSWORD_RESET_TIMEOUT = -1
        assert choose(path).context["token_fail"]

    @pytest.mark.parametrize("method", ["get", "head"])
    def test_is_not_used_up_by_a_scanner_of_mail(self, method):
        user = a_customer()
        path = asked(user)
        for _ in range(3):
            getattr(Client(), method)(path, follow=True)
        assert User.objects.get().check_password(PASSWORD)
        choose(path)
        assert User.objects.get().check_password(NEW)

    def test_ends_the_sessions_that_were_open(self):
        user = a_customer()
        thief = Client()
        thief.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
        assert thief.get("/api/v1/accounts/").status_code == 200
        choose(asked(user))
        assert thief.get("/api/v1/accounts/").status_code == 403

    def test_leaves_the_second_step_in_place(self, client):
        user = a_customer()
        TOTP.activate(user, "A" * 32)
        choose(asked(user))
        answer = client.post(SIGN_IN, {"login": user.email, "password": NEW})
        assert answer.url == "/auth/2fa/authenticate/"
        assert who(client) is None

    def test_takes_no_phone_number(self, client):
        a_user(phone="+84903123456", phone_verified_at=timezone.now(), password=PASSWORD)
        client.post(RESET, {"email": "0903123456"})
        assert not DirectMessage.objects.exists()


class TestPhoneAlone:
    def came_by_sms(self, **fields):
        """A browser that signed in by a code to the phone, of a login a year old."""
        now = timezone.now()
        given = {"phone_verified_at": now - LONG_AGO, "date_joined": now - LONG_AGO}
        a_user(phone="+84903123456", last_login=now, **{**given, **fields})
        client = Client()
        client.post(ASK_CODE, {"login": "0903123456"})
        client.post(TYPE_CODE, {"code": last_code()})
        return client

    @pytest.mark.parametrize(
        "path", ["/auth/2fa/totp/activate/", "/auth/2fa/webauthn/add/", "/auth/password/set/"]
    )
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_adds_nothing_that_outlasts_it(self, path, method):
        client = self.came_by_sms()
        assert who(client) is not None
        assert getattr(client, method)(path).status_code == 403

    def test_adds_it_while_the_login_is_being_made(self, client):
        client.post(SIGN_UP, {"login": "0903123456"})
        client.post("/auth/phone/verify/", {"code": last_code()})
        assert client.get("/auth/2fa/totp/activate/").status_code == 200

    def test_that_is_new_does_not_sign_in_for_three_days(self):
        client = self.came_by_sms(phone_verified_at=timezone.now() - timedelta(hours=71))
        assert who(client) is None

    def test_signs_in_after_three_days(self):
        client = self.came_by_sms(phone_verified_at=timezone.now() - timedelta(hours=73))
        assert who(client) is not None


class TestPrograms:
    @pytest.mark.parametrize(
        "path",
        ["authenticators/totp", "authenticators/webauthn", "password/change", "email", "phone"],
    )
    def test_change_nothing_that_needs_more_proof(self, client, path):
        client.force_login(a_customer())
        for method in ("get", "post", "put", "delete"):
            answer = getattr(client, method)(f"/_allauth/app/v1/account/{path}")
            assert answer.status_code == 404
