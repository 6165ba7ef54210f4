"""Browsers that are told by push: whose they are, who is told by them, and when that ends."""

import json
from datetime import timedelta

import pytest
from allauth.account.signals import password_reset
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.test import Client
from django.utils import timezone

from billing.tests.factories import LOADED, a_bill
from customers.models import AccountEvent, AccountLink, User
from customers.services import links, sessions
from customers.tests.factories import (
    NOON,
    PASSWORD,
    a_contact,
    a_link,
    a_superuser,
    a_user,
    an_account,
    opened_login,
)
from notifications.channels import Undeliverable
from notifications.models import Dispatch, KindPolicy, Notice, PushDevice
from notifications.services import (
    channel_tests,
    devices,
    dispatching,
    planning,
    refusing,
    rendering,
    sweeping,
)
from notifications.simulator.push import subscription
from notifications.tests.factories import (
    a_device,
    a_dispatch,
    a_notice,
    a_preference,
    no_quiet_hours,
)
from notifications.tests.fakes import provider
from portal.tests.sign_in.people import a_customer, sign_in_now

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"


def subscribe(user: User, device: str = "may", at=NOON) -> PushDevice:
    text = subscription(settings.PUSH_SIMULATED, device)
    return devices.subscribe(user=user, subscription=text, user_agent=PHONE, at=at)


def browser(user: User) -> Client:
    client = Client()
    sign_in_now(client, user)
    return client


def signed_in(client: Client, user: User) -> None:
    """Write the session down, as signing in by the page does."""
    UserSession.objects.create(user=user, session_key=client.session.session_key, ip="127.0.0.1")


def fields(device: str = "may") -> dict[str, str]:
    found = json.loads(subscription(settings.PUSH_SIMULATED, device))
    return {"endpoint": found["endpoint"], **found["keys"]}


def told(account) -> dict[str, list[str]]:
    """Plan October's bill; the addresses of each status, but for the inbox."""
    a_bill(account=account)
    planning.plan_bills(month=NOON.date().replace(month=10, day=1), at=LOADED)
    rows = Dispatch.objects.exclude(channel="inbox").order_by("step", "pk")
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(f"{row.channel} {row.status}", []).append(row.address)
    return found


class TestSubscribing:
    def test_names_the_browser_as_a_person_would(self):
        assert str(subscribe(a_user())) == "Chrome trên Android"

    def test_again_tells_whoever_asked_last(self):
        first, second = a_user(), a_user()
        before = subscribe(first)
        after = subscribe(second)
        assert list(PushDevice.objects.values_list("user", flat=True)) == [second.pk]
        assert before.key != after.key

    def test_keeps_ten_and_lets_go_of_the_one_unused_for_longest(self):
        user = a_user()
        for number in range(12):
            subscribe(user, f"may-{number}", at=NOON + number * MINUTE)
        kept = PushDevice.objects.order_by("added_at").values_list("added_at", flat=True)
        assert list(kept) == [NOON + number * MINUTE for number in range(2, 12)]

    @pytest.mark.parametrize("name", ["endpoint", "p256dh", "auth"])
    def test_on_the_page_refuses_what_no_browser_says(self, name):
        client = browser(a_user())
        for wrong in ("", "https://evil.example/push", "\x00"):
            client.post("/devices/add/", fields() | {name: wrong})
        assert not PushDevice.objects.exists()

    def test_on_the_page_knows_this_browser_again(self):
        client = browser(a_user())
        client.post("/devices/add/", fields(), headers={"User-Agent": PHONE})
        page = client.get("/devices/")
        assert page.context["this_one"] == PushDevice.objects.get().key
        assert client.cookies[settings.DEVICE_COOKIE_NAME]["httponly"]

    def test_seals_what_the_browser_gave(self):
        subscribe(a_user())
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(d)::text FROM notifications_pushdevice d")
            assert "push/may" not in cursor.fetchone()[0]


