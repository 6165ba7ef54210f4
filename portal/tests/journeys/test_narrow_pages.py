"""No page is wider than a phone's window, also with letters twice as large: every kind of page.

The pages are not listed: whoever walks on by the links of a page comes to all of them.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from customers.models import Account, User
from customers.tests.factories import opened
from notifications.models import Notice
from portal.demo import company
from portal.demo.logins import CUSTOMER, SUPERVISOR
from portal.tests.browser import PHONE
from portal.tests.sign_in.people import sign_in_now

from .test_every_page import demo, user_of

__all__ = ["demo"]
# Files, programs, the way out and signing in again lead to no further page of ours.
LEADS_AWAY = re.compile(r"/(logout|download|calls|jsi18n|api|i18n|auth/login|export)/|\.\w+$")
# Of many pages that differ by a row alone, one is looked at.
ROW = re.compile(r"/(?:[A-Z]{2}\d{9,}|[A-Z0-9]{8,}|\d+|\d{4}-\d\d)(?=/)|(?<=/of/)\w+/\w+/\w\w(?=/)")
POLICY = re.compile(r"(?<=/kindpolicy/)(?!try)\w+(?=/)")
LINKS = "[...document.querySelectorAll('a[href]')].map(a => a.href)"
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"
# Boxes that cut off what is too wide for them hide it from the measure above.
CLIPPED = """[...document.querySelectorAll('body *')].filter(box =>
    getComputedStyle(box).overflowX === 'hidden' && box.clientWidth > 1
    && box.scrollWidth > box.clientWidth + 1).map(box => box.outerHTML.slice(0, 80))"""
LARGER = "document.documentElement.style.fontSize = '200%'"


def kind_of(path: str) -> str:
    """What the addresses of like pages have in common."""
    return POLICY.sub("policy", ROW.sub("/row", path))


def prove_again(page: Page, *, user: User) -> Page:
    """``page``, whose visitor has just given the proof that some pages want first."""
    client = Client()
    sign_in_now(client, user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": page.url}])
    return page


def walk(page: Page, *, start: list[str], within: str) -> Iterator[str]:
    """Open one page of each kind that links lead to, from ``start`` on; yields its address."""
    waiting, known = [*start], {kind_of(path) for path in start}
    while waiting:
        path = waiting.pop(0)
        answer = page.goto(path)
        assert answer
        assert answer.ok, (answer.status, path)
        found = page.evaluate(LINKS)
        yield path
        for address in map(urlsplit, found):
            is_ours = address.netloc == urlsplit(page.url).netloc and re.match(within, address.path)
            leads_on = is_ours and not LEADS_AWAY.search(address.path)
            if leads_on and kind_of(address.path) not in known:
                known.add(kind_of(address.path))
                waiting.append(address._replace(scheme="", netloc="", fragment="").geturl())


def too_wide(
    page: Page, *, start: list[str], within: str, at_least: int
) -> dict[str, tuple[int, list[str]]]:
    """By how many pixels pages are wider than the window, as they are and with larger letters.

    And what of them, as they are, is cut off.
    """
    found = {}
    for path in walk(page, start=start, within=within):
        overflow, clipped = page.evaluate(OVERFLOW), page.evaluate(CLIPPED)
        page.evaluate(LARGER)
        found[path] = max(overflow, page.evaluate(OVERFLOW)), clipped
    assert len(found) >= at_least, sorted(found)
    return {path: (px, clipped) for path, (px, clipped) in found.items() if px > 0 or clipped}


def test_customer_pages(demo: str, open_page: Callable[..., Page]) -> None:
    page = prove_again(open_page("/", width=PHONE), user=user_of(CUSTOMER))
    assert too_wide(page, start=["/", "/verify/"], within="/(?!desk/)", at_least=40) == {}


def test_desk_pages(demo: str, open_page: Callable[..., Page]) -> None:
    account = Account.objects.get(number=company.HOME)
    opened(account, by=user_of(SUPERVISOR))
    notice = Notice.objects.filter(account=account).earliest("pk")
    start = [
        "/desk/",
        f"/desk/customers/account/{account.pk}/change/",
        f"/desk/notifications/notice/{notice.pk}/change/",
        f"/desk/notifications/run/{notice.run_id}/proof/",
    ]
    page = prove_again(open_page("/", width=PHONE), user=user_of(SUPERVISOR))
    assert too_wide(page, start=start, within="/desk/", at_least=70) == {}
