"""JSON nested ten thousand deep, or just as deep as a parser still takes, is the asker's fault."""

import hashlib

import pytest
from django.test import Client

from customers.tests.factories import a_link
from notifications.models import Receipt
from portal.lib.bodies import MOST_LEVELS, TOO_DEEP, is_deeper
from portal.tests.routes import Route, routes
from portal.tests.sign_in.people import a_customer, sign_in_now

pytestmark = pytest.mark.django_db
DEPTHS = (10_000, 930, 300)
SECRET = "simulated"


def bodies(depth: int) -> list[str]:
    deep = "[" * depth + "]" * depth
    return ["[" * depth, deep, f'{{"a": {deep}, "email": {deep}, "login": {deep}}}']


def under(*places: str) -> list[Route]:
    return [route for route in routes() if route.pattern.startswith(places)]


def send(client: Client, method: str, path: str, body: str, **headers: str):
    # A fault is to be answered, as it is to a program, and not raised.
    client.raise_request_exception = False
    return client.generic(method, path, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_of_any_route_of_programs_is_never_a_fault_of_ours(method, depth):
    link = a_link()
    client = Client()
    client.force_login(link.user)
    for route in under("api/", "_allauth/", "hooks/"):
        path = route.path(number=link.account.number, secret=SECRET)
        for body in bodies(depth):
            answer = send(client, method, path, body)
            assert answer.status_code < 500, (path, body[:40])


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize(
    ("method", "name"),
    [("PUT", "preferences"), ("PUT", "threshold")],
)
def test_of_the_api_is_refused_in_words(method, name, depth):
    link = a_link()
    client = Client()
    client.force_login(link.user)
    for body in bodies(depth)[1:]:
        answer = send(client, method, f"/api/v1/accounts/{link.account.number}/{name}/", body)
        assert (answer.status_code, answer.json()) == (400, {"detail": str(TOO_DEEP)})


@pytest.mark.parametrize("path", ["auth/login", "auth/signup", "auth/code/request"])
def test_of_allauths_programs_is_refused_in_words(path):
    answer = send(Client(), "POST", f"/_allauth/app/v1/{path}", "[" * 10_000)
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"code": "too_deep", "message": str(TOO_DEEP)}]


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("path", ["login/", "add/", "reauthenticate/"])
def test_in_the_field_of_a_passkey_is_refused(path, depth):
    client = Client(raise_request_exception=False)
    if path != "login/":
        sign_in_now(client, a_customer())
    for body in bodies(depth):
        answer = client.post(f"/auth/2fa/webauthn/{path}", {"credential": body, "name": "x"})
        assert answer.status_code < 500, body[:40]
    answer = Client().post("/auth/2fa/webauthn/login/", {"credential": "[" * 10_000})
    assert (answer.status_code, answer.content.decode()) == (400, str(TOO_DEEP))


@pytest.mark.parametrize("depth", DEPTHS)
def test_signed_by_zalo_does_no_harm(depth):
    for text in bodies(depth):
        body = text.encode()
        signed = b"simulated-app" + body + b"simulated-oa-secret"
        mac = f"mac={hashlib.sha256(signed).hexdigest()}"
        answer = send(Client(), "POST", "/hooks/zalo/", text, **{"X-ZEvent-Signature": mac})
        assert answer.status_code < 500
    assert not Receipt.objects.exists()


def test_counts_levels_and_not_their_width():
    flat = {"a": list(range(10_000)), "b": "[" * 10_000}
    assert not is_deeper(flat, than=2)
    assert not is_deeper(7, than=0)
    nested: object = 0
    for _level in range(MOST_LEVELS):
        nested = [nested]
    assert not is_deeper(nested, than=MOST_LEVELS)
    assert is_deeper({"x": nested}, than=MOST_LEVELS)
