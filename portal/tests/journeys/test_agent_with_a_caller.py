"""A daughter calls for her mother: found, arranged, read back, approved, told as agreed, undone."""

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page

from billing.tests.factories import OCTOBER, a_bill
from customers.models import Account, Arrangement, Look, StaffRole
from customers.tests.factories import a_contact, a_member, a_unit, an_account
from notifications.models import DirectMessage, Dispatch
from notifications.services import planning
from portal.tests.browser import check_page

State = Arrangement.State


def her_account() -> Account:
    """An eighty-year-old whom only a landline is known of, among others of her name."""
    an_account(holder_name="Đỗ Thị Hạnh")
    account = an_account(
        holder_name="Đỗ Đức Yến",
        address="830 Phạm Văn Đồng",
        holder_born_in=1944,
        reading_day=12,
    )
    a_contact(account=account, value="+842838221234")
    return account


def find(page: Page, words: str) -> None:
    """By the keyboard alone, from whatever page one is on."""
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/")
    if page.locator("[name=reference]").count():
        # The cursor stands where the number of the call belongs.
        page.keyboard.type("CG000123")
        page.keyboard.press("Enter")
    page.wait_for_selector("#who")


def test_agent_with_a_caller(open_page: Callable[..., Page]) -> None:
    account = her_account()
    agent = open_page("/desk/", user=a_member(StaffRole.AGENT, name="Trần Văn Minh"))
    check_page(agent)
    find(agent, "do yen pham van dong")
    check_page(agent)
    assert Look.objects.filter(account=account).count() == 1

    arrange(agent, "relative_contact", relative_name="Nguyễn Văn Bình", address="0911 222 333")
    assert "2333" in agent.inner_text("main")

    agent.click("form[action$='/relative/send/'] button")
    agent.wait_for_load_state()
    agent.fill("#code", DirectMessage.objects.get().text[:6])
    agent.click("form[action$='/relative/confirm/'] button")
    agent.wait_for_load_state()
    assert not agent.locator("#code").count()

    supervisor = open_page("/desk/", user=a_member(StaffRole.SUPERVISOR, name="Lê Thị Lan"))
    approve(supervisor)
    made = account.arrangements.get()
    assert made.state == State.IN_FORCE
    relative = account.contacts.usable().get(owner="relative")
    a_bill(account=account)
    planning.plan_bills(month=OCTOBER, at=timezone.now())
    told = Dispatch.objects.filter(notice__account=account).values_list("channel", "contact")
    assert ("zalo", relative.pk) in told

    supervisor.get_by_role("button", name="Hoàn tác").click()
    supervisor.wait_for_load_state()
    made.refresh_from_db()
    assert made.state == State.UNDONE
    assert not account.contacts.usable().filter(owner="relative").exists()


def test_all_four_arrangements_by_their_scripts(open_page: Callable[..., Page]) -> None:
    account = her_account()
    agent = open_page("/desk/", user=a_member(StaffRole.AGENT))
    answers = {
        "auto_debit": {
            "bank": "Vietcombank",
            "bank_holder": "DO DUC YEN",
            "bank_account": "0011001234567",
        },
        "month_end_reading": {},
        "relative_contact": {"relative_name": "Nguyễn Văn Bình", "address": "0911222333"},
        "sms_retention": {
            "phone": "0903123456",
            "why_no_auto_debit": "không có tài khoản",
            "why_no_month_end": "lương hưu giữa tháng",
            "why_no_relative": "sống một mình",
        },
    }
    for kind, given in answers.items():
        find(agent, account.number)
        arrange(agent, kind, **given)
    states = dict(account.arrangements.values_list("kind", "state"))
    assert states == dict.fromkeys(answers, State.REQUESTED) | {"month_end_reading": State.IN_FORCE}


def arrange(page: Page, kind: str, **answers: str) -> None:
    """From the account: choose the kind, answer its questions, come to what is read back."""
    page.click(f"a[href$='/arrange/{kind}/']")
    check_page(page)
    page.fill("[name=reference]", "CG000123")
    if kind == "relative_contact":
        page.check("[name=relation][value=child]")
        page.check("[name=agreed]")
    for name, answer in answers.items():
        field = page.locator(f"[name={name}]")
        field.select_option(answer) if name == "bank" else field.fill(answer)
    page.check("[name=read_aloud]")
    for asked in ("can_pay", "number_named"):
        if page.locator(f"[name={asked}]").count():
            page.check(f"[name={asked}]")
    page.click("form.script button")
    page.wait_for_selector("button[name=shown]")
    check_page(page)
    page.click("button[name=shown]")
    page.wait_for_url("**/arrangement/*/change/")
    check_page(page)


def approve(page: Page) -> None:
    """From the work of today to the one thing that waits."""
    page.click("a[href$='/arrangement/waiting/']")
    check_page(page)
    page.get_by_role("button", name="Duyệt").click()
    page.wait_for_load_state()
    check_page(page)


def test_two_agents_on_one_record(open_page: Callable[..., Page]) -> None:
    account = her_account()
    minh = open_page("/desk/", user=a_member(StaffRole.AGENT, name="Trần Văn Minh"))
    find(minh, account.number)
    minh.click("a[href$='/arrange/month_end_reading/']")
    lan = open_page("/desk/", user=a_member(StaffRole.AGENT, name="Lê Thị Lan"))
    find(lan, account.number)
    assert "Trần Văn Minh" in lan.inner_text("main")
    check_page(lan)
    arrange(lan, "month_end_reading")

    minh.fill("[name=reference]", "CG000124")
    minh.check("[name=read_aloud]")
    minh.check("[name=can_pay]")
    minh.click("form.script button")
    minh.wait_for_load_state()
    check_page(minh)
    assert "Lê Thị Lan" in minh.inner_text("main")
    assert account.arrangements.count() == 1


def test_an_officer_of_another_company_finds_nobody(open_page: Callable[..., Page]) -> None:
    account = her_account()
    elsewhere = a_member(StaffRole.OFFICER, unit=a_unit(code="PE09"))
    officer = open_page("/desk/customers/account/?q=do+duc+yen", user=elsewhere)
    check_page(officer)
    assert "Đỗ Đức Yến" not in officer.inner_text("main")
    answer = officer.goto(f"/desk/customers/account/{account.pk}/change/")
    assert answer is not None
    assert answer.status == 404
