"""Nobody learns who has a login: the same answer, and the same work behind it."""

import re
from dataclasses import dataclass

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.tests.factories import a_user
from notifications.models import DirectMessage
from portal.tests.sign_in.people import (
    ASK_CODE,
    PROVE_EMAIL,
    PROVE_PHONE,
    RESET,
    SIGN_IN,
    SIGN_UP,
    TYPE_CODE,
    a_customer,
)

pytestmark = pytest.mark.django_db
GOOD = "bốn từ không ai ghép"
KNOWN = {"phone": "+84903123456", "email": "known@example.vn"}
NOBODYS = {"phone": "+84903999999", "email": "nobody@example.vn"}
AGAIN = "/auth/code/again/"
PROGRAM = "/_allauth/app/v1/auth/signup"
ALIKE = 4
"""So many statements more or less cannot be told apart by time: some are shorter than noise."""


@dataclass
class Seen:
    """What a visitor can see of one answer, and how often a password was hashed for it."""

    status: int
    headers: dict[str, str]
    body: str
    hashes: int
    messages: int


@pytest.fixture
def hashes(monkeypatch):
    made = []
    plain = MD5PasswordHasher.encode

    def encode(self, password, salt):
        made.append(password)
        return plain(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    return made


@pytest.fixture(autouse=True)
def known():
    """The one login there is."""
    return a_customer(**KNOWN, phone_verified_at=timezone.now(), last_login=timezone.now())


@pytest.fixture
def watch(hashes):
    """Post the steps with this address; what is seen of the last one, without the address."""

    def watch(address, steps):
        client = Client()
        cache.clear()
        for path, words in steps:
            hashes.clear()
            before = DirectMessage.objects.count()
            answer = client.post(path, {k: v.format(address) for k, v in words.items()})
        page = client.get(answer.url) if answer.status_code == 302 else answer
        return Seen(
            status=answer.status_code,
            headers=_headers(answer),
            body=_body(answer, address) + _body(page, address),
            hashes=len(hashes),
            messages=DirectMessage.objects.count() - before,
        )

    return watch


SIGN_UP_STEP = (SIGN_UP, {"login": "{}"})
ASK_STEP = (ASK_CODE, {"login": "{}"})
WAYS = {
    "sign up": [SIGN_UP_STEP],
    "sign up with a password": [(SIGN_UP, {"login": "{}", "password1": GOOD})],
    "sign in with a wrong password": [(SIGN_IN, {"login": "{}", "password": "wrong"})],
    "sign in with an endless password": [(SIGN_IN, {"login": "{}", "password": "x" * 4096})],
    "ask for a code": [ASK_STEP],
    "ask for a code again": [ASK_STEP, (AGAIN, {})],
    "ask for the code of a sign-up again": [SIGN_UP_STEP, (AGAIN, {})],
    "type a wrong code to sign in": [ASK_STEP, (TYPE_CODE, {"code": "x"})],
    "type five wrong codes to sign in": [ASK_STEP, *[(TYPE_CODE, {"code": "x"})] * 5],
}


class TestAnswers:
    @pytest.mark.parametrize("kind", ["phone", "email"])
    @pytest.mark.parametrize("way", WAYS)
    def test_are_the_same_for_a_known_address_and_nobodys(self, watch, way, kind):
        assert watch(KNOWN[kind], WAYS[way]) == watch(NOBODYS[kind], WAYS[way])

    @pytest.mark.parametrize(("kind", "page"), [("phone", PROVE_PHONE), ("email", PROVE_EMAIL)])
    @pytest.mark.parametrize("tries", [1, 5])
    def test_are_the_same_for_a_wrong_code_of_a_sign_up(self, watch, kind, page, tries):
        steps = [SIGN_UP_STEP, *[(page, {"code": "x"})] * tries]
        assert watch(KNOWN[kind], steps) == watch(NOBODYS[kind], steps)

    def test_are_the_same_for_a_reset(self, watch):
        steps = [(RESET, {"email": "{}"})]
        assert watch(KNOWN["email"], steps) == watch(NOBODYS["email"], steps)

    def test_are_the_same_for_a_login_that_is_closed(self, watch):
        a_user(email="closed@example.vn", is_active=False)
        steps = [(RESET, {"email": "{}"})]
        assert watch("closed@example.vn", steps) == watch(NOBODYS["email"], steps)

    def test_are_the_same_for_a_login_without_a_password(self, watch):
        a_user(email="bare@example.vn", password=None)
        steps = [(SIGN_IN, {"login": "{}", "password": "wrong"})]
        assert watch("bare@example.vn", steps) == watch(NOBODYS["email"], steps)


class TestWork:
    @pytest.mark.parametrize("way", WAYS)
    def test_differs_by_few_statements(self, way):
        """Milliseconds are measured by ``manage.py bench sign_in``."""
        counts = [self.statements(one["email"], way) for one in (KNOWN, NOBODYS)]
        assert abs(counts[0] - counts[1]) <= ALIKE, counts
        counts = [self.statements(one["phone"], way) for one in (KNOWN, NOBODYS)]
        assert abs(counts[0] - counts[1]) <= ALIKE, counts

    def statements(self, address, way):
        client, steps = Client(), WAYS[way]
        cache.clear()
        for path, words in steps[:-1]:
            client.post(path, {k: v.format(address) for k, v in words.items()})
        path, words = steps[-1]
        with CaptureQueriesContext(
            connection,
        ) as made:
            client.post(path, {k: v.format(address) for k, v in words.items()})
        return len(made)

    @pytest.mark.parametrize("words", [{}, {"password": GOOD}])
    def test_of_a_sign_up_by_program_differs_by_few_statements(self, words):
        known, nobodys = (self.by_program(one["email"], words) for one in (KNOWN, NOBODYS))
        assert known[0] == nobodys[0] == 401
        assert abs(known[1] - nobodys[1]) <= ALIKE, (known, nobodys)

    def by_program(self, email, words):
        cache.clear()
        with CaptureQueriesContext(connection) as made:
            answer = Client().post(PROGRAM, {"email": email, **words}, "application/json")
        return answer.status_code, len(made)


def _headers(answer):
    kept = {"Content-Type", "Cache-Control", "Location", "Vary"}
    return {name: value for name, value in answer.headers.items() if name in kept}


def _body(answer, address):
    """The page but for what the visitor typed and the random mask of the form's token."""
    text = answer.content.decode().replace(address, "…")
    local = address.replace("+84", "0")
    text = text.replace(local, "…")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
