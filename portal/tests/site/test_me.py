"""A person's own pages: who opens them, and what happens around a change."""

import json
import re
from datetime import timedelta

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.test import Client, RequestFactory, TestCase
from django.utils import timezone

from customers.models import AccountEvent, AccountLink, ContactChange, ContactPoint, User
from customers.services import contact_changes
from customers.tests.factories import PASSWORD, a_contact, a_link, a_staff_user, a_user
from customers.tests.pages import in_english
from notifications.channels.zalo.templates import has_link_or_phone
from notifications.models import DirectMessage

OWN_PAGES = ("/me/", "/me/name/", "/me/held/", "/me/looks/", "/me/requests/", "/me/requests/new/",
             "/me/download/")  # fmt: skip


def of_holder(number: str) -> list[str]:
    return [f"/accounts/{number}/{page}" for page in (
        "contacts/", "contacts/phone/", "contacts/email/",
        "consents/", "consents/advice/", "consents/survey/",
    )]  # fmt: skip


def browser(user: User, *, fresh: bool = True) -> Client:
    """A browser in English; ``fresh``: the person has just proven who they are."""
    client = Client()
    client.force_login(user)
    in_english(client)
    if fresh:
        request = RequestFactory().get("/")
        request.user, request.session = user, client.session
        record_authentication(request, user, method="password", reauthenticated=True)
        request.session.save()
    return client


def sent(purpose: str) -> DirectMessage:
    return DirectMessage.objects.get(purpose=purpose)


def digits(message: DirectMessage) -> str:
    return re.search(r"\d{6}", message.text)[0]


class PeopleTests(TestCase):
    def test_own_pages_open_to_everyone_signed_in_and_hold_nothing_of_others(self):
        link = a_link(user=a_user(name="Lê Văn Tám", email="tam@example.vn"))
        for user in (link.user, a_user(), a_staff_user()):
            for page in OWN_PAGES:
                with self.subTest(page, user=user.pk):
                    answer = browser(user).get(page)
                    self.assertEqual(answer.status_code, 200)
                    if user != link.user:
                        self.assertNotContains(answer, link.account.number)
                        self.assertNotContains(answer, "tam@example.vn")

    def test_nobody_opens_them_without_signing_in(self):
        for page in (*OWN_PAGES, "/me/email/", "/me/phone/", "/me/changes/1/"):
            self.assertEqual(Client().get(page).status_code, 302)

    def test_pages_of_a_contract_open_to_its_holder_alone(self):
        link = a_link()
        number = link.account.number
        others = [
            a_user(),
            a_staff_user("customers.view_account"),
            a_link(account=link.account, role=AccountLink.Role.RELATIVE).user,
            a_link(account=link.account, role=AccountLink.Role.HOUSEHOLD).user,
        ]
        for page in of_holder(number):
            self.assertEqual(browser(link.user).get(page).status_code, 200, page)
            for other in others:
                self.assertEqual(browser(other).get(page).status_code, 404, page)

    def test_a_change_is_its_askers_alone(self):
        asked = contact_changes.ask(
            user=a_user(), kind="email", value="moi@example.vn", at=timezone.now()
        )
        page = f"/me/changes/{asked.change.pk}/"
        for stranger in (a_user(), a_staff_user("customers.view_account")):
            self.assertEqual(browser(stranger).get(page).status_code, 404)
            self.assertEqual(browser(stranger).post(f"{page}cancel/").status_code, 404)

    def test_the_pages_that_would_change_at_once_lead_to_those_that_wait(self):
        client = browser(a_user())
        self.assertRedirects(client.get("/auth/email/"), "/me/email/")
        self.assertRedirects(
            client.post("/auth/email/", {"email": "x@y.vn", "action_add": ""}), "/me/email/"
        )
        self.assertRedirects(client.get("/auth/phone/change/"), "/me/phone/")
        self.assertEqual(User.objects.filter(email="x@y.vn").count(), 0)


