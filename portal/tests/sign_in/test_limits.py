"""Guessing: of passwords one after the other and from many places, of codes all at once."""

import http.client
import logging
import secrets
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlencode, urlsplit

import pytest
from allauth.account import forms as stock
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone

from customers.models import User
from customers.tests.factories import PASSWORD, a_user
from portal.tests.sign_in.people import (
    ASK_CODE,
    PROVE_PHONE,
    SIGN_IN,
    SIGN_UP,
    TYPE_CODE,
    a_customer,
    last_code,
    who,
)

AT_ONCE = 60


@pytest.fixture
def compares(monkeypatch):
    """Every comparison of a typed code with the right one."""
    made = []

    def compare(**codes):
        made.append(codes)
        return plain(**codes)

    plain = stock.compare_user_code
    monkeypatch.setattr(stock, "compare_user_code", compare)
    return made


@pytest.fixture
def hashes(monkeypatch):
    """Every password that was hashed to be compared."""
    made = []
    plain = MD5PasswordHasher.verify

    def verify(self, password, encoded):
        made.append(password)
        return plain(self, password, encoded)

    monkeypatch.setattr(MD5PasswordHasher, "verify", verify)
    return made


@pytest.fixture
def bare_refusals(monkeypatch):
    """The page that says "too many" without its words, and nothing in the log about it."""
    bare = lambda _request, _page, status: HttpResponse(status=status)  # noqa: E731
    monkeypatch.setattr(ratelimit, "render", bare)
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


# One site for the browsers of all strangers: its middleware is loaded once.
SITE = ClientHandler(enforce_csrf_checks=False)


def sign_in(login, password, *, address="198.51.100.7", **headers):
    client = Client(REMOTE_ADDR=address)
    client.handler = SITE
    return client.post(SIGN_IN, {"login": login, "password": password}, **headers)


