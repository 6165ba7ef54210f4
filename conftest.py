"""Fixtures for every app's tests: a browser, a site to browse, a worker; and no skipping in CI."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.core.cache.backends.db import DatabaseCache
from django.core.servers.basehttp import WSGIServer
from django.test import Client, TransactionTestCase
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from portal.tests import browser as browsers
from portal.tests import initial, migrated, workers
from portal.tests.sign_in.people import force_login

# Sixty browsers that come at once are all heard, however busy the machine is.
WSGIServer.request_queue_size = 128
# Fixtures that open the database for whoever asks for them.
DATABASE = {"db", "transactional_db", "live_server"}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Each process gets a copy of one migrated database, which the first that comes makes."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with django_db_blocker.unblock():
        migrated.copy_from_one(made=shared / "migrated")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database; a test that commits leaves it as the migrations made it.

    Django counts on such tests to run last. Two processes share the files here, so the next test
    may be one that needs the groups, policies and tariffs.
    """
    with django_db_blocker.unblock():
        initial.remember()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: forget())
        yield


def forget() -> None:
    """What a test that commits leaves in database and cache."""
    initial.restore()
    cache.clear()


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    """Tries are counted in the cache; in Redis that outlives what is rolled back with a test."""
    if not isinstance(caches["default"], DatabaseCache):
        cache.clear()


@pytest.fixture(scope="session", autouse=True)
def loads_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Loads are numbered anew in each database: files of another run would pass for theirs."""
    settings.LOADS_DIR = str(tmp_path_factory.mktemp("loads"))


@pytest.fixture
def loads_apart(tmp_path: Path, settings: Any) -> Path:
    """A folder that holds the files of this test's loads, and no others."""
    folder = tmp_path / "loads"
    folder.mkdir()
    settings.LOADS_DIR = str(folder)
    return folder


@pytest.fixture(scope="session", autouse=True)
def staff_with_second_factor() -> Iterator[None]:
    """Staff whom a test signs in by force have shown their second factor."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", force_login(Client.force_login))
        yield


@pytest.fixture
def site(live_server: LiveServer) -> str:
    """The URL of the running site."""
    return str(live_server.url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started for the first test that asks for it."""
    with browsers.running_browser() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open a page as ``user`` (or nobody), at a ``width``, in the ``dark``, without JavaScript."""
    with ExitStack() as opened:

        def open_page(path: str = "/", *, user: object = None, **looks: object) -> Page:
            context = opened.enter_context(browsers.open_context(browser, url=site, **looks))
            if user is not None:
                browsers.sign_in(context, url=site, user=user)
            page = context.new_page()
            page.goto(path)
            return page

        yield open_page


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[workers.Worker]:
    """A Celery worker in a process of its own, on the test's database."""
    with workers.running_worker(tmp_path) as worker:
        yield worker


# Files that take longest: begun first, so that no process ends long after the others.
LONGEST = (
    "test_every_page.py", "test_matrix.py", "test_running.py", "test_narrow_pages.py",
    "test_fail_points.py", "test_my_data.py", "test_access.py", "test_agent_with_a_caller.py",
    "test_killed_loader.py", "test_load_a_file.py", "test_foreign_sites.py", "test_audit.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser or a worker by the fixtures it asks for; the longest go first."""
    place = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))
    for item in items:
        names = getattr(item, "fixturenames", [])
        if "browser" in names:
            item.add_marker("browser")
        if "worker" in names:
            item.add_marker("worker")
        if (
            item.get_closest_marker("django_db")
            or _is_of_the_database(item)
            or DATABASE & set(names)
        ):
            item.add_marker("database")


def pytest_collection_finish() -> None:
    """Thousands of tests stay until the end: the collector of garbage need not look at them."""
    gc.collect()
    gc.freeze()


def _is_of_the_database(item: pytest.Item) -> bool:
    cls = getattr(item, "cls", None)
    return isinstance(cls, type) and issubclass(cls, TransactionTestCase)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test fails the run: what was not tried is not known to work."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    missed = reporter and (reporter.stats.get("skipped") or reporter.stats.get("xfailed"))
    if os.environ.get("CI") == "true" and missed:
        reporter.write_line(f"{len(missed)} skipped: in CI every test has to run", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
