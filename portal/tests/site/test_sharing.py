"""Sharing an address: who is invited, sees what, is taken off again; and what nobody else may."""

from datetime import date, timedelta
from unittest.mock import patch

from allauth.account.internal.flows.login import record_authentication
from django.http import HttpResponse
from django.test import Client, RequestFactory, TestCase
from django.urls import reverse

from billing.tests.factories import a_bill
from customers.models import AccountEvent, AccountLink, Invitation, User
from customers.services import events, links
from customers.tests.factories import (
    NOON,
    PASSWORD,
    a_link,
    a_user,
    an_account,
    an_invitation,
    prove,
)
from customers.tests.pages import in_english
from notifications.models import DirectMessage

Role = AccountLink.Role
TODAY = NOON + timedelta(days=22)
OCTOBER = date(2026, 10, 1)


class SharingCase(TestCase):
    """One address with a holder, a household member, a relative, a viewer; a stranger elsewhere."""

    def setUp(self) -> None:
        clock = patch("django.utils.timezone.now", return_value=TODAY)
        clock.start()
        self.addCleanup(clock.stop)
        self.account = an_account()
        a_bill(account=self.account)
        self.holder = prove(a_user(name="Nguyễn Thị Hạnh"))
        a_link(account=self.account, user=self.holder)
        self.links = {
            role: a_link(account=self.account, role=role, user=a_user(name=f"Người {role}"))
            for role in (Role.HOUSEHOLD, Role.RELATIVE, Role.VIEWER)
        }
        self.stranger = a_link(user=prove(a_user())).user

    def others(self) -> list[User]:
        return [*(link.user for link in self.links.values()), self.stranger]

    def browser(self, user: User, *, recently: bool = True) -> Client:
        """A browser of this user, who has just typed the password unless told otherwise."""
        client = Client()
        in_english(client)
        client.force_login(user)
        if recently:
            request = RequestFactory().get("/")
            request.session = client.session
            request.user = user
            record_authentication(request, user, method="password")
            request.session.save()
        return client

    def url(self, name: str, *args: object) -> str:
        return reverse(name, args=[self.account.number, *args])

    def invite(self, user: User, role: str = Role.RELATIVE, **given: object) -> HttpResponse:
        data = {"address": "nam@example.vn", "rights": ["totals", "bills"], "until": "180", **given}
        return self.browser(user).post(self.url("invite", role), data)


class PeoplePageTests(SharingCase):
    def page(self, user: User) -> str:
        return self.browser(user).get(self.url("people")).content.decode()

    def test_names_everyone_with_role_powers_and_end(self) -> None:
        AccountLink.objects.filter(role=Role.RELATIVE).update(ends_at=TODAY + timedelta(days=30))
        page = self.page(self.holder)
        for text in ("Người relative", "until 24/12/2026", "bills and payments", "without an end"):
            with self.subTest(text):
                self.assertIn(text, page)
        self.assertNotIn(self.links[Role.RELATIVE].user.email, page)

    def test_tells_the_holder_what_changed_and_masks_contacts(self) -> None:
        self.invite(self.holder)
        page = self.page(self.holder)
        self.assertIn("Someone was invited", page)
        self.assertIn("by you", page)
        self.assertNotIn("nam@example.vn", page)

    def test_lets_the_household_look_but_not_act(self) -> None:
        events.record(account=self.account, kind="linked", at=NOON, by=self.holder, detail="abc…")
        page = self.page(self.links[Role.HOUSEHOLD].user)
        self.assertIn("Người relative", page)
        for text in (self.url("invite_whom"), "Change or end", "What changed", "abc…"):
            with self.subTest(text):
                self.assertNotIn(text, page)

    def test_hides_the_old_tenant_and_their_log_from_the_next_one(self) -> None:
        events.record(account=self.account, kind="linked", at=NOON, by=self.holder, detail="abc…")
        today = TODAY.date()
        links.hand_over(account=self.account, on=today, at=TODAY)
        newcomer = a_link(account=self.account, moved_in_on=today).user
        page = self.page(newcomer)
        self.assertNotIn("Người relative", page)
        self.assertNotIn("abc…", page)

    def test_is_closed_to_relatives_viewers_and_strangers(self) -> None:
        for user in (self.links[Role.RELATIVE].user, self.links[Role.VIEWER].user, self.stranger):
            with self.subTest(user=user):
                answer = self.browser(user).get(self.url("people"))
                self.assertEqual(answer.status_code, 404)