@pytest.mark.django_db
class TestPasswords:
    def test_500_wrong_pairs_from_one_address_are_mostly_not_looked_at(self, hashes, bare_refusals):
        first = a_customer()
        users = [first, *(a_customer(password=None) for _ in range(99))]
        # Hashed once: a hundred times over takes half a minute.
        User.objects.update(password=first.password)
        answers = [
            sign_in(user.email, f"wrong {turn}").status_code for turn in range(5) for user in users
        ]
        assert answers.count(429) >= 450
        assert len(hashes) <= 50
        assert sign_in(users[0].email, PASSWORD, address="192.0.2.1").status_code == 302

    def test_one_login_is_compared_five_times_from_wherever(self, hashes):
        user = a_customer(phone="+84903123456", phone_verified_at=timezone.now())
        for number in range(1, 9):
            for login in (user.email, "0903123456"):
                sign_in(login, "wrong", address=f"203.0.{number}.1")
        assert len(hashes) == 5

    def test_one_address_leaves_the_owner_tries_of_their_own(self):
        user = a_customer()
        for _ in range(9):
            sign_in(user.email, "wrong")
        assert sign_in(user.email, PASSWORD, address="192.0.2.1").status_code == 302

    def test_all_addresses_of_one_line_are_one_address(self, hashes):
        user = a_customer()
        for number in range(1, 7):
            sign_in(user.email, "wrong", address=f"2001:db8:1:2::{number}")
        assert len(hashes) == 3
        assert sign_in(user.email, PASSWORD, address="2001:db8:1:3::1").status_code == 302

    def lock_out(self, user):
        for number in range(1, 4):
            for _ in range(3):
                sign_in(user.email, "wrong", address=f"203.0.{number}.1")

    def known_browser(self, user):
        client = Client(REMOTE_ADDR="192.0.2.1")
        client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
        client.post("/auth/logout/")
        return client

    def test_many_addresses_do_not_keep_the_owner_out_where_they_sign_in(self):
        user = a_customer()
        home = self.known_browser(user)
        self.lock_out(user)
        assert sign_in(user.email, PASSWORD, address="192.0.2.2").status_code == 429
        answer = home.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
        assert answer.status_code == 302
        assert who(home) == user

    def test_a_known_browser_has_few_tries_of_its_own(self, hashes):
        user = a_customer()
        home = self.known_browser(user)
        hashes.clear()
        for number in range(9):
            home.post(
                SIGN_IN, {"login": user.email, "password": "wrong"}, REMOTE_ADDR=f"203.0.{number}.1"
            )
        assert len(hashes) == 5

    def test_all_known_browsers_of_a_login_have_few_tries_together(self, hashes):
        user = a_customer()
        homes = [self.known_browser(user) for _ in range(5)]
        hashes.clear()
        for number, home in enumerate(homes):
            for turn in range(5):
                address = f"203.0.{number}.{turn // 3}"
                typed = {"login": user.email, "password": "wrong"}
                home.post(SIGN_IN, typed, REMOTE_ADDR=address)
        assert len(hashes) == 15

    def test_signing_out_everywhere_leaves_one_known_browser(self):
        user = a_customer()
        lost, home = self.known_browser(user), self.known_browser(user)
        home.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
        home.post("/auth/sessions/")
        home.post("/auth/logout/")
        self.lock_out(user)
        for browser, status in ((lost, 429), (home, 302)):
            answer = browser.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
            assert answer.status_code == status

    def test_no_browser_is_known_for_staff(self):
        user = a_customer()
        home = self.known_browser(user)
        User.objects.filter(pk=user.pk).update(is_staff=True)
        self.lock_out(user)
        answer = home.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
        assert answer.status_code == 429

    def test_staff_are_given_no_cookie_for_it(self):
        user = a_customer(is_staff=True)
        client = Client()
        answer = client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
        assert answer.status_code == 302
        assert settings.KNOWN_COOKIE_NAME not in client.cookies

    def test_a_browser_is_known_for_one_login_and_one_password(self):
        user, other = a_customer(), a_customer()
        home = self.known_browser(user)
        self.lock_out(other)
        answer = home.post(SIGN_IN, {"login": other.email, "password": PASSWORD})
        assert answer.status_code == 429
        user.set_password("một mật khẩu khác hẳn")
        user.save()
        self.lock_out(user)
        answer = home.post(SIGN_IN, {"login": user.email, "password": "một mật khẩu khác hẳn"})
        assert answer.status_code == 429

    @pytest.mark.parametrize("value", ["", "x", "WzFd:abc:def", "\x00"])
    def test_a_made_up_browser_is_not_known(self, value):
        user = a_customer()
        self.lock_out(user)
        client = Client(REMOTE_ADDR="192.0.2.1")
        client.cookies[settings.KNOWN_COOKIE_NAME] = value
        answer = client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
        assert answer.status_code == 429

    def test_claiming_other_addresses_changes_nothing(self, hashes):
        user = a_customer()
        for number in range(9):
            sign_in(user.email, "wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
        assert len(hashes) == 3

    def test_right_ones_are_not_counted(self):
        user = a_customer()
        assert [sign_in(user.email, PASSWORD).status_code for _ in range(9)] == [302] * 9

    def test_of_one_phone_number_do_not_count_against_another(self):
        for number in range(8):
            a_user(phone=f"+8490312345{number}", phone_verified_at=timezone.now())
        for number in range(8):
            answer = sign_in(f"090312345{number}", "wrong", address=f"203.0.{number}.1")
            assert answer.status_code == 200


@pytest.mark.django_db(transaction=True)
class TestCodesAtOnce:
    def test_of_sixty_wrong_ones_five_are_compared_and_the_right_one_is_dead(
        self, live_server, compares
    ):
        client = Client()
        a_user(
            phone="+84903123456", phone_verified_at=timezone.now(), last_login=timezone.now()
        )  # fmt: skip
        client.post(ASK_CODE, {"login": "0903123456"})
        right = last_code()
        wrong = f"{(int(right) + 1) % 10**6:06d}"
        answers = at_once(live_server.url, client, TYPE_CODE, [wrong] * AT_ONCE)
        assert len(compares) == 5
        assert set(answers) <= {200, 302, 429}
        client.post(TYPE_CODE, {"code": right})
        assert who(client) is None

    def test_naming_another_session_beside_ones_own_gains_no_compare(self, live_server, compares):
        client = Client()
        client.post(SIGN_UP, {"login": "0903123456"})
        at_once(live_server.url, client, PROVE_PHONE, ["x"] * AT_ONCE, names_others=True)
        assert len(compares) == 5

    def test_the_right_one_sent_sixty_times_counts_once(self, live_server, compares):
        client = Client()
        client.post(SIGN_UP, {"login": "0903123456"})
        at_once(live_server.url, client, PROVE_PHONE, [last_code()] * AT_ONCE)
        assert len(compares) == 1


def at_once(url, client, path, codes, *, names_others=False):
    """Post all the codes at the same time, in the session of ``client``.

    With ``names_others`` each carries the token of some program's session, too.
    """
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    token = "a" * 32
    headers = {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}; {settings.CSRF_COOKIE_NAME}={token}",
        "Content-Type": "application/x-www-form-urlencoded",
    }

    def post(code):
        body = urlencode({"code": code, "csrfmiddlewaretoken": token})
        named = {"X-Session-Token": secrets.token_hex(16)} if names_others else {}
        server = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        with closing(server) as connection:
            connection.request("POST", path, body, headers | named)
            with connection.getresponse() as answer:
                answer.read()
                return answer.status

    with ThreadPoolExecutor(len(codes)) as pool:
        return list(pool.map(post, codes))


