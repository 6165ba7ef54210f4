"""Pictures of the main pages for a person to look at: `make shots`, into .shots/. No test."""

import re
from collections.abc import Callable, Iterable

import pytest
from playwright.sync_api import Page

from customers.models import Account
from customers.tests.factories import opened
from portal.demo import company
from portal.demo.logins import AGENT, CUSTOMER, SUPERVISOR
from portal.settings.env import BASE_DIR
from portal.tests.browser import DESK, PHONE

from .test_every_page import CUSTOMER_PAGES, PUBLIC_PAGES, demo, user_of

__all__ = ["demo"]
FOLDER = BASE_DIR / ".shots"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_take_pictures(demo: str, open_page: Callable[..., Page], width: int, dark: bool) -> None:
    account = Account.objects.get(number=company.HOME)
    screen = f"/desk/customers/account/{account.pk}/change/"
    opened(account, by=user_of(AGENT))
    look = {"width": width, "dark": dark}
    take(open_page("/", **look), PUBLIC_PAGES, who="visitor", **look)
    take(open_page("/", user=user_of(CUSTOMER), **look), CUSTOMER_PAGES, who="customer", **look)
    take(open_page("/desk/", user=user_of(AGENT), **look), ("/desk/", screen), who="agent", **look)
    runs = ("/desk/", "/desk/customers/arrangement/", "/desk/notifications/run/")
    take(open_page("/desk/", user=user_of(SUPERVISOR), **look), runs, who="supervisor", **look)


def take(page: Page, paths: Iterable[str], *, who: str, width: int, dark: bool) -> None:
    """One picture of each page at its full height."""
    for path in paths:
        page.goto(path)
        name = re.sub(r"\W+", "-", re.sub(r"/\d+/", "/", path)).strip("-") or "home"
        file = FOLDER / f"{who}-{name}-{width}-{'dark' if dark else 'light'}.png"
        page.screenshot(path=file, full_page=True)
        assert file.stat().st_size > 0
