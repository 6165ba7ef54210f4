"""What one person was shown is kept by no cache and reaches nobody else."""

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.test import Client

from billing.tests.factories import a_bill
from customers.tests.factories import a_contact, a_link, a_user, an_account
from portal.tests.routes import routes
from portal.tests.sign_in.people import sign_in_now

NAME = "Hồ Ngọc Chim Yến"
PLACE = "77/9 hẻm Hoàng Yến"
OURS = ("Chim Yến", "Hoàng Yến", "chimyen")


def paths(number: str) -> list[str]:
    """Every page that a customer may ask for by GET, with this account where it names one."""
    shut = ("desk/", "hooks/", "_allauth/", "auth/logout")
    return [
        route.path(number=number)
        for route in routes()
        if not route.pattern.startswith(shut) and "(?P" not in route.pattern
    ]


def fill() -> tuple[list[str], Client]:
    """The pages of a person with an unmistakable name, once they have seen them all."""
    account = an_account(holder_name=NAME, address=PLACE)
    link = a_link(account=account, user=a_user(name=NAME, email="chimyen@example.vn"))
    a_contact(account=account, kind="email", value="chimyen.nha@example.vn")
    a_bill(account=account)
    person = Client(raise_request_exception=False)
    sign_in_now(person, link.user)
    return paths(account.number), person


def named(content: bytes) -> list[str]:
    text = content.decode(errors="replace")
    return [word for word in OURS if word in text]


def kept_keys() -> list[str]:
    """Every key of the shared cache, wherever that is."""
    if not isinstance(caches["default"], DatabaseCache):
        return [key.decode() for key in caches["default"]._cache.get_client().keys("*")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        return [key for (key,) in cursor.fetchall()]


@pytest.mark.django_db
class TestPages:
    def test_that_one_person_saw_show_nothing_of_it_to_another_or_to_nobody(self):
        seen, person = fill()
        shown = {path: person.get(path) for path in seen}
        others = {"another": Client(raise_request_exception=False), "nobody": Client()}
        others["nobody"].raise_request_exception = False
        others["another"].force_login(a_user(name="Người khác"))
        leaks = [
            (who, path, words)
            for who, client in others.items()
            for path in seen
            if (words := named(client.get(path).getvalue()))
        ]
        assert leaks == []
        # The test is worth something only where the name was shown at all.
        assert sum(bool(named(answer.getvalue())) for answer in shown.values()) >= 3

    def test_behind_sign_in_forbid_every_cache_to_keep_them(self):
        seen, person = fill()
        kept = {
            path: answer.headers.get("Cache-Control", "")
            for path in seen
            if (answer := person.get(path)).status_code == 200
            and not {"no-store", "private"} <= set(answer.headers["Cache-Control"].split(", "))
        }
        assert kept == {}

    def test_leave_nothing_of_it_in_the_shared_cache(self):
        seen, person = fill()
        for path in seen:
            person.get(path)
        cache.set("kept", 1)
        keys = kept_keys()
        assert keys
        plain = [key.split(":", 2)[-1] for key in keys]
        assert [key for key in keys if named(key.encode())] == []
        assert [key for key in plain if named(repr(cache.get(key)).encode())] == []


def test_no_middleware_keeps_answers():
    keeping = [name for name in settings.MIDDLEWARE if "cache" in name.lower()]
    assert keeping == []
