"""The page on which a linked person chooses, and the button in their mail."""

from typing import Any
from unittest.mock import patch

from django.test import Client, TestCase
from django.urls import reverse

from billing.tests.factories import OCTOBER, a_bill
from customers.models import AccountLink, Right
from customers.tests.factories import (
    NOON,
    a_contact,
    a_link,
    a_superuser,
    a_user,
    an_account,
    prove,
)
from customers.tests.pages import in_english
from notifications.models import KindPolicy, OwnChoice, Preference
from notifications.services import dispatching, own_choices, planning, unsubscribing
from notifications.tests.factories import a_preference, an_own_choice
from notifications.tests.fakes import provider

Role = AccountLink.Role
PHONE, EMAIL = "+84907000001", "con@example.vn"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class OwnCase(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.holder = a_link(account=self.account).user
        self.son = prove(a_user(phone=PHONE, email=EMAIL))
        self.link = a_link(account=self.account, user=self.son, role=Role.RELATIVE)
        self.url = reverse("own_preferences", args=[self.account.number])
        patcher = patch("django.utils.timezone.now", return_value=NOON)
        patcher.start()
        self.addCleanup(patcher.stop)

    def get(self, user: Any = None) -> Any:
        self.client.force_login(user or self.son)
        in_english(self.client)
        return self.client.get(self.url)

    def post(self, user: Any = None, **answers: Any) -> Any:
        self.client.force_login(user or self.son)
        return self.client.post(self.url, {"version": "", **answers}, follow=True)

    def saved(self) -> list[tuple[str, str, bool]]:
        found = OwnChoice.objects.order_by("kind", "channel")
        return list(found.values_list("kind", "channel", "wanted"))


class AccessTests(OwnCase):
    def test_is_for_who_is_linked_and_shows_the_holder_where_to_go(self) -> None:
        self.assertContains(self.get(), 'name="bill_issued"')
        self.assertContains(self.get(self.holder), "You hold this contract")
        self.assertNotContains(self.get(self.holder), "<table")

    def test_is_not_there_for_anybody_else(self) -> None:
        viewer = a_link(account=self.account, role=Role.VIEWER).user
        gone = a_link(account=self.account, role=Role.HOUSEHOLD, moved_out_on=NOON.date()).user
        blind = a_link(account=self.account, role=Role.HOUSEHOLD, rights=[Right.BILLS]).user
        for user in (viewer, gone, blind, a_link().user, a_superuser()):
            self.assertEqual(self.get(user).status_code, 404)
            self.assertEqual(self.post(user, bill_issued=["zalo"]).status_code, 404)
        self.assertEqual(self.post(self.holder, bill_issued=["zalo"]).status_code, 404)
        self.assertEqual(self.saved(), [])

    def test_is_what_a_relative_finds_under_where_i_am_told(self) -> None:
        self.client.force_login(self.son)
        self.assertRedirects(self.client.get(reverse("preferences")), self.url)

    def test_is_linked_from_the_answers_of_the_contract_for_the_household(self) -> None:
        member = a_link(account=self.account, role=Role.HOUSEHOLD).user
        page = reverse("account_preferences", args=[self.account.number])
        for user, is_there in ((member, True), (self.holder, False)):
            self.client.force_login(user)
            self.assertEqual(self.url in self.client.get(page).content.decode(), is_there)


class PageTests(OwnCase):
    def test_is_off_until_chosen_and_says_what_applies(self) -> None:
        page = self.get()
        self.assertNotContains(page, "checked")
        self.assertContains(page, "Nothing chosen: you find it in the inbox of this site alone.")
        self.post(bill_issued=["zalo", "email"])
        self.assertContains(self.get(), "You are told by Zalo, E-mail.")

    def test_saves_answers_that_differ_with_who_gave_them(self) -> None:
        self.post(bill_issued=["zalo"], planned_outage=["email"])
        self.assertEqual(
            self.saved(), [("bill_issued", "zalo", True), ("planned_outage", "email", True)]
        )
        version = own_choices.version(self.link)
        self.post(bill_issued=[], planned_outage=["email"], version=version)
        self.assertEqual(self.saved()[0], ("bill_issued", "zalo", False))
        self.assertEqual(OwnChoice.objects.filter(set_by=self.son).count(), 2)
        self.assertEqual(OwnChoice.history.filter(history_user_id=self.son.pk).count(), 3)

    def test_takes_no_other_channel_and_no_kind_that_is_not_offered(self) -> None:
        self.post(bill_issued=["sms", "push", "pigeon"], security=["email"], survey=["email"])
        self.assertEqual(self.saved(), [])

    def test_offers_verified_addresses_alone_and_masks_them(self) -> None:
        self.assertContains(self.get(), "••••0001")
        self.assertNotContains(self.get(), PHONE)
        self.son.phone_verified_at = None
        self.son.save()
        self.assertNotContains(self.get(), 'value="zalo"')
        self.post(bill_issued=["zalo"])
        self.son.emailaddress_set.update(verified=False)
        self.assertContains(self.get(), "No verified number or e-mail address yet")
        self.assertEqual(self.saved(), [])

    def test_says_that_a_contact_of_the_contract_is_told_in_its_name(self) -> None:
        a_contact(account=self.account, kind="phone", value=PHONE)  # no way to tell anybody
        self.assertNotContains(self.get(), "The contract has this address, too")
        a_contact(account=self.account, kind="zalo", value=PHONE)
        self.assertContains(self.get(), "The contract has this address, too", count=1)

    def test_offers_of_money_no_more_than_the_link_opens(self) -> None:
        self.link.rights = [Right.TOTALS, Right.NOTICES]
        self.link.save()
        page = self.get()
        self.assertContains(page, "The mail says use and amount")
        for kind in ("payment_overdue", "payment_received", "service_fee", "disconnection"):
            self.assertNotContains(page, f'name="{kind}"')
        self.post(bill_issued=["zalo", "email"], payment_overdue=["email"])
        self.assertEqual(self.saved(), [("bill_issued", "email", True)])

    def test_offers_no_kind_that_needs_the_holders_consent(self) -> None:
        KindPolicy.objects.filter(kind="bill_issued").update(consent="survey")
        self.assertNotContains(self.get(), 'name="bill_issued"')

    def test_keeps_what_another_tab_saved_and_what_was_ticked(self) -> None:
        self.post(bill_issued=["zalo"])
        page = self.post(bill_issued=["email"])
        boxes = {box["channel"]: box["checked"] for box in page.context["questions"][0].boxes}
        self.assertEqual(boxes, {"zalo": False, "email": True})
        self.assertEqual(self.saved(), [("bill_issued", "zalo", True)])

    def test_leaves_the_answers_of_the_contract_and_of_others_alone(self) -> None:
        other = an_own_choice()
        a_preference(account=self.account)
        self.post(bill_issued=["zalo"])
        other.refresh_from_db()
        self.assertTrue(other.wanted)
        self.assertFalse(Preference.objects.get().wanted)


class ButtonTests(OwnCase):
    """The button ends one kind at one address of one person, and nothing of the contract."""

    def setUp(self) -> None:
        super().setUp()
        self.mail = a_contact(account=self.account, kind="email")
        for kind in ("bill_issued", "planned_outage"):
            an_own_choice(link=self.link, channel="email", kind=kind)
        an_own_choice(link=self.link, channel="zalo")
        a_bill(account=self.account)

    def sent(self) -> dict[str, dict[str, str]]:
        """The headers of each mail, by address."""
        planning.plan_bills(month=OCTOBER, at=NOON)
        with provider() as fake:
            dispatching.send_batch(channel="email", at=NOON)
        return {message.address: dict(message.headers) for message in fake.sent}

    def test_stands_in_the_mail_and_ends_this_kind_by_mail_alone(self) -> None:
        headers = self.sent()[EMAIL]
        path = "/unsubscribe/" + headers["List-Unsubscribe"].strip("<>").split("/unsubscribe/")[1]
        stranger = Client(enforce_csrf_checks=True)
        self.assertContains(stranger.get(path), "c•")
        self.assertTrue(OwnChoice.objects.get(kind="bill_issued", channel="email").wanted)
        for _time in range(2):
            self.assertEqual(stranger.post(path, ONE_CLICK).status_code, 200)
        self.assertEqual(
            self.saved(),
            [
                ("bill_issued", "email", False),
                ("bill_issued", "zalo", True),
                ("planned_outage", "email", True),
            ],
        )
        self.assertIsNone(OwnChoice.objects.get(kind="bill_issued", channel="email").set_by)
        self.assertFalse(Preference.objects.exists())

    def test_is_void_once_the_address_is_another(self) -> None:
        token = unsubscribing.token(link=self.link.pk, address=EMAIL, kind="bill_issued")
        self.son.email = "moi@example.vn"
        self.son.save()
        answer = Client().post(f"/unsubscribe/{token}/", ONE_CLICK)
        self.assertEqual(answer.status_code, 404)

    def test_cannot_be_made_of_a_token_of_the_contract(self) -> None:
        """The same number names a contact in one token and a link in the other."""
        contact = a_contact(account=self.account, kind="email", pk=self.link.pk + 10_000)
        token = unsubscribing.token(contact=contact.pk, address=contact.value, kind="bill_issued")
        asked = unsubscribing.read(token)
        self.assertEqual((asked.contact, asked.link), (contact, None))
        token = unsubscribing.token(link=self.link.pk, address=EMAIL, kind="bill_issued")
        asked = unsubscribing.read(token)
        self.assertEqual((asked.contact, asked.link), (None, self.link))
