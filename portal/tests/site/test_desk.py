"""The way into the desk, and the work of today."""

from datetime import timedelta

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from customers.models import Arrangement, StaffRole
from customers.services import arrangements
from customers.tests.factories import (
    a_link,
    a_member,
    a_superuser,
    a_unit,
    a_user,
    an_account,
    an_auto_debit,
)
from notifications.services import tellings
from notifications.tests.factories import a_notice
from portal.lib.periods import local_day
from portal.site import worklists

DAY = timedelta(days=1)
INDEX = reverse("admin:index")
LOGIN = reverse("admin:login")


class SignInTests(TestCase):
    def test_sends_staff_to_the_one_sign_in_page_and_back(self):
        page = reverse("admin:customers_arrangement_waiting")
        response = self.client.get(page, follow=True)
        self.assertEqual(response.redirect_chain[-1][0], f"{reverse('account_login')}?next={page}")
        self.assertRedirects(
            self.client.get(LOGIN),
            f"{reverse('account_login')}?next={INDEX}",
            fetch_redirect_response=False,
        )

    def test_takes_no_password_itself(self):
        user = a_superuser(password="correct horse battery staple")
        posted = {"username": user.email, "password": "correct horse battery staple"}
        response = self.client.post(LOGIN, posted)
        self.assertEqual(response.status_code, 302)
        self.assertNotIn("_auth_user_id", self.client.session)

    def test_takes_signed_in_staff_on(self):
        self.client.force_login(a_member(StaffRole.AGENT))
        self.assertRedirects(self.client.get(LOGIN), INDEX)

    def test_is_not_there_for_customers(self):
        self.client.force_login(a_user())
        self.assertEqual(self.client.get(INDEX, follow=True).status_code, 404)

    def test_changes_no_password_itself(self):
        self.client.force_login(a_member(StaffRole.AGENT))
        answer = self.client.post(reverse("admin:password_change"), {"old_password": "x"})
        self.assertEqual(answer.headers["Location"], reverse("account_change_password"))

    def test_closes_for_people_who_left(self):
        agent = a_member(StaffRole.AGENT)
        self.client.force_login(agent)
        agent.is_active = False
        agent.save()
        self.assertEqual(self.client.get(INDEX).status_code, 302)


class WorkTests(TestCase):
    def setUp(self) -> None:
        self.today = local_day(timezone.now())
        starts = {"starts_on": self.today - timedelta(days=300)}
        self.here = a_unit(code="PE04")
        for unit in (self.here, a_unit(code="PE05")):
            account = an_account(unit=unit)
            an_auto_debit(account=account, state=Arrangement.State.REQUESTED)
            review_on = self.today + timedelta(days=10)
            an_auto_debit(account=an_account(unit=unit), review_on=review_on, **starts)
        arrangements.keep(at=timezone.now())

    def counts(self, user: object) -> list[int]:
        return [work.count for work in worklists.of(user, day=self.today)]

    def test_counts_what_the_person_may_open(self):
        self.assertEqual(self.counts(a_member(StaffRole.SUPERVISOR)), [2, 2, 0, 0])
        self.assertEqual(self.counts(a_member(StaffRole.OFFICER, unit=self.here)), [1, 1])
        self.assertEqual(self.counts(a_user(is_staff=True)), [])

    def test_counts_whom_nothing_reached_and_the_oldest_of_them_apart(self):
        for born in (1944, 1990, None):
            account = an_account(unit=self.here, holder_born_in=born)
            a_notice(account=account, reach="unreachable", expires_at=timezone.now() + DAY)
        tellings.list_work(at=timezone.now())
        officer = a_member(StaffRole.OFFICER, unit=self.here)
        self.assertEqual(self.counts(officer), [1, 1, 3, 1])
        self.client.force_login(officer)
        for work in self.client.get(INDEX).context["work"][2:]:
            rows = self.client.get(work.url).context["cl"].result_list
            self.assertEqual(len(rows), work.count)
        elsewhere = a_member(StaffRole.OFFICER, unit=a_unit(code="PE05"))
        self.assertEqual(self.counts(elsewhere), [1, 1])

    def test_counts_the_auto_debits_that_customers_did_not_want(self):
        account = an_account(unit=self.here, has_app=True)
        debit = an_auto_debit(account=account)
        arrangements.disown(arrangement=debit, by=None, at=timezone.now())
        supervisor = a_member(StaffRole.SUPERVISOR)
        self.assertEqual(self.counts(supervisor), [2, 2, 1, 0, 0])
        self.client.force_login(supervisor)
        url = self.client.get(INDEX).context["work"][2].url
        self.assertEqual(len(self.client.get(url).context["cl"].result_list), 1)
        Arrangement.objects.filter(pk=debit.pk).update(closed_at=timezone.now() - timedelta(days=8))
        self.assertEqual(self.counts(supervisor), [2, 2, 0, 0])

    def test_leads_to_as_many_rows_as_it_counts(self):
        self.client.force_login(a_member(StaffRole.OFFICER, unit=self.here))
        work = self.client.get(INDEX).context["work"]
        waiting = self.client.get(work[0].url).context["waiting"]
        review = self.client.get(work[1].url).context["cl"].result_list
        self.assertEqual([len(waiting), len(review)], [one.count for one in work[:2]])

    def test_asks_the_database_a_constant_number_of_times(self):
        self.client.force_login(a_member(StaffRole.SUPERVISOR))
        with self.assertNumQueries(27):
            self.client.get(INDEX)


class ListTests(TestCase):
    """Rows of lists are cards on a phone: each cell knows its heading."""

    def test_name_the_heading_beside_each_cell_but_not_beside_boxes_to_tick(self):
        self.client.force_login(a_member(StaffRole.SUPERVISOR))
        a_link()
        page = self.client.get(reverse("admin:customers_accountlink_changelist"))
        self.assertContains(page, '<td data-label="Mã khách hàng"')
        self.assertContains(page, '<td class="action-checkbox"')
