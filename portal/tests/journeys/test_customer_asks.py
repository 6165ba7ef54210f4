"""A customer writes, the agent takes and hands over, the officer answers, the customer reads."""

from collections.abc import Callable

from allauth.account.models import EmailAddress
from playwright.sync_api import Page

from customers.models import Case, StaffRole
from customers.tests.factories import a_link, a_member, a_unit, a_user, an_account
from notifications.models import DirectMessage
from portal.tests.browser import PHONE, check_page

ASKED = "Hóa đơn tháng 10 cao hơn tháng 9 dù nhà tôi đi vắng."
QUEUE = "/desk/customers/case/"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    page.wait_for_load_state()
    check_page(page)


def open_first(page: Page) -> None:
    """From the queue to the one request in it; why is filled in."""
    page.goto(QUEUE)
    check_page(page)
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_load_state()
    check_page(page)
    if page.locator("[name=reference]").count():
        page.keyboard.press("Enter")
        page.wait_for_selector("#asked")
        check_page(page)


def test_a_question_goes_to_the_company_and_comes_back_answered(
    open_page: Callable[..., Page],
) -> None:
    unit = a_unit(name="Điện lực Củ Chi")
    user = a_user(name="Trần Kim Khánh")
    account = an_account(unit=unit, address="830 Phạm Văn Đồng")
    a_link(account=account, user=user)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)

    customer = open_page("/", user=user, width=PHONE)
    customer.click("a[href='/me/cases/']")
    customer.wait_for_url("**/me/cases/")
    check_page(customer)
    customer.click("a[href='/me/cases/new/']")
    customer.wait_for_url("**/new/")
    check_page(customer)
    customer.check("[name=kind][value=bill]")
    customer.fill("[name=asked]", ASKED)
    press(customer, "Gửi")
    case = Case.objects.get()
    assert case.spoken_number in customer.inner_text("main")
    assert "chậm nhất sau 2 ngày" in customer.inner_text("main")

    agent = open_page("/desk/", user=a_member(StaffRole.AGENT, name="Trần Văn Minh"))
    check_page(agent)
    open_first(agent)
    assert ASKED in agent.inner_text("main")
    press(agent, "Tôi nhận việc này")
    agent.fill("[name=note]", "Xem lại chỉ số ngày 31/10.")
    press(agent, f"Chuyển cho {unit.name}")
    assert case.spoken_number not in agent.inner_text("main")

    officer = open_page("/desk/", user=a_member(StaffRole.OFFICER, unit=unit, name="Lê Thị Mai"))
    check_page(officer)
    open_first(officer)
    assert "Xem lại chỉ số ngày 31/10." in officer.inner_text("main")
    press(officer, "Tôi nhận việc này")
    officer.select_option("[name=template]", label="Giải thích hóa đơn")
    press(officer, "Điền mẫu vào ô dưới")
    assert officer.input_value("[name=text]").startswith("Kính gửi Trần Kim Khánh,")
    officer.check("[name=outcome][value=answered]")
    press(officer, "Trả lời và đóng")

    assert "Kính gửi Trần Kim Khánh," in DirectMessage.objects.get().text
    customer.reload()
    check_page(customer)
    read = customer.inner_text("main")
    assert "Kính gửi Trần Kim Khánh," in read
    assert "Lê Thị Mai" not in read
    assert "31/10" not in read
    customer.fill("[name=text]", "Cảm ơn, nhưng tháng 9 cũng vậy.")
    press(customer, "Gửi và mở lại yêu cầu")
    case.refresh_from_db()
    assert case.state == "new"
    press(customer, "Việc đã xong: đóng yêu cầu")
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "settled")