class TestTelling:
    """That a device was added is told like any change of access."""

    def events(self):
        return AccountEvent.objects.filter(kind="device_added").order_by("pk")

    def test_writes_it_down_at_each_address_of_which_it_is_told(self):
        home = a_link()
        shop = a_link(user=home.user, role="household")
        a_link(user=home.user, role="relative")
        a_link(user=home.user, role="household", moved_out_on=NOON.date())
        a_link(account=home.account, role="household")
        device = subscribe(home.user)
        found = list(self.events().values_list("account", "by", "link", "detail", "at"))
        assert found == [
            (link.account_id, home.user.pk, link.pk, device.browser, NOON) for link in (home, shop)
        ]

    def test_says_nothing_where_the_same_browser_asks_again(self):
        user = a_link().user
        for _ in range(2):
            subscribe(user)
        assert self.events().count() == 1
        subscribe(a_link().user)
        assert self.events().count() == 2

    def test_goes_five_times_a_day_also_where_they_were_taken_off_again(self):
        home = a_link()
        a_link(user=home.user, role="household")
        for number in range(5):
            made = subscribe(home.user, f"may-{number}", at=NOON + number * MINUTE)
            if number < 4:
                devices.forget(key=made.key, user=home.user)
        with pytest.raises(devices.TooMany):
            subscribe(home.user, "may-6", at=NOON + HOUR)
        assert self.events().count() == 10
        # Neither what is known, nor another person, nor the next day.
        subscribe(home.user, "may-4", at=NOON + HOUR)
        subscribe(a_link().user, "may-7", at=NOON + HOUR)
        subscribe(home.user, "may-6", at=NOON + DAY)

    def test_on_the_page_says_that_it_was_enough_for_a_day(self):
        client = browser(a_link().user)
        for number in range(6):
            page = client.post("/devices/add/", fields(f"may-{number}"), follow=True)
            assert page.status_code == 200
        assert "thêm 5 thiết bị" in page.content.decode()
        assert PushDevice.objects.count() == self.events().count() == 5

    def test_reaches_every_contact_of_the_holder_and_can_be_refused(self):
        no_quiet_hours()
        link = a_link()
        zalo = a_contact(account=link.account, kind="zalo")
        subscribe(link.user, at=LOADED)
        planning.plan_urgent(at=LOADED)
        notice = Notice.objects.get(kind="security")
        words = rendering.render(notice=notice, channel="email")
        assert "Chrome trên Android" in words.text
        assert zalo.value in notice.dispatches.values_list("address", flat=True)
        refusing.refuse(notice=notice, at=LOADED)
        link.refresh_from_db()
        assert link.state == AccountLink.State.FROZEN


