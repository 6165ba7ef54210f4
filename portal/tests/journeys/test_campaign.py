"""A supervisor tells an audience by hand; another approves; it is stopped in time."""

from collections.abc import Callable

from django.test import override_settings
from playwright.sync_api import Page

from customers.models import StaffRole
from customers.tests.factories import a_contact, a_member, an_account
from notifications.models import Campaign, Notice
from portal.settings.env import BASE_DIR
from portal.tests.browser import check_page

TABLET = 768
SHOTS = BASE_DIR / ".shots"


def shot(page: Page, name: str) -> None:
    """At the width of a tablet and of the desk; nothing to object to, nothing cut off."""
    SHOTS.mkdir(exist_ok=True)
    check_page(page)
    for width in (TABLET, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, (name, width)
        page.screenshot(
            path=SHOTS / f"campaign-{name}-{width}.png", full_page=True, caret="initial"
        )


def test_from_the_audience_to_the_stop(open_page: Callable[..., Page]) -> None:
    for name in ("Nguyễn Thị Hạnh", "Trần Văn Ba", "Lê Thị Tư"):
        a_contact(account=an_account(holder_name=name, holder_born_in=1948), kind="zalo")
    an_account(holder_born_in=1990)
    maker = a_member(StaffRole.SUPERVISOR, name="Phạm Thị Thu")
    page = open_page("/desk/notifications/audience/add/", user=maker)

    page.fill("[name=name]", "Khách hàng từ 70 tuổi, có Zalo")
    page.check("[name=ages][value='70+']")
    page.check("[name=reached_by][value=zalo]")
    shot(page, "audience")
    page.click("[name=_save]")

    page.goto("/desk/notifications/campaign/add/")
    page.select_option("[name=kind]", "announcement")
    page.select_option("[name=audience]", label="Khách hàng từ 70 tuổi, có Zalo")
    page.fill("[name=title_vi]", "Quầy mở cửa sớm hơn")
    page.fill("[name=text_vi]", "Xem https://example.vn")
    page.fill("[name=title_en]", "Our counters open earlier")
    page.fill("[name=text_en]", "From 01/12 our counters open at 7:30.")
    page.click("[name=_save]")
    page.wait_for_selector(".errorlist")
    shot(page, "words-refused")
    page.fill("[name=text_vi]", "Từ 01/12 quầy giao dịch mở cửa lúc 7 giờ 30.")
    page.click("[name=_save]")
    page.wait_for_selector("#words")
    shot(page, "draft")

    with override_settings(MASS_ALONE=2):
        page.click("form[action$='/count/'] button")
        page.wait_for_selector("#cost")
        text = page.inner_text("main")
        assert "Quầy mở cửa sớm hơn" in text
        assert "Hạnh" not in text  # recipients are masked
        shot(page, "counted")
        page.click("form[action$='/ask/'] button")
        page.wait_for_selector("form[action$='/stop/']")
        assert page.locator("form[action$='/approve/']").count() == 0
        shot(page, "waiting")

    checker = open_page("/desk/", user=a_member(StaffRole.SUPERVISOR, name="Võ Minh Quân"))
    checker.click(".counts a[href*='/campaign/']")
    checker.click("form[action$='/approve/'] button")
    checker.wait_for_selector(".alert--warning")
    shot(checker, "held")
    checker.click("form[action$='/stop/'] button")
    checker.wait_for_selector("form[action$='/stop/']", state="detached")
    shot(checker, "stopped")
    assert Campaign.objects.get().stopped_at is not None
    assert Notice.objects.count() == 0