class NameTests(TestCase):
    def test_is_saved_as_cleaned(self):
        user = a_user()

        browser(user).post("/me/name/", {"name": "  Lê  Văn Tám "})

        user.refresh_from_db()
        self.assertEqual(user.name, "Lê Văn Tám")

    def test_that_is_none_is_told_beside_the_field(self):
        user = a_user(name="Lê Văn Tám")
        for bad in ["\x00", "a\x00b", "x" * 10_000, "   ", "", "Lê\u202eVăn", "Lê\u200bVăn",
                    "https://evil.vn", "{{7*7}}://", "123"]:  # fmt: skip
            with self.subTest(bad):
                answer = browser(user).post("/me/name/", {"name": bad})
                self.assertEqual(answer.status_code, 200)
                self.assertTrue(answer.context["form"].errors["name"])
        user.refresh_from_db()
        self.assertEqual(user.name, "Lê Văn Tám")


class LoginEmailTests(TestCase):
    def setUp(self) -> None:
        self.user = a_user(email="cu@example.vn", password=PASSWORD)
        self.client_ = browser(self.user)

    def prove(self, value: str = "moi@example.vn") -> ContactChange:
        self.client_.post("/me/email/", {"value": value})
        change = ContactChange.objects.get()
        self.client_.post(f"/me/changes/{change.pk}/", {"code": digits(sent("verify_code"))})
        change.refresh_from_db()
        return change

    def test_needs_a_fresh_proof_of_who_asks(self):
        stale = browser(self.user, fresh=False)

        answer = stale.post("/me/email/", {"value": "moi@example.vn"})

        self.assertIn("reauthenticate", answer.url)
        self.assertEqual(ContactChange.objects.count(), 0)

    def test_of_a_login_without_a_password_needs_a_fresh_sign_in(self):
        stale = browser(a_user(), fresh=False)

        answer = stale.post("/me/email/", {"value": "moi@example.vn"})

        self.assertIn("/auth/login/", answer.url)
        self.assertNotIn("_auth_user_id", stale.session)
        self.assertEqual(ContactChange.objects.count(), 0)

    def test_tells_the_old_address_and_changes_nothing_for_a_day(self):
        change = self.prove()

        warning = sent("security")
        self.assertEqual(warning.address, "cu@example.vn")
        self.assertNotIn("moi@example.vn", warning.text)
        self.user.refresh_from_db()
        self.assertEqual(self.user.email, "cu@example.vn")
        self.assertContains(self.client_.get("/me/"), "m•••@example.vn")
        self.assertTrue(change.is_held)

    def test_is_stopped_by_the_code_in_the_warning_without_signing_in(self):
        change = self.prove()
        code = re.search(r"\w{4}-\w{4}-\w{4}", sent("security").text)[0]

        answer = Client().post("/stop-change/", {"code": code})

        self.assertEqual(answer.status_code, 200)
        change.refresh_from_db()
        self.assertEqual(change.cancelled_why, ContactChange.Cancelled.OLD_CONTACT)

    def test_is_stopped_by_a_button_of_ones_own(self):
        change = self.prove()

        self.client_.post(f"/me/changes/{change.pk}/cancel/")

        contact_changes.apply_due(at=timezone.now() + timedelta(days=2))
        self.user.refresh_from_db()
        self.assertEqual(self.user.email, "cu@example.vn")

    def test_to_an_address_of_another_login_looks_the_same_and_tells_its_owner(self):
        a_user(email="chu@example.vn", last_login=timezone.now())
        answers = []
        for value in ("moi@example.vn", "chu@example.vn"):
            other = browser(a_user())
            page = other.post("/me/email/", {"value": value}, follow=True)
            answers.append(re.sub(r"\w•••@|\d+|value=\"\w{64}\"", "", page.content.decode()))

        self.assertEqual(*answers)
        self.assertEqual(sent("account_exists").address, "chu@example.vn")
        self.assertEqual(sent("verify_code").address, "moi@example.vn")

    def test_with_a_wrong_code_says_so_and_keeps_waiting_for_the_right_one(self):
        self.client_.post("/me/email/", {"value": "moi@example.vn"})
        change = ContactChange.objects.get()
        right = digits(sent("verify_code"))
        wrong = "111111" if right != "111111" else "222222"

        answer = self.client_.post(f"/me/changes/{change.pk}/", {"code": wrong})

        self.assertContains(answer, "This is not the code")
        self.client_.post(f"/me/changes/{change.pk}/", {"code": right})
        change.refresh_from_db()
        self.assertTrue(change.is_held)


