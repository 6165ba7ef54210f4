"""Sessions of staff: over when idle, after a day's work, and when anything about them changes."""

from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from customers.models import StaffRole, User
from customers.services import sessions
from customers.tests.factories import PASSWORD, a_link, a_member, a_superuser, a_user
from portal.site.staff_sessions import BEGAN, SEEN

INDEX = reverse("admin:index")
API = "/api/v1/accounts/"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def signed_in(user: User, client: Client | None = None) -> Client:
    """A browser of ``user``, in the list of their sessions as after the sign-in page."""
    client = client or Client()
    client.force_login(user)
    key = client.session.session_key
    UserSession.objects.create(user=user, session_key=key, ip="127.0.0.1", user_agent="test")
    return client


def aged(client: Client, **ages: timedelta) -> Client:
    """``client``, whose session began or was last used so long ago."""
    session = client.session
    for name, age in ages.items():
        session[{"began": BEGAN, "seen": SEEN}[name]] = (timezone.now() - age).isoformat()
    session.save()
    return client


def by_token(client: Client) -> int:
    """What the API answers a program with the token of this session."""
    token = client.session.session_key or ""
    return Client().get(API, headers={"X-Session-Token": token}).status_code


class StaffSessionTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_member(StaffRole.AGENT)

    def assert_open(self, client: Client) -> None:
        self.assertEqual(client.get(INDEX).status_code, 200)

    def assert_over(self, client: Client) -> None:
        self.assertEqual(by_token(client), 403)
        self.assertIn("/login/?next=", client.get(INDEX).headers["Location"])
        self.assertEqual(client.get(API).status_code, 403)

    def test_is_over_after_fifteen_idle_minutes(self):
        self.assert_open(aged(signed_in(self.agent), seen=14 * MINUTE))
        self.assert_over(aged(signed_in(self.agent), seen=16 * MINUTE))

    def test_goes_on_while_somebody_works(self):
        client = aged(signed_in(self.agent), seen=14 * MINUTE)
        self.assert_open(client)
        self.assertGreater(client.session[SEEN], (timezone.now() - MINUTE).isoformat())

    def test_is_over_after_ten_hours_however_busy(self):
        self.assert_open(aged(signed_in(self.agent), began=9 * HOUR))
        self.assert_over(aged(signed_in(self.agent), began=11 * HOUR))

    def test_is_no_session_of_staff_that_began_before_they_were(self):
        customer = a_link().user
        client = signed_in(customer)
        User.objects.filter(pk=customer.pk).update(is_staff=True)
        self.assert_over(client)

    def test_is_the_only_one_of_its_person(self):
        first = signed_in(self.agent)
        second = signed_in(self.agent)
        self.assert_open(second)
        self.assert_over(first)

    def test_of_another_person_goes_on(self):
        first = signed_in(self.agent)
        signed_in(a_member(StaffRole.AGENT))
        self.assert_open(first)

    def test_is_over_the_moment_the_login_is_disabled(self):
        client = signed_in(self.agent)
        self.assertEqual(by_token(client), 200)
        User.objects.filter(pk=self.agent.pk).update(is_active=False)
        self.assert_over(client)

    def test_is_over_when_the_role_changes_at_the_desk(self):
        client, boss = signed_in(self.agent), signed_in(a_superuser())
        form: dict[str, Any] = {
            "email": self.agent.email,
            "name": self.agent.name,
            "is_active": "on",
            "is_staff": "on",
            "groups": [Group.objects.get(name=StaffRole.AUDITOR).pk],
        }
        page = reverse("admin:customers_user_change", args=[self.agent.pk])
        self.assertEqual(boss.post(page, form).status_code, 302)
        self.assert_over(client)
        self.assert_open(boss)

    def test_loses_what_the_role_loses_with_the_next_request(self):
        client, page = signed_in(self.agent), reverse("admin:customers_account_changelist")
        self.assertEqual(client.get(page).status_code, 200)
        self.agent.groups.clear()
        self.assertEqual(client.get(page).status_code, 403)

    def test_is_over_when_the_password_changes_elsewhere(self):
        client = signed_in(self.agent)
        self.agent.set_password("another horse battery staple")
        self.agent.save()
        self.assert_over(client)

    def test_is_over_for_good_after_signing_out(self):
        client = signed_in(self.agent)
        stolen = Client()
        stolen.cookies = client.cookies.__class__(client.cookies)
        client.post(reverse("admin:logout"))
        self.assertEqual(stolen.get(INDEX).status_code, 302)

    def test_by_password_alone_opens_nothing_to_a_program_that_has_its_key(self):
        operator = a_member(StaffRole.OPERATOR, password=PASSWORD)
        operator.emailaddress_set.create(email=operator.email, verified=True, primary=True)
        client = Client()
        client.post(reverse("account_login"), {"login": operator.email, "password": PASSWORD})
        self.assertIn("_auth_user_id", client.session)
        token = {"X-Session-Token": client.session.session_key}
        for path in (API, "/api/v1/loads/", "/api/v1/kinds/"):
            self.assertEqual(client.get(path).status_code, 403, path)
            self.assertEqual(Client().get(path, headers=token).status_code, 403, path)


class CustomerSessionTests(TestCase):
    def test_has_no_such_clock(self):
        client = signed_in(a_link().user)
        self.assertNotIn(BEGAN, client.session)
        self.assertEqual(client.get("/").status_code, 200)
        self.assertEqual(by_token(client), 200)

    def test_may_be_one_of_several(self):
        user = a_user()
        first, second = signed_in(user), signed_in(user)
        for client in (first, second):
            self.assertEqual(client.get(API).status_code, 200)

    def test_ends_where_all_but_one_are_ended(self):
        user = a_user()
        first, second = signed_in(user), signed_in(user)
        self.assertEqual(sessions.end_all(user=user, but=second.session.session_key), 1)
        self.assertEqual([first.get(API).status_code, second.get(API).status_code], [403, 200])


class GuessingTests(TestCase):
    """The way to the desk leads through the one sign-in page and its limits."""

    def setUp(self) -> None:
        cache.clear()
        self.addCleanup(cache.clear)

    def test_takes_no_right_password_after_six_wrong_ones(self):
        agent = a_member(StaffRole.AGENT, password=PASSWORD)
        page = self.client.get(reverse("admin:login"), follow=True)
        form = page.redirect_chain[-1][0]
        for _ in range(6):
            self.client.post(form, {"login": agent.email, "password": "wrong horse"})
        self.client.post(form, {"login": agent.email, "password": PASSWORD})
        self.assertNotIn("_auth_user_id", self.client.session)
        self.assertNotIn("account_login", self.client.session)
