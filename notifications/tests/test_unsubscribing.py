"""The button in a mail: one kind at one address, by POST alone, and nobody can make it up."""

import pytest
from django.core import signing
from django.test import Client

from customers.models import AccountEvent, ContactPoint
from customers.tests.factories import NOON, a_contact, an_account
from notifications.models import Dispatch, Kind, Preference
from notifications.services import dispatching, unsubscribing
from notifications.tests.factories import a_dispatch, a_notice
from notifications.tests.fakes import provider

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def contact():
    return a_contact(account=an_account(), kind="email")


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


def url(contact, kind: str = Kind.BILL_ISSUED) -> str:
    token = unsubscribing.token(contact=contact.pk, address=contact.value, kind=kind)
    return f"/unsubscribe/{token}/"


def sent(channel: str = "email", **fields) -> dict[str, str]:
    """The headers of a message on the channel."""
    a_dispatch(channel=channel, **fields)
    with provider() as fake:
        dispatching.send_batch(channel=channel, at=NOON)
    return dict(fake.sent[0].headers)


class TestHeaders:
    def test_lead_to_the_button_of_this_mail(self, client, settings):
        headers = sent()
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        address = headers["List-Unsubscribe"].strip("<>")
        assert address.startswith(settings.SITE_URL)
        assert client.post(address.removeprefix(settings.SITE_URL), ONE_CLICK).status_code == 200
        [wish] = Preference.objects.all()
        assert (wish.kind, wish.channel, wish.wanted) == ("bill_issued", "email", False)
        assert wish.account == Dispatch.objects.get().notice.account

    def test_stand_in_mail_alone(self):
        assert sent("zalo") == {}

    def test_are_left_out_where_nobody_may_switch_off(self):
        assert sent(notice=a_notice(kind=Kind.SECURITY)) == {}

    def test_are_left_out_for_a_relative_whose_mail_the_account_does_not_decide_about(
        self, contact
    ):
        relative = a_contact(account=contact.account, kind="email", owner="relative")
        both = [contact.pk, relative.pk]
        assert unsubscribing.may_be_left(contacts=both) == {contact.pk}


class TestButton:
    def test_changes_nothing_before_it_is_pressed(self, client, contact):
        for method in (client.get, client.head):
            assert method(url(contact)).status_code in {200, 405}
        assert not Preference.objects.exists()

    def test_needs_neither_session_nor_cookie_and_may_be_pressed_twice(self, client, contact):
        for _ in range(2):
            assert client.post(url(contact), ONE_CLICK).status_code == 200
        [wish] = Preference.objects.all()
        assert (wish.wanted, wish.set_by) == (False, None)

    def test_ends_one_kind_alone(self, client, contact):
        client.post(url(contact, Kind.BILL_ISSUED), ONE_CLICK)
        assert set(Preference.objects.values_list("kind", "channel")) == {("bill_issued", "email")}

    def test_says_that_what_the_law_asks_for_goes_on(self, client, contact):
        page = client.get(url(contact)).content.decode()
        assert "Pháp luật" in page
        assert contact.value not in page

    def test_ends_what_waits_already(self, client, contact):
        dispatch = a_dispatch(
            notice=a_notice(account=contact.account), channel="email", contact=contact
        )
        # Another way is open, so the law is kept without this one.
        a_dispatch(notice=dispatch.notice, channel="zalo", status="held", step=2)
        client.post(url(contact), ONE_CLICK)
        with provider() as fake:
            dispatching.send_batch(channel="email", at=NOON)
        dispatch.refresh_from_db()
        assert fake.sent == []
        assert dispatch.reason == "not_wanted"

    def test_leaves_the_one_way_that_works(self, client, contact):
        dispatch = a_dispatch(
            notice=a_notice(account=contact.account), channel="email", contact=contact
        )
        client.post(url(contact), ONE_CLICK)
        with provider() as fake:
            dispatching.send_batch(channel="email", at=NOON)
        assert [message.address for message in fake.sent] == [dispatch.address]


class TestToken:
    @pytest.mark.parametrize("kind", [Kind.SECURITY, Kind.TEST_MESSAGE, "nonsense", ""])
    def test_is_of_a_kind_that_somebody_decides_about(self, client, contact, kind):
        assert client.post(url(contact, kind), ONE_CLICK).status_code == 404

    def test_cannot_be_made_from_an_id(self, client, contact):
        good = url(contact).split("/")[2]
        value = [contact.pk, "bill_issued", "0" * 16]
        for wrong in (
            str(contact.pk),
            good[:-1] + ("A" if good[-1] != "A" else "B"),
            "x" + good[1:],
            signing.dumps(value),
            signing.dumps(value, salt="notifications.unsubscribe"),
            signing.dumps("nonsense", salt="notifications.unsubscribe"),
            "x" * 3_000,
        ):
            assert client.post(f"/unsubscribe/{wrong}/", ONE_CLICK).status_code == 404
        assert not Preference.objects.exists()

    def test_is_void_once_the_address_is_another(self, client, contact):
        address = url(contact)
        contact.value = "moi@example.vn"
        contact.save()
        assert client.post(address, ONE_CLICK).status_code == 404

    def test_is_void_once_the_address_is_written_to_no_more(self, client, contact):
        address = url(contact)
        ContactPoint.objects.update(suspended_at=NOON, suspended_why="changed")
        assert client.post(address, ONE_CLICK).status_code == 404
        assert not Preference.objects.exists()

    def test_is_written_down_for_those_who_are_told_elsewhere(self, client, contact):
        for _ in range(2):
            client.post(url(contact), ONE_CLICK)
        [event] = AccountEvent.objects.filter(account=contact.account)
        assert (event.kind, event.by) == ("channel_changed", None)