class InvitePageTests(SharingCase):
    def test_invites_and_writes_to_the_address_without_a_link_in_it(self) -> None:
        answer = self.invite(self.holder)
        self.assertRedirects(answer, self.url("people"))
        made = Invitation.objects.get()
        self.assertEqual((made.role, sorted(made.rights)), (Role.RELATIVE, ["bills", "totals"]))
        self.assertEqual(made.link_ends_at, TODAY + timedelta(days=180))
        letter = DirectMessage.objects.get()
        self.assertEqual(letter.address, "nam@example.vn")
        self.assertIn("Nguyễn Thị Hạnh", letter.text)
        self.assertNotIn(self.account.number, letter.text)
        self.assertNotIn("/me/", letter.text)

    def test_writes_nothing_a_stranger_chose_where_a_name_is_an_address(self) -> None:
        User.objects.filter(pk=self.holder.pk).update(name="Trúng thưởng http://x.vn")
        self.holder.refresh_from_db()
        self.invite(self.holder)
        self.assertNotIn("x.vn", DirectMessage.objects.get().text)

    def test_tells_for_a_phone_what_to_say_and_writes_nothing(self) -> None:
        self.invite(self.holder, address="0903 123 456")
        self.assertEqual(DirectMessage.objects.count(), 0)
        page = self.browser(self.holder).get(self.url("people")).content.decode()
        self.assertIn("We write nothing to phones", page)
        self.assertNotIn("0903123456", page)

    def test_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(self) -> None:
        for given, text in (
            ({"address": "abc"}, "Type a Vietnamese mobile number"),
            ({"address": ""}, "Type a phone number or an e-mail address"),
            ({"address": self.holder.email}, "This is your own"),
            ({"rights": []}, "Choose at least one"),
            ({"rights": ["change"]}, "not one of the available choices"),
            ({"until": "9999"}, "not one of the available choices"),
        ):
            with self.subTest(given):
                answer = self.invite(self.holder, **given)
                self.assertContains(answer, text)
                self.assertContains(answer, "error-summary")
        self.assertContains(self.invite(self.holder, address="abc"), 'value="abc"')
        self.assertEqual(Invitation.objects.count(), 0)

    def test_offers_a_viewer_the_months_alone_whatever_is_sent(self) -> None:
        self.invite(self.holder, role=Role.VIEWER, rights=["totals", "days", "change"])
        self.assertEqual(Invitation.objects.get().rights, ["totals"])

    def test_knows_no_other_role(self) -> None:
        for role in ("holder", "owner"):
            with self.subTest(role):
                self.assertEqual(self.invite(self.holder, role=role).status_code, 404)

    def test_is_closed_to_everyone_but_the_holder(self) -> None:
        for user in self.others():
            with self.subTest(user=user):
                self.assertEqual(self.invite(user).status_code, 404)
                whom = self.browser(user).get(self.url("invite_whom"))
                self.assertEqual(whom.status_code, 404)
        self.assertEqual(Invitation.objects.count(), 0)

    def test_asks_who_one_is_again_after_a_while(self) -> None:
        steps = (("invite", [Role.RELATIVE]), ("person", [1]), ("move_out", []))
        for name, args in steps:
            with self.subTest(name, password=False):
                answer = self.browser(self.holder, recently=False).get(self.url(name, *args))
                self.assertIn(reverse("account_login"), answer.url)
        self.holder.set_password(PASSWORD)
        self.holder.save()
        for name, args in steps:
            with self.subTest(name, password=True):
                answer = self.browser(self.holder, recently=False).get(self.url(name, *args))
                self.assertIn("reauthenticate", answer.url)


