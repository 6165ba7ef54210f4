"""Headless Chromium for journeys: starting it, signing in, and what every page must satisfy."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright import sync_api
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request

from customers.models import User
from portal.tests.apart import Apart, Thread

PHONE = 360
DESK = 1280
# Debian's Chromium asks its maker for updates and fails slowly where there is no way out.
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_complaints: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()
_axe = Axe()
# Preloading, axe would copy the style sheets that Django's forms import into the page, which our
# policy rightly forbids, and then complain. The size of targets is new in WCAG 2.2.
_AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "preload": False,
    "rules": {"target-size": {"enabled": True}},
}
# The one rule whose finding depends on the colours.
_OF_COLOURS = {"resultTypes": ["violations"], "preload": False, "runOnly": ["color-contrast"]}


def chromium() -> str:
    """The path of the installed Chromium, or of what CHROMIUM names."""
    found = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    assert found, "Chromium is missing: install it, or name it in CHROMIUM"
    return found


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A browser, apart in a thread of its own; everything it hands out stays there, too."""
    # As root, as in a container, Chromium runs only without its sandbox.
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    thread = Thread()
    playwright = thread.call(sync_api.sync_playwright().start)
    browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
    yield browser
    browser.close()
    playwright.stop()
    thread.close()


def expect(what: Page | Locator) -> Apart:
    """Playwright's ``expect``, which waits until a page or a part of it is as it should be."""
    return what._thread.call(sync_api.expect, what)


@contextmanager
def open_context(
    browser: Browser, *, url: str, width: int = DESK, dark: bool = False, javascript: bool = True
) -> Iterator[BrowserContext]:
    """A visitor's browser: nobody's cookies, Vietnamese, the given width in pixels.

    ``url`` is what addresses without a host are relative to.
    """
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": 740 if width == PHONE else 900},
        color_scheme="dark" if dark else "light",
        java_script_enabled=javascript,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
    )
    context.set_default_timeout(10_000)
    context.on("page", watch)
    yield context
    context.close()


def watch(page: Page) -> None:
    """Note down what the page complains about, for :func:`check_page`."""
    complaints = _complaints.setdefault(page, [])
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.extend(failure(request)))


def failure(request: Request) -> list[str]:
    """What is wrong with a request that failed: nothing, where the visitor went on meanwhile."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"failed: {request.url}"]


def sign_in(context: BrowserContext, *, url: str, user: User) -> None:
    """Make the visitor be ``user``, without the sign-in page."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])


def check_page(page: Page, *, refused: bool = False, only_colours: bool = False) -> None:
    """Assert what holds on every page: no complaint in the console, nothing axe objects to.

    :param refused: the page says no, of which the browser complains
    :param only_colours: axe has looked at all else, at this width in other colours
    """
    # A click may have led to a page that is only just coming.
    page.wait_for_load_state()
    complaints = page._thread.call(_complaints.get, page)
    if refused:
        (complaint,) = complaints
        assert "403" in complaint
        complaints.clear()
    assert not complaints, "\n".join(complaints)
    options = _OF_COLOURS if only_colours else _AXE_OPTIONS
    found = page._thread.call(_axe.run, page, options=options)
    assert found.violations_count == 0, found.generate_report()
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, f"the page is {overflow} px wider than the window"