@pytest.mark.django_db
class TestCodes:
    def asked(self):
        """A browser that was sent a code, and the code."""
        client = Client()
        a_user(phone="+84903123456", phone_verified_at=timezone.now(), last_login=timezone.now())
        client.post(ASK_CODE, {"login": "0903123456"})
        return client, last_code()

    def test_have_six_digits(self):
        assert self.asked()[1].isdigit()

    def test_sign_in_once(self):
        client, code = self.asked()
        client.post(TYPE_CODE, {"code": code})
        assert who(client) is not None
        client.post("/auth/logout/")
        client.post(TYPE_CODE, {"code": code})
        assert who(client) is None

    def test_are_worth_nothing_in_another_browser(self):
        _, code = self.asked()
        other = Client()
        other.post(ASK_CODE, {"login": "0909999999"})
        other.post(TYPE_CODE, {"code": code})
        assert who(other) is None

    def test_are_worth_nothing_after_eleven_minutes(self, monkeypatch):
        client, code = self.asked()
        later = timezone.now().timestamp() + 11 * 60
        monkeypatch.setattr("time.time", lambda: later)
        client.post(TYPE_CODE, {"code": code})
        assert who(client) is None

    def test_are_replaced_by_newer_ones(self, monkeypatch):
        client, old = self.asked()
        client.post("/auth/code/again/")
        new = last_code()
        if new != old:
            client.post(TYPE_CODE, {"code": old})
            assert who(client) is None
        client.post(TYPE_CODE, {"code": new})
        assert who(client) is not None

    @pytest.mark.parametrize("form", ["{}", " {} ", "{}\u200b", "arabic"])
    def test_in_other_digits_get_no_second_life(self, form, compares):
        client, code = self.asked()
        arabic = code.translate({ord("0") + n: ord("٠") + n for n in range(10)})
        for _ in range(6):
            client.post(TYPE_CODE, {"code": arabic if form == "arabic" else form.format("000000")})
        assert len(compares) <= 5
        client.post(TYPE_CODE, {"code": code})
        assert who(client) is None