class TestEnding:
    def test_comes_with_signing_out_in_that_browser(self):
        user = a_user()
        client = browser(user)
        client.post("/devices/add/", fields())
        subscribe(user, "another")
        client.post("/auth/logout/")
        assert [d.endpoint_hash for d in PushDevice.objects.all()] == [
            subscribe(user, "another").endpoint_hash
        ]

    def test_comes_with_signing_out_everywhere_but_here(self):
        user, stranger = a_user(), a_user()
        subscribe(user, "another")
        others = subscribe(stranger, "of-a-stranger")
        here, elsewhere = browser(user), browser(user)
        for client in (elsewhere, here):
            signed_in(client, user)
        here.post("/devices/add/", fields())
        here.post("/auth/sessions/")
        left = PushDevice.objects.exclude(pk=others.pk).values_list("key", flat=True)
        assert list(left) == [here.cookies[settings.DEVICE_COOKIE_NAME].value]
        assert PushDevice.objects.filter(pk=others.pk).exists()

    def test_comes_with_signing_out_everywhere_although_no_other_session_is_left(self):
        user = a_user()
        subscribe(user, "of-a-thief")
        here = browser(user)
        signed_in(here, user)
        page = here.get("/auth/sessions/")
        assert page.context["has_others"]
        here.post("/auth/sessions/")
        assert not PushDevice.objects.exists()

    @pytest.mark.parametrize("way", ["change", "set"])
    def test_comes_with_a_new_password_but_where_it_was_chosen(self, way):
        user = a_customer(password=PASSWORD if way == "change" else None)
        others = subscribe(a_user(), "of-a-stranger")
        subscribe(user, "of-a-thief")
        client = browser(user)
        client.post("/devices/add/", fields("here"))
        new = "bốn từ chỉ mình tôi ghép"
        given = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        client.post(f"/auth/password/{way}/", given)
        user.refresh_from_db()
        assert user.check_password(new)
        here = client.cookies[settings.DEVICE_COOKIE_NAME].value
        assert set(PushDevice.objects.values_list("key", flat=True)) == {here, others.key}

    def test_comes_with_a_password_that_was_forgotten(self, rf):
        user = a_user()
        subscribe(user, "of-a-thief")
        password_reset.send(sender=User, request=rf.get("/"), user=user)
        assert not PushDevice.objects.exists()

    def test_is_a_button_on_the_page_of_sessions(self):
        user = a_user()
        key = subscribe(user).key
        subscribe(a_user(), "of-a-stranger")
        client = browser(user)
        page = client.get("/auth/sessions/")
        assert [device.key for device in page.context["devices"]] == [key]
        assert "Chrome trên Android" in page.content.decode()
        answer = client.post(f"/devices/{key}/remove/", {"back": "sessions"})
        assert answer.url == "/auth/sessions/"
        assert not PushDevice.objects.filter(user=user).exists()

    @pytest.mark.parametrize("changed", [{"is_active": ""}, {"phone": "0903 123 456"}])
    def test_comes_when_staff_change_or_close_a_login_that_is_signed_in_nowhere(self, changed):
        user, boss, colleague = a_user(), a_superuser(), Client()
        a_device(user=user), a_device(user=a_user())
        colleague.force_login(boss)
        # The machine at the counter was once the customer's: that saves no device.
        colleague.cookies[settings.DEVICE_COOKIE_NAME] = user.push_devices.get().key
        given = {"email": user.email, "name": user.name, "is_active": "on", **changed}
        colleague.post(f"/desk/customers/user/{opened_login(user, by=boss).pk}/change/", given)
        assert not user.push_devices.exists()
        assert PushDevice.objects.count() == 1

    def test_does_not_come_when_staff_change_a_name(self):
        user, boss, colleague = a_user(), a_superuser(), Client()
        a_device(user=user)
        colleague.force_login(boss)
        given = {"email": user.email, "name": "Tên mới", "is_active": "on"}
        colleague.post(f"/desk/customers/user/{opened_login(user, by=boss).pk}/change/", given)
        assert User.objects.get(pk=user.pk).name == "Tên mới"
        assert user.push_devices.exists()

    def test_comes_when_staff_end_all_sessions_of_a_login(self):
        user = a_user()
        subscribe(user)
        signed_in(browser(user), user)
        sessions.end_all(user=user)
        assert not PushDevice.objects.exists()

    def test_comes_also_where_no_session_was_left(self):
        user = a_user()
        a_device(user=user)
        sessions.end_all(user=user)
        assert not PushDevice.objects.exists()

    @pytest.mark.parametrize("how", ["left", "ended", "moved out"])
    def test_comes_with_the_last_link(self, how):
        link = a_link(role="household")
        subscribe(link.user)
        sweeping.sweep(at=timezone.now())
        assert PushDevice.objects.exists()
        if how == "left":
            browser(link.user).post(f"/accounts/{link.account.number}/unlink/")
        elif how == "ended":
            links.end(link=link, by=link.user, at=timezone.now())
        else:
            AccountLink.objects.update(moved_out_on=timezone.localdate())
        sweeping.sweep(at=timezone.now())
        assert not PushDevice.objects.exists()

    def test_does_not_come_while_another_address_is_seen(self):
        link = a_link(role="household")
        a_link(user=link.user, role="household")
        subscribe(link.user)
        links.end(link=link, by=link.user, at=timezone.now())
        sweeping.sweep(at=timezone.now())
        assert PushDevice.objects.exists()

    def test_does_not_come_before_anything_was_linked(self):
        subscribe(a_user())
        sweeping.sweep(at=timezone.now())
        assert PushDevice.objects.exists()

    @pytest.mark.parametrize("is_same", [True, False])
    def test_comes_when_somebody_else_signs_in_there(self, is_same, rf):
        user = a_user()
        device = subscribe(user)
        rf.cookies[settings.DEVICE_COOKIE_NAME] = device.key
        newcomer = user if is_same else a_user()
        user_logged_in.send(sender=User, request=rf.get("/"), user=newcomer)
        assert PushDevice.objects.exists() == is_same

    def test_is_a_button(self):
        user = a_user()
        key = subscribe(user).key
        assert browser(a_user()).post(f"/devices/{key}/remove/").status_code == 404
        assert PushDevice.objects.exists()
        assert browser(user).post(f"/devices/{key}/remove/").status_code == 302
        assert not PushDevice.objects.exists()


