"""Pages open at the pace of a person; whoever copies them has to wait."""

import pytest
from django.core.cache import cache
from django.test import Client
from redis.exceptions import ConnectionError as Away

from customers.models import StaffRole
from customers.tests.factories import a_link, a_member
from portal import middleware

pytestmark = pytest.mark.django_db
DAY = 24 * 60 * 60


@pytest.fixture(autouse=True)
def three_a_minute(settings, monkeypatch):
    """A minute as long as a day: a slow machine stays within one."""
    settings.PAGES_A_MINUTE = 3
    monkeypatch.setattr(middleware, "MINUTE", DAY)


@pytest.fixture
def link():
    return a_link()


def of(user):
    client = Client()
    client.force_login(user)
    return client


def asked(client, path, times=4):
    return [client.get(path).status_code for _ in range(times)]


class TestPace:
    def test_lets_nobody_copy_page_after_page(self, link):
        client = of(link.user)
        page = f"/accounts/{link.account.number}/bills/"
        assert asked(client, page) == [200, 200, 200, 429]
        answer = client.get("/me/")
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= DAY
        assert "no-store" in answer.headers["Cache-Control"]
        assert "Content-Security-Policy" in answer.headers
        text = answer.content.decode()
        assert "Quá nhiều trang" in text
        assert link.account.number not in text

    def test_is_one_for_all_browsers_of_a_person_and_each_persons_own(self, link):
        page = f"/accounts/{link.account.number}/bills/"
        asked(of(link.user), page)
        assert asked(of(link.user), page, times=1) == [429]
        other = a_link()
        assert asked(of(other.user), f"/accounts/{other.account.number}/bills/", 1) == [200]

    def test_is_not_for_staff_nor_for_visitors(self):
        assert asked(of(a_member(StaffRole.AGENT)), "/desk/") == [200] * 4
        assert asked(Client(), "/verify/") == [200] * 4

    def test_keeps_nobody_out_where_nothing_can_be_counted(self, link, monkeypatch):
        def away(*_args, **_more):
            raise Away

        client = of(link.user)
        monkeypatch.setattr(cache, "incr", away, raising=False)
        assert 429 not in asked(client, f"/accounts/{link.account.number}/bills/")
