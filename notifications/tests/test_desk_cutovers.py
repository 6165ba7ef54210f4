"""The pages of a cut-over: who may what, the call list on paper and as a file, and its record."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from billing.tests.factories import OCTOBER, a_bill
from customers.models import Account, Download, Look, OperatingUnit
from customers.tests.factories import a_contact, a_link, a_member, a_unit, an_account
from notifications.models import Cutover
from notifications.services import cutover_figures, cutovers, planning, trials
from notifications.tests.factories import a_cutover
from portal.lib.periods import local_day

DAY = timedelta(days=1)


class Case(TestCase):
    def setUp(self) -> None:
        self.at = timezone.now()
        self.unit, self.elsewhere = a_unit(code="PE01"), a_unit(code="PE02")
        OperatingUnit.objects.update(bills_by_sms=True)
        self.boss, self.second = a_member("supervisor"), a_member("supervisor")
        self.old = self.billed(holder_name="=HYPERLINK(1)", holder_born_in=1950)
        self.phone = self.old.contacts.get()

    def billed(self, **fields: Any) -> Account:
        account = an_account(**{"unit": self.unit, **fields})
        a_contact(account=account)
        a_bill(account=account)
        return account

    def worked_out(self) -> Cutover:
        planning.plan_bills(month=OCTOBER, at=self.at - DAY)
        [made] = cutovers.plan(
            units=[self.unit], starts_on=local_day(self.at) + 10 * DAY, by=self.boss, at=self.at
        )
        trials.work(at=self.at)
        made.refresh_from_db()
        return made

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"admin:notifications_cutover_{name}", args=args)

    def open(self, who: Any, name: str, *args: Any, **query: Any) -> Any:
        self.client.force_login(who)
        return self.client.get(self.url(name, *args), query)

    def post(self, who: Any, name: str, *args: Any, **data: Any) -> Any:
        self.client.force_login(who)
        return self.client.post(self.url(name, *args), data)


class PlanTests(Case):
    def plan(self, who: Any, **changed: Any) -> Any:
        day = local_day(timezone.now()) + 10 * DAY
        return self.post(who, "plan", **{"units": [self.unit.pk], "starts_on": day, **changed})

    def test_leads_to_a_page_that_looks_again_until_it_is_worked_out(self):
        answer = self.plan(self.boss)
        cutover = Cutover.objects.get()
        self.assertRedirects(answer, self.url("show", cutover.pk))
        self.assertEqual(self.open(self.boss, "show", cutover.pk)["Refresh"], "5")
        trials.work(at=timezone.now())
        shown = self.open(self.boss, "show", cutover.pk)
        self.assertNotIn("Refresh", shown)
        self.assertTrue(shown.context["is_worked_out"])

    def test_of_several_companies_leads_to_the_list_with_a_line_each(self):
        answer = self.plan(self.boss, units=[self.unit.pk, self.elsewhere.pk])
        self.assertRedirects(answer, self.url("changelist"))
        self.assertEqual(Cutover.objects.count(), 2)

    def test_is_refused_in_words(self):
        for wrong in ({"units": []}, {"starts_on": local_day(timezone.now())}, {"starts_on": "x"}):
            with self.subTest(wrong):
                self.assertTrue(self.plan(self.boss, **wrong).context["form"].errors)
        self.plan(self.boss)
        busy = self.plan(self.boss, units=[self.elsewhere.pk])
        self.assertEqual(len(busy.context["form"].non_field_errors()), 1)
        self.assertEqual(Cutover.objects.count(), 1)

    def test_offers_no_company_that_has_one_or_is_not_told_by_sms(self):
        a_cutover(unit=self.unit)
        OperatingUnit.objects.filter(pk=self.elsewhere.pk).update(bills_by_sms=False)
        page = self.open(self.boss, "plan")
        self.assertFalse(page.context["has_candidates"])

    def test_is_for_supervisors_alone(self):
        for role in ("agent", "officer", "operator", "auditor"):
            self.assertEqual(self.plan(a_member(role)).status_code, 403, role)
        self.assertFalse(Cutover.objects.exists())


class WhoTests(Case):
    def test_see_it(self):
        cutover = self.worked_out()
        people = {
            "supervisor": (self.boss, 200),
            "auditor": (a_member("auditor"), 200),
            "officer": (a_member("officer", unit=self.unit), 200),
            "officer elsewhere": (a_member("officer", unit=self.elsewhere), 404),
            "agent": (a_member("agent"), 403),
            "customer": (a_link(account=self.old).user, 302),
        }
        for who, (user, status) in people.items():
            with self.subTest(who):
                self.assertEqual(self.open(user, "show", cutover.pk).status_code, status)
                takes = 403 if who == "auditor" else status
                self.assertEqual(self.open(user, "print", cutover.pk).status_code, takes)
        self.client.logout()
        self.assertEqual(self.client.get(self.url("show", cutover.pk)).status_code, 302)

    def test_list_only_those_of_their_company(self):
        self.worked_out()
        a_cutover(unit=self.elsewhere)
        officer = a_member("officer", unit=self.elsewhere)
        listed = self.open(officer, "changelist").context["cl"].queryset
        self.assertEqual([one.unit for one in listed], [self.elsewhere])

    def test_decide_two_of_them(self):
        cutover = self.worked_out()
        self.post(self.boss, "act", cutover.pk, "approve")
        cutover.refresh_from_db()
        self.assertEqual(cutover.state, "draft")
        self.post(self.second, "act", cutover.pk, "approve")
        cutover.refresh_from_db()
        self.assertEqual((cutover.state, cutover.approved_by), ("approved", self.second))
        self.post(self.boss, "act", cutover.pk, "take-back", why="")
        self.post(self.boss, "act", cutover.pk, "take-back", why=" Sai \0ngày ")
        cutover.refresh_from_db()
        self.assertEqual((cutover.state, cutover.ended_why), ("taken_back", "Sai ngày"))

    def test_find_it_on_the_first_page_where_they_may_approve(self):
        cutover = self.worked_out()
        for who, times in ((self.boss, 0), (self.second, 1)):
            self.client.force_login(who)
            work = self.client.get(reverse("admin:index")).context["work"]
            self.assertEqual([one.url for one in work].count(self.url("show", cutover.pk)), times)


class FigureTests(Case):
    def test_stand_side_beside_side_with_the_old_apart(self):
        cutover = self.worked_out()
        page = self.open(self.boss, "show", cutover.pk)
        cells = [line["cells"] for line in page.context["compared"]]
        self.assertEqual(cells[3:7], [["0", "1"], ["0", "1"], ["1", "0"], ["500\xa0đ", "0\xa0đ"]])
        self.assertEqual([line["elderly"] for line in page.context["by_ward"]], [1])
        self.assertFalse(page.context["is_measured"])

    def test_are_measured_beside_those_once_it_is_in_force(self):
        cutover = self.worked_out()
        cutovers.approve(cutover=cutover, by=self.second, at=self.at)
        later = self.at + 11 * DAY
        cutover_figures.measure(at=later)
        page = self.open(self.boss, "show", cutover.pk)
        self.assertEqual({len(line["cells"]) for line in page.context["compared"]}, {3})
        row = self.open(self.boss, "changelist").context["cl"].queryset.get()
        self.assertEqual((row.lost, row.lost_elderly, row.cost_before), (1, 1, 500))


class CallListTests(Case):
    def test_shows_a_number_when_asked_and_records_it(self):
        cutover = self.worked_out()
        hidden = self.open(self.boss, "show", cutover.pk)
        self.assertNotContains(hidden, self.phone.value[-9:])
        loss = cutover.losses.get()
        self.post(self.boss, "reveal", cutover.pk, loss.pk)
        look = Look.objects.get()
        self.assertEqual((look.account, look.reason), (self.old, "call_list"))

    def test_is_taken_as_a_file_that_runs_nothing_and_leads_to_who_took_it(self):
        cutover = self.worked_out()
        answer = self.open(self.boss, "calls", cutover.pk)
        text = b"".join(answer.streaming_content).decode()
        self.assertIn("'=HYPERLINK(1)", text)
        self.assertNotIn(";=HYPERLINK", text)
        taken = Download.objects.get()
        self.assertEqual((taken.asked_by, taken.rows), (self.boss, 1))
        self.assertIn(f"-{taken.pk}.csv", answer["Content-Disposition"])
        self.assertTrue(text.splitlines()[-1].endswith(f";{taken.pk}"))

    def test_is_printed_with_the_name_of_who_took_it(self):
        cutover = self.worked_out()
        page = self.open(self.boss, "print", cutover.pk)
        taken = Download.objects.get()
        self.assertIn(str(taken.pk), page.context["mark"])
        self.assertContains(page, page.context["mark"])
        self.assertEqual(len(page.context["rows"]), 1)

    def test_has_limits_and_goes_ward_by_ward_or_with_a_second_person(self):
        self.billed(ward="Xã Củ Chi")
        cutover = self.worked_out()
        with self.settings(DESK_MOST_EXPORTED=1):
            for name in ("calls", "print"):
                answer = self.open(self.boss, name, cutover.pk)
                self.assertEqual((answer.status_code, answer.context["rows"]), (403, 2))
            self.assertEqual(len(answer.context["parts"]), 2)
            self.assertContains(answer, "?ward=X%C3%A3+C%E1%BB%A7+Chi", status_code=403)
            self.post(self.boss, "ask_calls", cutover.pk)
            self.assertEqual(Download.objects.waiting().get().rows, 2)
            of_ward = self.open(self.boss, "print", cutover.pk, ward="Xã Củ Chi")
            self.assertEqual(len(of_ward.context["rows"]), 1)

    def test_takes_odd_wards_for_none(self):
        cutover = self.worked_out()
        for ward in ("x" * 5000, "' OR 1=1"):
            self.assertEqual(self.open(self.boss, "print", cutover.pk, ward=ward).status_code, 200)

    def test_rings_for_the_work_without_a_broker_too(self):
        cutover = self.worked_out()
        ringing = patch("notifications.tasks.try_policies.apply_async")
        with ringing as rung, self.captureOnCommitCallbacks(execute=True):
            self.post(self.boss, "act", cutover.pk, "work-out")
        rung.assert_called_once_with(retry=False)
