"""One person of staff has one second step: two logins must not approve each other's requests."""

import json
from hashlib import sha256
from secrets import token_bytes

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from customers.models import User
from customers.services import logins
from portal.tests.sign_in.people import a_customer, sign_in_now

pytestmark = pytest.mark.django_db
ADD_APP, ADD_PASSKEY = "/auth/2fa/totp/activate/", "/auth/2fa/webauthn/add/"


def browser(user: User) -> Client:
    client = Client()
    sign_in_now(client, user)
    return client


def staff() -> User:
    return a_customer(is_staff=True)


def add_app(client: Client, secret: str):
    session = client.session
    session[SECRET_SESSION_KEY] = secret
    session.save()
    code = format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))
    return client.post(ADD_APP, {"code": code})


def a_key() -> AttestedCredentialData:
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    return AttestedCredentialData.create(bytes(16), token_bytes(16), public)


def add_passkey(client: Client, key: AttestedCredentialData):
    """What a browser posts for a passkey, without attestation."""
    client.get(ADD_PASSKEY)
    challenge = client.session["mfa.webauthn.state"]["challenge"]
    said = {"type": "webauthn.create", "challenge": challenge, "origin": "http://testserver"}
    flags = AuthenticatorData.FLAG
    data = AuthenticatorData.create(
        sha256(b"testserver").digest(), flags.UP | flags.UV | flags.AT, 0, bytes(key)
    )
    response = {
        "clientDataJSON": websafe_encode(json.dumps(said).encode()),
        "attestationObject": websafe_encode(bytes(AttestationObject.create("none", data, {}))),
    }
    name = websafe_encode(key.credential_id)
    credential = {"id": name, "rawId": name, "type": "public-key", "response": response}
    return client.post(ADD_PASSKEY, {"credential": json.dumps(credential), "name": "x"})


def owners() -> list[int]:
    factors = Authenticator.objects.exclude(type="recovery_codes").order_by("pk")
    return list(factors.values_list("user", flat=True))


class TestApp:
    def test_of_a_colleague_is_refused_in_words(self):
        lan, minh = staff(), staff()
        TOTP.activate(lan, "A" * 32)
        answer = add_app(browser(minh), "A" * 32)
        assert "Mỗi người có một tài khoản" in answer.content.decode()
        assert owners() == [lan.pk]
        add_app(browser(minh), "B" * 32)
        assert owners() == [lan.pk, minh.pk]

    def test_of_a_colleague_whose_login_is_closed_is_refused(self):
        lan, minh = a_customer(is_staff=True, is_active=False), staff()
        TOTP.activate(lan, "A" * 32)
        add_app(browser(minh), "A" * 32)
        assert owners() == [lan.pk]

    def test_of_ones_own_login_as_a_customer_is_taken(self):
        mine, minh = a_customer(), staff()
        TOTP.activate(mine, "A" * 32)
        add_app(browser(minh), "A" * 32)
        assert owners() == [mine.pk, minh.pk]

    def test_is_added_although_one_of_a_colleague_cannot_be_read(self):
        lan, minh = staff(), staff()
        Authenticator.objects.create(user=lan, type="totp", data={"secret": "not sealed"})
        add_app(browser(minh), "A" * 32)
        assert owners() == [lan.pk, minh.pk]


class TestPasskey:
    def test_of_a_colleague_is_refused(self):
        lan, minh = staff(), staff()
        key = a_key()
        add_passkey(browser(lan), key)
        assert owners() == [lan.pk]
        answer = add_passkey(browser(minh), key)
        assert "Mỗi người có một tài khoản" in answer.content.decode()
        assert owners() == [lan.pk]
        add_passkey(browser(minh), a_key())
        assert owners() == [lan.pk, minh.pk]

    def test_under_another_name_is_the_same_one(self):
        lan, minh = staff(), staff()
        key = a_key()
        add_passkey(browser(lan), key)
        renamed = AttestedCredentialData.create(bytes(16), token_bytes(16), key.public_key)
        add_passkey(browser(minh), renamed)
        assert owners() == [lan.pk]


def test_no_member_of_staff_takes_another_form_of_a_colleagues_address():
    lan, minh, may = staff(), staff(), a_customer()
    local, _, domain = lan.email.partition("@")
    with pytest.raises(logins.NotPossible):
        logins.set_email(user=minh, email=f"{local}+2@{domain}")
    logins.set_email(user=may, email=f"{local}+3@{domain}")


@pytest.mark.parametrize(
    "odd", ["", "x", "{}", "[]", "1", "null", '{"id": 1}', '{"rawId": "x", "response": {}}']
)
def test_a_passkey_that_no_browser_makes_is_refused_and_no_error_of_ours(odd):
    client = browser(a_customer())
    for opened in (False, True):
        if opened:
            client.get(ADD_PASSKEY)
        answer = client.post(ADD_PASSKEY, {"name": "x", "credential": odd})
        assert answer.status_code in {200, 302}
    assert not Authenticator.objects.exists()
