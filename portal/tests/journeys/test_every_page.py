"""Every main page of the demo company: quiet console, nothing for axe to object to, not cut off."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from customers.models import Account, Case, User
from customers.tests.factories import opened
from notifications.models import Notice, Run
from notifications.services import planning
from portal.demo import company
from portal.demo.logins import AGENT, CUSTOMER, SUPERVISOR, Login
from portal.tests.browser import DESK, PHONE, check_page

TABLET = 768
HOME = f"/accounts/{company.HOME}/"
MOTHERS = f"/accounts/{company.MOTHERS_HOME}/"
CUSTOMER_PAGES = (
    "/",
    HOME,
    f"{HOME}?month=2026-10",
    f"{HOME}?view=months",
    f"{HOME}?view=year",
    f"{HOME}?seen=2026-10-20",
    f"{HOME}reads/2026-10/",
    f"{HOME}files/",
    f"{HOME}bills/",
    f"{HOME}bills/2026-10/",
    f"{HOME}notices/",
    f"{HOME}preferences/",
    f"{HOME}threshold/",
    f"{HOME}people/",
    MOTHERS,
    f"{MOTHERS}bills/2026-10/",
    f"{MOTHERS}preferences/mine/",
    "/notices/",
    "/devices/",
    "/verify/",
    "/me/cases/",
    "/me/cases/new/",
    "/me/calendar/",
    "/auth/email/",
    "/auth/2fa/",
)
PUBLIC_PAGES = ("/", "/auth/login/", "/auth/signup/", "/auth/password/reset/", "/verify/")
SUPERVISORS_PAGES = (
    "/desk/notifications/kindpolicy/",
    "/desk/notifications/kindpolicy/try/",
    "/desk/notifications/halt/",
    "/desk/notifications/leadtime/",
    "/desk/notifications/leadtime/add/",
    "/desk/notifications/wordingchange/",
    "/desk/notifications/wordingchange/of/bill_issued/sms/vi/",
    "/desk/notifications/wordingchange/of/bill_issued/email/vi/write/",
    "/desk/customers/user/",
    "/desk/customers/caseterms/",
    "/desk/customers/caseterms/add/",
    "/desk/customers/answertemplate/",
    "/desk/customers/answertemplate/add/",
    "/desk/billing/supplystop/overdue/",
    "/desk/customers/look/",
    "/desk/customers/lookalarm/",
    "/desk/customers/download/",
    "/desk/customers/protection/",
    "/desk/notifications/audience/",
    "/desk/notifications/audience/add/",
    "/desk/notifications/campaign/",
    "/desk/notifications/campaign/add/",
    "/desk/reach/",
)


@pytest.fixture
def demo(site: str) -> str:
    """The demo company, its notices of October planned."""
    for load in company.load(at=timezone.now()):
        assert load.created
    planning.plan_due(at=timezone.now())
    return site


def user_of(login: Login) -> User:
    return User.objects.get(email=login.email)


def walk(page: Page, paths: tuple[str, ...], *, only_colours: bool = False) -> None:
    for path in paths:
        page.goto(path)
        check_page(page, only_colours=only_colours)
        assert page.locator("h1").count() == 1, path


def test_customer_pages(
    demo: str, open_page: Callable[..., Page], subtests: pytest.Subtests
) -> None:
    codes = Notice.objects.filter(account__number=company.HOME).values_list("code", flat=True)
    assert codes
    numbers = Case.objects.of_customer(user_of(CUSTOMER)).values_list("number", flat=True)
    assert len(numbers) == 3
    notices = tuple(f"/notices/{code}/" for code in codes)
    cases = tuple(f"/me/cases/{number}/" for number in numbers)
    for width, dark in ((PHONE, False), (PHONE, True), (DESK, False)):
        with subtests.test(width=width, dark=dark):
            page = open_page("/", user=user_of(CUSTOMER), width=width, dark=dark)
            walk(page, (*CUSTOMER_PAGES, *notices, *cases), only_colours=dark)


def test_public_pages(open_page: Callable[..., Page]) -> None:
    for width in (PHONE, DESK):
        walk(open_page("/", width=width), PUBLIC_PAGES)


def pages_of_the_desk(account: Account) -> tuple[str, ...]:
    here = f"/desk/customers/account/{account.pk}"
    run = Run.objects.get(kind="bill_issued")
    return (
        "/desk/",
        "/desk/customers/account/?q=khanh+le+loi",
        f"{here}/change/",
        f"{here}/case/",
        "/desk/customers/case/",
        f"/desk/customers/case/{Case.objects.filter(account=account).earliest('pk').pk}/change/",
        f"{here}/arrange/auto_debit/",
        f"{here}/arrange/month_end_reading/",
        f"{here}/arrange/relative_contact/",
        f"{here}/arrange/sms_retention/",
        "/desk/customers/arrangement/",
        "/desk/billing/bill/",
        "/desk/billing/bill/import/",
        "/desk/billing/read/",
        "/desk/billing/payment/",
        "/desk/billing/supplystop/",
        "/desk/notifications/notice/",
        "/desk/notifications/notice/check/",
        "/desk/notifications/run/",
        f"/desk/notifications/run/{run.pk}/proof/",
        "/desk/notifications/outage/",
        "/desk/customers/load/",
        "/desk/customers/workitem/",
    )


def test_desk_pages(demo: str, open_page: Callable[..., Page], subtests: pytest.Subtests) -> None:
    account = Account.objects.get(number=company.HOME)
    pages = pages_of_the_desk(account)
    with subtests.test("an agent"):
        page = open_page("/desk/", user=user_of(AGENT), width=DESK)
        walk(page, pages[1:3])  # asks why
        opened(account, by=user_of(AGENT))
        walk(page, pages)
    with subtests.test("an agent with a tablet"):
        page = open_page("/desk/", user=user_of(AGENT), width=TABLET)
        walk(page, pages)
    with subtests.test("a supervisor"):
        page = open_page("/desk/", user=user_of(SUPERVISOR), width=DESK)
        walk(page, pages[1:3])
        opened(account, by=user_of(SUPERVISOR))
        walk(page, (*pages, *SUPERVISORS_PAGES))
