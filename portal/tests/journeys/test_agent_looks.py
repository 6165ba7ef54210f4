"""An agent says why, opens an account, shows a phone; the supervisor and the customer see it."""

from collections.abc import Callable

from playwright.sync_api import Page

from customers.models import Look, StaffRole
from customers.tests.factories import a_contact, a_link, a_member, an_account
from portal.tests.browser import check_page

TABLET = 768


def test_agent_opens_with_a_reason_and_everyone_who_may_sees_it(
    open_page: Callable[..., Page],
) -> None:
    account = an_account(holder_name="Đỗ Đức Yến", address="830 Phạm Văn Đồng")
    a_contact(account=account, value="+84903123456")
    holder = a_link(account=account).user
    agent = open_page("/desk/", user=a_member(StaffRole.AGENT, name="Trần Văn Minh"))

    agent.keyboard.press("/")
    agent.keyboard.type(account.number)
    agent.keyboard.press("Enter")
    agent.wait_for_selector("[name=reference]")
    check_page(agent)
    assert "Đỗ Đức Yến" not in agent.inner_text("main")

    agent.keyboard.press("Enter")
    agent.wait_for_selector(".error-summary")
    check_page(agent)
    agent.fill("[name=reference]", "CG-2026-0042")
    agent.keyboard.press("Enter")
    agent.wait_for_selector("#who")
    check_page(agent)
    assert "0903 123 456" not in agent.inner_text("main")

    agent.locator(".contacts button").click()
    agent.wait_for_selector("[role=status]")
    assert "0903 123 456" in agent.inner_text("main")
    assert set(Look.objects.values_list("reference", flat=True)) == {"CG-2026-0042"}

    supervisor = open_page("/desk/customers/look/", user=a_member(StaffRole.SUPERVISOR))
    check_page(supervisor)
    listed = supervisor.inner_text("main")
    assert listed.count("CG-2026-0042") == 2
    assert "Trần Văn Minh" in listed

    customer = open_page("/me/looks/", user=holder)
    check_page(customer)
    seen = customer.inner_text("main")
    assert seen.count(account.number) == 2
    assert seen.count("Khách hàng đang gọi đến") == 2


def test_the_call_that_goes_on_opens_the_next_account_by_one_key(
    open_page: Callable[..., Page],
) -> None:
    first, second = an_account(), an_account()
    agent = open_page(
        f"/desk/customers/account/{first.pk}/change/", user=a_member(StaffRole.AGENT), width=TABLET
    )
    check_page(agent)
    agent.keyboard.type("CG-7")
    agent.keyboard.press("Enter")
    agent.wait_for_selector("#who")
    check_page(agent)
    agent.goto(f"/desk/customers/account/{second.pk}/change/")
    agent.keyboard.press("Enter")
    agent.wait_for_selector("#who")
    assert Look.objects.get(account=second).reference == "CG-7"
