"""The desk's pages of a lost second step, the mails to the three, and the way back in."""

from datetime import timedelta
from io import StringIO
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.core.management import CommandError, call_command
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from customers.models import LostFactor, StaffRole, User
from customers.services import lost_factors
from customers.tests.factories import PASSWORD, a_member, a_unit, a_user
from notifications.models import DirectMessage
from notifications.tests.factories import a_device
from portal.tests.sign_in.people import SIGN_IN, a_customer, who
from portal.tests.sign_in.test_second_factor import ADD_APP, DESK, SET_UP, SHOW_IT, code_of

INDEX = reverse("admin:index")
ADD_PASSKEY = "/auth/2fa/webauthn/add/"
LIST = reverse("admin:customers_lostfactor_changelist")


def asking(user: User) -> str:
    return reverse("admin:customers_lostfactor_ask", args=[user.pk])


def page(lost: LostFactor) -> str:
    return reverse("admin:customers_lostfactor_change", args=[lost.pk])


def deciding(lost: LostFactor, verb: str) -> str:
    return reverse("admin:customers_lostfactor_decide", args=[lost.pk, verb])


def handing(lost: LostFactor) -> str:
    return reverse("admin:customers_lostfactor_code", args=[lost.pk])


class Case(TestCase):
    def setUp(self) -> None:
        self.first, self.second = (a_member(StaffRole.SUPERVISOR) for _ in range(2))
        self.agent = a_customer(is_staff=True, name="Phạm Văn Sơn")
        self.agent.groups.set(self.first.groups.model.objects.filter(name=StaffRole.AGENT))
        TOTP.activate(self.agent, "A" * 32)

    def as_(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    def ask(self, **given: str) -> Any:
        values = {"why": "Mất điện thoại", "recognised": "in_person", **given}
        return self.as_(self.first).post(asking(self.agent), values)

    def asked(self) -> LostFactor:
        self.ask()
        return LostFactor.objects.get()

    def told(self) -> list[str]:
        return sorted(DirectMessage.objects.values_list("address", flat=True))


class WholeWayTests(Case):
    def browser_at_work(self) -> Client:
        client = Client()
        client.post(SIGN_IN, {"login": self.agent.email, "password": PASSWORD})
        client.post(SHOW_IT, {"code": code_of("A" * 32)})
        self.assertEqual(client.get(DESK).status_code, 200)
        return client

    def test_ends_at_the_page_that_sets_up_a_new_one(self):
        stolen = self.browser_at_work()
        lost = self.asked()
        self.assertEqual(stolen.get(DESK).status_code, 200)
        self.as_(self.second).post(deciding(lost, "approve"))
        self.assertIsNone(who(stolen))
        self.assertNotEqual(stolen.get(DESK).status_code, 200)
        client = Client()
        answer = client.post(SIGN_IN, {"login": self.agent.email, "password": PASSWORD})
        self.assertEqual(answer.status_code, 302)
        for path in (DESK, "/desk/customers/account/", LIST):
            self.assertTrue(client.get(path).url.startswith(SET_UP), path)

    def test_sets_up_a_new_one_with_the_code_that_was_handed_over(self):
        lost = self.asked()
        boss = self.as_(self.second)
        boss.post(deciding(lost, "approve"))
        thief = self.signed_in()
        for path in (ADD_APP, ADD_PASSKEY):
            self.assertRedirects(thief.get(path), SET_UP)
            self.assertRedirects(thief.post(path, {"code": "000000"}), SET_UP)
        code = boss.post(handing(lost)).context["code"]
        colleague = self.signed_in()
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        answer = colleague.post(SET_UP, {"code": wrong})
        self.assertIn("code", answer.context["form"].errors)
        self.assertNotContains(answer, ADD_APP)
        self.assertRedirects(colleague.post(SET_UP, {"code": code}), SET_UP)
        self.assertContains(colleague.get(SET_UP), ADD_APP)
        secret = colleague.get(ADD_APP).context["form"].secret
        colleague.post(ADD_APP, {"code": code_of(secret)})
        self.assertTrue(Authenticator.objects.filter(user=self.agent, type="totp").exists())

    def test_asks_each_session_for_a_code_of_its_own(self):
        lost = self.asked()
        boss = self.as_(self.second)
        boss.post(deciding(lost, "approve"))
        self.signed_in().post(SET_UP, {"code": boss.post(handing(lost)).context["code"]})
        thief = self.signed_in()
        self.assertNotContains(thief.get(SET_UP), ADD_APP)
        self.assertRedirects(thief.get(ADD_APP), SET_UP)

    def signed_in(self) -> Client:
        """A browser of somebody who knows the password, and proved it a moment ago."""
        client = Client()
        client.post(SIGN_IN, {"login": self.agent.email, "password": PASSWORD})
        client.post("/auth/reauthenticate/", {"password": PASSWORD})
        return client

    def test_takes_their_devices_off_as_well(self):
        a_device(user=self.agent)
        self.as_(self.second).post(deciding(self.asked(), "approve"))
        self.assertFalse(self.agent.push_devices.exists())


class AskTests(Case):
    def test_is_offered_on_the_page_of_a_colleague_alone(self):
        client = self.as_(self.first)
        colleague = reverse("admin:customers_user_change", args=[self.agent.pk])
        self.assertContains(client.get(colleague), asking(self.agent))
        own = reverse("admin:customers_user_change", args=[self.first.pk])
        self.assertNotContains(client.get(own), asking(self.first))
        auditor = self.as_(a_member(StaffRole.AUDITOR))
        self.assertNotContains(auditor.get(colleague), asking(self.agent))

    def test_says_beside_the_field_what_is_missing(self):
        for given in ({"why": ""}, {"why": "\u200b"}, {"recognised": ""}, {"recognised": "x"}):
            with self.subTest(given):
                errors = self.ask(**given).context["form"].errors
                self.assertEqual(set(errors), set(given))
        self.assertFalse(LostFactor.objects.exists())
        self.assertEqual(self.told(), [])

    def test_tells_who_lost_it_and_who_asked(self):
        self.asked()
        self.assertEqual(self.told(), sorted([self.agent.email, self.first.email]))
        self.assertIn("Phạm Văn Sơn", DirectMessage.objects.first().text)

    def test_says_that_it_waits_already(self):
        self.asked()
        answer = self.ask()
        self.assertContains(answer, str(lost_factors.WaitsAlready.why))
        self.assertEqual(LostFactor.objects.count(), 1)

    def test_shows_what_was_typed_as_text(self):
        lost = self.asked()
        self.ask(why="<b>x")
        LostFactor.objects.update(why="<script>alert(1)</script>")
        answer = self.as_(self.second).get(page(lost))
        self.assertContains(answer, "&lt;script&gt;")
        self.assertNotContains(answer, "<script>alert")

    def test_is_there_for_supervisors_alone(self):
        for by in (*(a_member(role) for role in StaffRole if role != "supervisor"), self.agent):
            with self.subTest(by):
                self.assertEqual(self.as_(by).get(asking(self.agent)).status_code, 404)
                self.assertEqual(self.as_(by).post(asking(self.agent)).status_code, 404)
        elsewhere = a_member(StaffRole.SUPERVISOR, unit=a_unit(code="PE09"))
        for client, user in ((self.as_(self.first), a_user()), (self.as_(elsewhere), self.agent)):
            self.assertEqual(client.get(asking(user)).status_code, 404)


class DecideTests(Case):
    def test_is_a_button_for_another_supervisor_alone(self):
        lost = self.asked()
        for by, can in ((self.second, True), (self.first, False)):
            answer = self.as_(by).get(page(lost))
            found = deciding(lost, "approve") in answer.content.decode()
            self.assertIs(found, can)
        self.assertContains(self.as_(self.first).get(page(lost)), deciding(lost, "refuse"))

    def test_tells_all_three(self):
        lost = self.asked()
        DirectMessage.objects.all().delete()
        self.as_(self.second).post(deciding(lost, "approve"))
        three = sorted([self.agent.email, self.first.email, self.second.email])
        self.assertEqual(self.told(), three)

    def test_refused_tells_all_three_and_leaves_the_factor(self):
        lost = self.asked()
        DirectMessage.objects.all().delete()
        self.as_(self.second).post(deciding(lost, "refuse"))
        self.assertEqual(len(self.told()), 3)
        self.assertTrue(Authenticator.objects.filter(user=self.agent).exists())

    def test_is_refused_by_an_agent_whom_somebody_else_would_lock_out(self):
        lost, other = self.asked(), a_member(StaffRole.AGENT)
        answer = self.as_(self.agent).get(page(lost))
        self.assertContains(answer, deciding(lost, "refuse"))
        self.assertNotContains(answer, deciding(lost, "approve"))
        self.assertNotContains(answer, f'"{LIST}"')
        for by, verb in ((other, "refuse"), (other, "approve")):
            self.assertEqual(self.as_(by).post(deciding(lost, verb)).status_code, 404)
        self.assertEqual(self.as_(other).get(page(lost)).status_code, 404)
        self.as_(self.agent).post(deciding(lost, "refuse"))
        lost.refresh_from_db()
        self.assertEqual((lost.state, lost.decided_by), ("refused", self.agent))
        self.assertTrue(Authenticator.objects.filter(user=self.agent).exists())

    def test_by_a_forged_post_of_who_asked_or_lost_it_does_nothing(self):
        lost = self.asked()
        DirectMessage.objects.all().delete()
        fields = {"decided_by": self.second.pk, "state": "approved", "asked_by": self.second.pk}
        for by in (self.first, self.agent, *(a_member(role) for role in StaffRole
                                             if role != "supervisor")):  # fmt: skip
            self.as_(by).post(deciding(lost, "approve"), fields)
        lost.refresh_from_db()
        self.assertEqual((lost.state, lost.asked_by), (LostFactor.State.WAITING, self.first))
        self.assertTrue(Authenticator.objects.filter(user=self.agent).exists())
        self.assertEqual(self.told(), [])

    def test_takes_a_post_and_a_verb_that_exists(self):
        lost, client = self.asked(), self.as_(self.second)
        self.assertEqual(client.get(deciding(lost, "approve")).status_code, 405)
        self.assertEqual(client.post(deciding(lost, "ask")).status_code, 404)
        self.assertTrue(Authenticator.objects.filter(user=self.agent).exists())

    def test_after_a_day_is_said_to_have_lapsed(self):
        lost = self.asked()
        LostFactor.objects.update(
            asked_at=timezone.now() - timedelta(days=2),
            lapses_at=timezone.now() - timedelta(days=1),
        )
        client = self.as_(self.second)
        self.assertNotContains(client.get(page(lost)), deciding(lost, "approve"))
        client.post(deciding(lost, "approve"))
        self.assertTrue(Authenticator.objects.filter(user=self.agent).exists())
        self.assertContains(client.get(LIST), str(LostFactor.State.LAPSED.label))


class CodeTests(Case):
    def setUp(self) -> None:
        super().setUp()
        self.lost = self.asked()
        self.as_(self.second).post(deciding(self.lost, "approve"))

    def test_is_shown_once_to_who_makes_it_and_kept_by_no_cache(self):
        client = self.as_(self.second)
        self.assertContains(client.get(page(self.lost)), handing(self.lost))
        answer = client.post(handing(self.lost))
        self.assertContains(answer, answer.context["code"])
        self.assertIn("no-store", answer["Cache-Control"])
        self.assertNotContains(client.get(page(self.lost)), answer.context["code"])
        self.assertNotIn(answer.context["code"], str(DirectMessage.objects.values_list("text")))

    def test_is_made_by_no_get_and_a_minute_apart(self):
        client = self.as_(self.second)
        self.assertEqual(client.get(handing(self.lost)).status_code, 405)
        client.post(handing(self.lost))
        self.assertEqual(client.post(handing(self.lost)).status_code, 302)

    def test_is_not_there_for_others(self):
        elsewhere = a_member(StaffRole.SUPERVISOR, unit=a_unit(code="PE09"))
        auditor = a_member(StaffRole.AUDITOR)
        for by in (elsewhere, auditor, a_member(StaffRole.AGENT), self.agent):
            answer = self.as_(by).post(handing(self.lost))
            self.assertEqual(answer.status_code, 404)
        self.assertNotContains(self.as_(auditor).get(page(self.lost)), handing(self.lost))

    def test_is_not_offered_once_a_new_step_is_there(self):
        TOTP.activate(self.agent, "B" * 32)
        client = self.as_(self.second)
        self.assertNotContains(client.get(page(self.lost)), handing(self.lost))
        self.assertRedirects(client.post(handing(self.lost)), page(self.lost))


class AtTheServerTests(Case):
    def test_takes_off_signs_out_tells_and_is_kept(self):
        a_device(user=self.agent)
        UserSession.objects.create(user=self.agent, ip="127.0.0.1", session_key="x" * 32)
        call_command("take_off_second_step", self.agent.email, stdout=StringIO())
        self.assertFalse(Authenticator.objects.filter(user=self.agent).exists())
        self.assertFalse(UserSession.objects.filter(user=self.agent).exists())
        self.assertFalse(self.agent.push_devices.exists())
        reason = self.agent.history.latest().history_change_reason
        self.assertEqual(reason, "second step taken off at the server")
        self.assertEqual(self.told(), [self.agent.email])

    def test_prints_a_code_to_whom_the_desk_asks_for_one(self):
        self.as_(self.second).post(deciding(self.asked(), "approve"))
        TOTP.activate(self.agent, "B" * 32)
        printed = StringIO()
        call_command("take_off_second_step", self.agent.email, stdout=printed)
        colleague = Client()
        colleague.post(SIGN_IN, {"login": self.agent.email, "password": PASSWORD})
        code = printed.getvalue().split()[-1]
        self.assertRedirects(colleague.post(SET_UP, {"code": code}), SET_UP)
        self.assertContains(colleague.get(SET_UP), ADD_APP)

    def test_is_for_a_login_of_staff_that_has_one(self):
        for login in ("niemand@example.vn", a_user().email, self.first.email):
            with self.subTest(login), self.assertRaises(CommandError):
                call_command("take_off_second_step", login)


class ListTests(Case):
    def test_leads_there_from_the_first_page_but_not_who_asked(self):
        self.asked()
        self.assertContains(self.as_(self.second).get(INDEX), f"{LIST}?open=yes")
        self.assertNotContains(self.as_(self.first).get(INDEX), f"{LIST}?open=yes")
        found = self.as_(self.second).get(LIST, {"open": "yes"})
        self.assertEqual(found.context["cl"].result_count, 1)

    def test_is_read_by_auditors_and_opens_to_no_company_of_another(self):
        lost = self.asked()
        self.assertEqual(self.as_(a_member(StaffRole.AUDITOR)).get(page(lost)).status_code, 200)
        elsewhere = self.as_(a_member(StaffRole.SUPERVISOR, unit=a_unit(code="PE09")))
        self.assertEqual(elsewhere.get(page(lost)).status_code, 404)
        self.assertEqual(elsewhere.get(LIST).context["cl"].result_count, 0)
