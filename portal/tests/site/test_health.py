from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisAway

from portal.site import health
from portal.site.errors import server_error


@pytest.fixture
def client() -> Client:
    """A visitor who is shown what the site answers when a view fails."""
    return Client(raise_request_exception=False)


@pytest.fixture
def no_database(django_db_setup, django_db_blocker, monkeypatch) -> Iterator[None]:
    """Nobody listens where the database should be."""
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    with django_db_blocker.unblock():
        yield
        connection.close()


class TestAlive:
    def test_needs_no_database(self, client, no_database):
        answer = client.get("/healthz")
        assert (answer.status_code, answer.content) == (200, b"ok")

    def test_is_never_cached(self, client):
        assert "no-store" in client.get("/healthz").headers["Cache-Control"]

    def test_changes_nothing(self, client):
        assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
class TestReady:
    def test_says_so_when_every_part_works(self, client):
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"failing": []})

    def test_names_a_migration_that_is_missing(self, client):
        MigrationRecorder.Migration.objects.filter(app="billing").delete()
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"failing": ["migrations"]})

    def test_takes_a_migration_of_newer_code(self, client):
        MigrationRecorder.Migration.objects.create(
            app="billing", name="9999_of_tomorrow", applied=timezone.now()
        )
        assert client.get("/readyz").status_code == 200

    def test_names_a_cache_that_forgets(self, client):
        forgetful = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
        with override_settings(CACHES=forgetful):
            assert client.get("/readyz").json() == {"failing": ["cache"]}
        cache.clear()

    def test_names_no_more_than_the_part(self, client, monkeypatch):
        def leak() -> bool:
            raise RuntimeError("password=secret")

        monkeypatch.setitem(health.PARTS, "cache", leak)
        assert b"secret" not in client.get("/readyz").content


class TestWithoutDatabase:
    def test_is_not_ready_and_says_why(self, client, no_database):
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert {"database", "migrations"} <= set(answer.json()["failing"])

    def test_a_page_asks_to_come_back(self, client, no_database):
        client.cookies["session"] = "x" * 32
        answer = client.get("/auth/login/")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "30"
        assert "<h1>" in answer.content.decode()


class TestServerError:
    def answer(self, path: str, fault: Exception) -> HttpResponse:
        try:
            raise fault
        except type(fault):
            return server_error(RequestFactory().get(path))

    def test_is_a_500_for_a_fault_of_ours(self):
        answer = self.answer("/", KeyError("ours"))
        assert answer.status_code == 500
        assert "Retry-After" not in answer.headers

    def test_is_a_503_while_the_cache_is_away(self):
        assert self.answer("/", RedisAway("gone")).status_code == 503

    def test_tells_the_api_in_json(self):
        answer = self.answer("/api/v1/bills", OperationalError("gone"))
        assert (answer.status_code, answer.content) == (503, b'{"detail": "Unavailable"}')

    def test_quotes_nothing_of_the_fault(self):
        assert b"secret" not in self.answer("/", OperationalError("password=secret")).content