class TestPlanning:
    def setup_method(self) -> None:
        self.account = an_account()
        self.holder = a_link(account=self.account).user
        a_contact(account=self.account, kind="zalo")

    def test_comes_first_and_to_every_browser_at_once(self):
        keys = {a_device(user=self.holder).key for _ in range(2)}
        found = told(self.account)
        assert set(found["push queued"]) == keys
        assert list(found) == ["push queued", "zalo held"]

    def test_asks_the_household_and_nobody_else(self):
        household = a_device(user=a_link(account=self.account, role="household").user)
        for role in ("relative", "viewer"):
            a_device(user=a_link(account=self.account, role=role).user)
        a_device(user=a_link(account=self.account, role="household", state="ended").user)
        left = {"role": "household", "moved_out_on": LOADED.date()}
        a_device(user=a_link(account=self.account, **left).user)
        a_device()
        assert told(self.account)["push queued"] == [household.key]

    def test_passes_over_what_is_not_wanted_or_not_there_any_more(self):
        a_device(user=self.holder, retired_at=NOON)
        a_preference(account=self.account, channel="push")
        live = a_device(user=self.holder)
        found = told(self.account)
        assert found["push suppressed"] == [live.key]
        assert list(found) == ["push suppressed", "zalo queued"]


class TestSending:
    def setup_method(self) -> None:
        self.account = an_account()
        self.holder = a_link(account=self.account).user
        self.device = a_device(user=self.holder)
        self.notice = a_notice(account=self.account)
        self.dispatch = a_dispatch(
            notice=self.notice, channel="push", address=self.device.key,
            silent_at=NOON + HOUR,
        )  # fmt: skip

    def send(self, *answers):
        with provider(*answers, deduplicates=True) as fake:
            dispatching.send_batch(channel="push", at=NOON)
        self.dispatch.refresh_from_db()
        return fake.sent

    def test_says_nothing_that_a_lock_screen_should_not_show(self):
        [message] = self.send()
        shown = message.subject + message.text
        assert not any(character.isdigit() for character in shown)
        assert self.account.holder_name not in shown
        assert message.data == {"url": f"/notices/{self.notice.code}/"}
        assert json.loads(message.address)["keys"]

    def test_keeps_no_message_longer_than_it_is_useful(self):
        Notice.objects.update(expires_at=NOON + 10 * MINUTE)
        [message] = self.send()
        assert 595 <= int(message.headers["TTL"]) <= 600

    def test_retires_a_browser_that_is_gone_and_goes_on_with_the_next_channel(self):
        zalo = a_dispatch(notice=self.notice, channel="zalo", status="held", step=2)
        self.send(Undeliverable("gone", code="410"))
        self.device.refresh_from_db()
        zalo.refresh_from_db()
        assert self.device.retired_at is not None
        assert (self.dispatch.status, zalo.status) == ("failed", "queued")

    def test_retires_none_that_refuses_one_message(self):
        self.send(Undeliverable("too long", message_only=True))
        self.device.refresh_from_db()
        assert self.device.retired_at is None

    @pytest.mark.parametrize("ending", ["forgotten", "retired", "unlinked", "deactivated"])
    def test_is_not_done_where_nobody_of_the_house_is_told_any_more(self, ending):
        match ending:
            case "forgotten":
                devices.forget(key=self.device.key, user=self.holder)
            case "retired":
                devices.retire(keys=[self.device.key], at=NOON)
            case "unlinked":
                self.holder.links.update(state="ended")
            case "deactivated":
                User.objects.filter(pk=self.holder.pk).update(is_active=False)
        assert self.send() == []
        assert (self.dispatch.status, self.dispatch.reason) == ("suppressed", "contact_changed")

    def test_is_not_done_for_whoever_takes_the_browser_over(self):
        # The same browser, but another name: what waits for the old one finds nobody.
        PushDevice.objects.all().delete()
        subscribe(self.holder)
        subscribe(a_user())
        assert self.send() == []


class TestTestMessage:
    def test_goes_to_the_browsers_of_whoever_asks(self):
        account = an_account()
        me, other = (a_link(account=account, role=r).user for r in ("holder", "household"))
        mine = a_device(user=me)
        a_device(user=other)
        channel_tests.send(account=account, channel="push", by=me, at=NOON)
        assert Dispatch.objects.get(channel="push").address == mine.key


def test_every_policy_asks_push_right_after_the_inbox():
    for policy in KindPolicy.objects.all():
        assert policy.channels[:2] == ["inbox", "push"]