class AnswerPageTests(SharingCase):
    def setUp(self) -> None:
        super().setUp()
        self.son = prove(a_user(name="Nguyễn Văn Nam"))
        self.made = an_invitation(
            holder=AccountLink.objects.get(user=self.holder),
            user=self.son,
            invited_at=TODAY,
            expires_at=TODAY + timedelta(days=14),
        )
        self.page = reverse("invitation", args=[self.made.pk])

    def test_stands_on_the_first_page_also_without_any_address(self) -> None:
        for user in (self.son, self.stranger):
            page = self.browser(user).get(reverse("home")).content.decode()
            self.assertEqual(self.page in page, user == self.son)
        a_link(user=self.son)
        self.assertContains(self.browser(self.son).get(reverse("home")), self.page)

    def test_says_exactly_what_would_be_seen_and_names_the_place_in_part(self) -> None:
        page = self.browser(self.son).get(self.page).content.decode()
        self.assertIn("Nguyễn Thị Hạnh", page)
        seen, unseen = page.split("You would not see or do")
        self.assertIn("bills and payments", seen)
        self.assertIn("the use of each day", unseen)
        self.assertNotIn(self.account.number, page)
        self.assertNotIn(self.account.address, page)

    def test_opens_the_address_once_accepted_with_no_more_than_offered(self) -> None:
        client = self.browser(self.son)
        answer = client.post(self.page, {"answer": "accept"})
        self.assertRedirects(answer, self.url("address"))
        self.assertEqual(client.get(self.url("bill", OCTOBER)).status_code, 200)
        for name in ("api:days", "people", "account_preferences", "invite_whom"):
            with self.subTest(name):
                self.assertEqual(client.get(self.url(name)).status_code, 404)
        self.assertEqual(client.post(self.page, {"answer": "accept"}).status_code, 404)

    def test_opens_nothing_once_declined(self) -> None:
        client = self.browser(self.son)
        self.assertRedirects(client.post(self.page, {"answer": "decline"}), reverse("home"))
        self.assertEqual(client.get(self.url("address")).status_code, 404)
        self.assertEqual(client.get(self.page).status_code, 404)

    def test_looks_the_same_to_others_as_one_that_is_not_there(self) -> None:
        nowhere = reverse("invitation", args=[987654321])
        for user in (self.holder, *self.others()):
            with self.subTest(user=user):
                client = self.browser(user)
                self.assertEqual(client.get(self.page).status_code, 404)
                self.assertEqual(client.post(self.page, {"answer": "accept"}).status_code, 404)
                self.assertEqual(client.get(nowhere).status_code, 404)

    def test_says_so_when_they_help_at_three_addresses(self) -> None:
        for _ in range(3):
            a_link(user=self.son, role=Role.RELATIVE, proof="invitation")
        answer = self.browser(self.son).post(self.page, {"answer": "accept"})
        self.assertContains(answer, "three addresses already", status_code=409)

    def test_is_taken_back_by_the_holder_alone(self) -> None:
        url = self.url("withdraw_invitation", self.made.pk)
        for user in self.others():
            self.assertEqual(self.browser(user).post(url).status_code, 404)
        self.browser(self.holder).post(url)
        self.made.refresh_from_db()
        self.assertEqual(self.made.state, Invitation.State.WITHDRAWN)
        self.assertEqual(self.browser(self.son).get(self.page).status_code, 404)

    def test_of_another_address_cannot_be_taken_back(self) -> None:
        other = an_invitation()
        url = self.url("withdraw_invitation", other.pk)
        self.assertEqual(self.browser(self.holder).post(url).status_code, 404)