class LoginPhoneTests(TestCase):
    def test_sends_the_code_by_sms_and_warns_by_e_mail(self):
        user = a_user(email="cu@example.vn")
        client = browser(user)
        client.post("/me/phone/", {"value": "0903 123 456"})
        code = sent("verify_code")
        change = ContactChange.objects.get()

        client.post(f"/me/changes/{change.pk}/", {"code": digits(code)})

        self.assertEqual((code.channel, code.address), ("sms", "+84903123456"))
        self.assertEqual(sent("security").address, "cu@example.vn")

    def test_of_a_login_without_e_mail_warns_the_old_number(self):
        user = a_user(phone="+84911222333")
        User.objects.filter(pk=user.pk).update(email=None)
        client = browser(User.objects.get(pk=user.pk))
        client.post("/me/phone/", {"value": "0903 123 456"})
        change = ContactChange.objects.get()

        client.post(f"/me/changes/{change.pk}/", {"code": digits(sent("verify_code"))})

        warning = sent("security")
        self.assertEqual((warning.channel, warning.address), ("zalo", "+84911222333"))
        self.assertFalse(has_link_or_phone(warning.text))
        values = json.loads(warning.data)
        parameters = settings.ZALO_TEMPLATES["security"]["parameters"]
        self.assertEqual(set(values), set(parameters))
        self.assertTrue(contact_changes.cancel_by_code(code=values["code"], at=timezone.now()))


class ContractTests(TestCase):
    def test_an_old_address_is_replaced_after_code_and_hold_and_everyone_is_told(self):
        link = a_link()
        old = a_contact(account=link.account, kind="email", value="cu@example.vn")
        client = browser(link.user)
        page = f"/accounts/{link.account.number}/contacts/email/"
        client.post(page, {"value": "moi@example.vn", "replaces": old.pk})
        change = ContactChange.objects.get()
        client.post(f"/me/changes/{change.pk}/", {"code": digits(sent("verify_code"))})

        self.assertEqual(AccountEvent.objects.get().kind, AccountEvent.Kind.CONTACT_CHANGED)
        self.assertEqual(sent("security").address, "cu@example.vn")
        contact_changes.apply_due(at=timezone.now() + timedelta(days=1, minutes=1))

        in_use = ContactPoint.objects.usable().get()
        self.assertEqual((in_use.value, in_use.source), ("moi@example.vn", "code"))

    def test_shows_contacts_masked_and_a_strangers_is_stopped_by_one_button(self):
        link = a_link()
        contact = a_contact(account=link.account, value="+84911222333")
        page = f"/accounts/{link.account.number}/contacts/"
        client = browser(link.user)
        self.assertNotContains(client.get(page), "911222333")

        relative = browser(a_link(account=link.account, role=AccountLink.Role.RELATIVE).user)
        self.assertEqual(relative.post(f"{page}{contact.pk}/not-mine/").status_code, 404)
        client.post(f"{page}{contact.pk}/not-mine/")

        contact.refresh_from_db()
        self.assertEqual(contact.suspended_why, ContactPoint.Suspended.NOT_MINE)

    def test_odd_keys_of_a_contact_replace_nothing(self):
        link = a_link()
        others = a_contact(kind="email")
        for key in (str(others.pk), "x", "-1", "9" * 40, "٣"):
            client = browser(link.user)
            page = f"/accounts/{link.account.number}/contacts/email/?replaces={key}"
            self.assertEqual(client.get(page).status_code, 200)
            self.assertIsNone(client.get(page).context["replaces"])