class PersonPageTests(SharingCase):
    def url_of(self, role: str, name: str = "person") -> str:
        return self.url(name, self.links[role].pk)

    def test_changes_what_somebody_sees_at_once(self) -> None:
        relative = self.links[Role.RELATIVE]
        client = self.browser(relative.user)
        self.assertEqual(client.get(self.url("bill", OCTOBER)).status_code, 200)
        data = {"rights": ["totals", "days"], "until": "90"}
        answer = self.browser(self.holder).post(self.url_of(Role.RELATIVE), data)
        self.assertRedirects(answer, self.url("people"))
        self.assertEqual(client.get(self.url("bill", OCTOBER)).status_code, 404)
        self.assertEqual(client.get(self.url("api:days")).status_code, 200)
        relative.refresh_from_db()
        self.assertEqual(relative.ends_at, TODAY + timedelta(days=90))

    def test_makes_a_relative_a_viewer(self) -> None:
        url = f"{self.url_of(Role.RELATIVE)}?role=viewer"
        self.assertEqual(self.browser(self.holder).post(url, {"until": "365"}).status_code, 302)
        relative = self.links[Role.RELATIVE]
        relative.refresh_from_db()
        self.assertEqual((relative.role, relative.rights), (Role.VIEWER, ["totals"]))

    def test_takes_the_right_away_at_once(self) -> None:
        relative = self.browser(self.links[Role.RELATIVE].user)
        self.assertEqual(relative.get(self.url("address")).status_code, 200)
        self.browser(self.holder).post(self.url_of(Role.RELATIVE, "end_person"))
        for name, args in (("address", []), ("bills", []), ("bill", [OCTOBER]), ("api:bills", [])):
            with self.subTest(name):
                self.assertEqual(relative.get(self.url(name, *args)).status_code, 404)

    def test_is_closed_to_everyone_but_the_holder(self) -> None:
        for user in self.others():
            with self.subTest(user=user):
                client = self.browser(user)
                self.assertEqual(client.get(self.url_of(Role.VIEWER)).status_code, 404)
                end = client.post(self.url_of(Role.VIEWER, "end_person"))
                self.assertEqual(end.status_code, 404)
        self.assertEqual(AccountEvent.objects.count(), 0)

    def test_reaches_no_link_of_another_address_and_not_the_own(self) -> None:
        client = self.browser(self.holder)
        foreign = AccountLink.objects.get(user=self.stranger)
        for link in (foreign, AccountLink.objects.get(user=self.holder)):
            self.assertEqual(client.get(self.url("person", link.pk)).status_code, 404)
            self.assertEqual(client.post(self.url("end_person", link.pk)).status_code, 404)


class MoveOutPageTests(SharingCase):
    def test_keeps_the_days_before_and_closes_those_after_for_all(self) -> None:
        answer = self.browser(self.holder).post(self.url("move_out"), {"on": "2026-11-10"})
        self.assertRedirects(answer, self.url("address"))
        for user in (self.holder, self.links[Role.RELATIVE].user):
            client = self.browser(user)
            self.assertEqual(client.get(self.url("bill", OCTOBER)).status_code, 200)
            self.assertEqual(client.get(self.url("people")).status_code, 404)
        late = {"first_on": "2026-11-10", "last_on": "2026-11-12"}
        answer = self.browser(self.holder).get(self.url("api:days"), late)
        self.assertEqual(answer.status_code, 404)

    def test_refuses_a_day_far_off_beside_the_field(self) -> None:
        for on in ("2025-01-01", "2027-11-01", "", "31/02/2026"):
            with self.subTest(on):
                answer = self.browser(self.holder).post(self.url("move_out"), {"on": on})
                self.assertContains(answer, "error-summary")
        self.assertEqual(AccountLink.objects.exclude(moved_out_on=None).count(), 0)

    def test_is_recorded_once(self) -> None:
        client = self.browser(self.holder)
        client.post(self.url("move_out"), {"on": "2026-11-10"})
        self.assertContains(client.get(self.url("move_out")), "Recorded: 10/11/2026")
        answer = client.post(self.url("move_out"), {"on": "2026-11-20"})
        self.assertContains(answer, "Call us to have it changed")

    def test_is_not_there_for_a_stranger(self) -> None:
        answer = self.browser(self.stranger).post(self.url("move_out"), {"on": "2026-11-10"})
        self.assertEqual(answer.status_code, 404)
