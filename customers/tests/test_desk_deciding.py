"""The supervisor's list, the decision, and the ways out of an arrangement."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.models import Arrangement, Look, StaffRole, User
from customers.services import arrangements
from customers.tests.agreed import request, terms
from customers.tests.factories import (
    a_link,
    a_member,
    a_unit,
    a_user,
    an_account,
    an_auto_debit,
    opened,
)
from portal.lib.periods import local_day

Kind, State = Arrangement.Kind, Arrangement.State
WAITING = reverse("admin:customers_arrangement_waiting")
LIST = reverse("admin:customers_arrangement_changelist")


def requested(kind: str = Kind.AUTO_DEBIT, *, by: User, **fields: Any) -> Arrangement:
    """Asked for just now, so that the clock of the pages agrees."""
    now = timezone.now()
    today = local_day(now)
    agreed = terms(starts_on=today, review_on=today + timedelta(days=365))
    return request(kind, by=by, at=now, terms_=agreed, **fields)


def detail(arrangement: Arrangement) -> str:
    return reverse("admin:customers_arrangement_change", args=[arrangement.pk])


def act(arrangement: Arrangement, verb: str) -> str:
    return reverse("admin:customers_arrangement_act", args=[arrangement.pk, verb])


class WaitingTests(TestCase):
    def setUp(self) -> None:
        self.agent, self.supervisor = a_member(StaffRole.AGENT), a_member(StaffRole.SUPERVISOR)
        self.client.force_login(self.supervisor)

    def cards(self, name: str = "waiting") -> list[Any]:
        return list(self.client.get(WAITING).context[name])

    def test_shows_who_asked_for_what_with_bank_details_masked_oldest_first(self):
        first = requested(by=self.agent)
        second = requested(Kind.RELATIVE_CONTACT, by=self.agent, address="0911 222 333")
        self.assertEqual([card.arrangement.pk for card in self.cards()], [first.pk, second.pk])
        response = self.client.get(WAITING)
        for shown in ("Trần Văn Minh", "••••4567", "••••2333", "NGUYEN THI HANH"):
            self.assertContains(response, shown)
        for secret in ("0011001234567", "911222333"):
            self.assertNotContains(response, secret)

    def test_offers_the_decision_on_others_requests_alone(self):
        own = requested(by=self.supervisor)
        others = requested(by=self.agent)
        may = {card.arrangement.pk: card.may.decide for card in self.cards()}
        self.assertEqual(may, {own.pk: False, others.pk: True})

    def test_offers_to_undo_for_a_day(self):
        fresh = requested(by=self.agent)
        arrangements.approve(arrangement=fresh, by=self.supervisor, at=timezone.now())
        an_auto_debit()
        self.assertEqual([card.arrangement.pk for card in self.cards("recent")], [fresh.pk])
        self.assertContains(self.client.get(WAITING), act(fresh, "undo"))

    def test_asks_the_database_as_often_for_many_as_for_one(self):
        requested(by=self.agent)
        with self.assertNumQueries(7):
            self.client.get(WAITING)
        for n in range(5):
            requested(by=a_member(StaffRole.AGENT))
            phone = f"091200000{n}"
            requested(Kind.SMS_RETENTION, by=a_member(StaffRole.AGENT), phone=phone)
        for kind in (Kind.RELATIVE_CONTACT, Kind.MONTH_END_READING):
            made = requested(kind, by=self.agent)
            if made.state == State.REQUESTED:
                arrangements.approve(arrangement=made, by=self.supervisor, at=timezone.now())
        with self.assertNumQueries(7):
            self.client.get(WAITING)

    def test_says_so_when_nothing_waits(self):
        self.assertContains(self.client.get(WAITING), 'class="empty"')


class ActTests(TestCase):
    def setUp(self) -> None:
        self.agent, self.supervisor = a_member(StaffRole.AGENT), a_member(StaffRole.SUPERVISOR)
        self.client.force_login(self.supervisor)
        self.made = requested(by=self.agent)

    def state(self) -> str:
        self.made.refresh_from_db()
        return self.made.state

    def test_approves_and_returns_to_the_list_it_was_done_from(self):
        response = self.client.post(act(self.made, "approve"), {"back": "waiting"})
        self.assertRedirects(response, WAITING)
        self.assertEqual((self.state(), self.made.decided_by), (State.IN_FORCE, self.supervisor))

    def test_refuses_with_the_reason_that_the_agent_then_reads(self):
        response = self.client.post(act(self.made, "refuse"), {"why": "sai tên chủ tài khoản"})
        self.assertRedirects(response, detail(self.made))
        self.assertEqual(self.state(), State.REFUSED)
        self.client.force_login(self.agent)
        opened(self.made.account, by=self.agent)
        self.assertContains(self.client.get(detail(self.made)), "sai tên chủ tài khoản")

    def test_wants_the_reason(self):
        self.client.post(act(self.made, "refuse"), {"why": ""})
        self.assertEqual(self.state(), State.REQUESTED)

    def test_undoes_and_ends(self):
        self.client.post(act(self.made, "approve"))
        self.client.post(act(self.made, "undo"))
        self.assertEqual(self.state(), State.UNDONE)
        self.made = an_auto_debit()
        opened(self.made.account, by=self.supervisor)
        self.client.post(act(self.made, "end"), {"why": "asked"})
        self.assertEqual((self.state(), self.made.closed_by), (State.ENDED, self.supervisor))

    def test_undoes_for_a_reason_and_gives_none_by_it(self):
        """Else undoing would open any account to an agent who names no call (T37)."""
        agent = a_member(StaffRole.AGENT)
        self.client.force_login(agent)
        self.assertRedirects(self.client.post(act(self.made, "undo")), detail(self.made))
        self.assertEqual(self.state(), State.REQUESTED)
        self.assertFalse(Look.objects.filter(user=agent).exists())
        opened(self.made.account, by=agent)
        self.client.post(act(self.made, "undo"))
        self.assertEqual(self.state(), State.UNDONE)
        self.assertFalse(Look.objects.filter(user=agent, reason=Look.Reason.REVIEW).exists())

    def test_tells_the_second_of_two_that_it_was_decided(self):
        self.client.post(act(self.made, "approve"))
        response = self.client.post(act(self.made, "approve"), follow=True)
        self.assertEqual([m.level_tag for m in response.context["messages"]], ["success", "error"])

    def test_leaves_the_own_request_alone(self):
        self.made = requested(by=self.supervisor)
        response = self.client.post(act(self.made, "approve"), follow=True)
        self.assertEqual([m.level_tag for m in response.context["messages"]], ["error"])
        self.assertEqual(self.state(), State.REQUESTED)

    def test_believes_no_posted_name_of_a_decider(self):
        self.client.force_login(self.agent)
        forged = {"decided_by": str(self.supervisor.pk), "by": str(self.supervisor.pk)}
        self.assertEqual(self.client.post(act(self.made, "approve"), forged).status_code, 404)
        self.assertEqual(self.state(), State.REQUESTED)

    def test_changes_nothing_by_a_link_or_without_the_token(self):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(self.supervisor)
        for verb in ("approve", "refuse", "undo"):
            with self.subTest(verb):
                self.assertEqual(self.client.get(act(self.made, verb)).status_code, 405)
                self.assertEqual(strict.post(act(self.made, verb)).status_code, 403)
        self.assertEqual(self.state(), State.REQUESTED)

    def test_knows_four_verbs_only(self):
        self.assertEqual(self.client.post(act(self.made, "record")).status_code, 404)


class DetailTests(TestCase):
    def test_offers_what_this_person_may_do_now(self):
        agent, supervisor = a_member(StaffRole.AGENT), a_member(StaffRole.SUPERVISOR)
        made, old = requested(by=agent), an_auto_debit()
        expected = [
            (agent, made, {"own_request", "withdraw"}),
            (supervisor, made, {"decide", "withdraw"}),
            (supervisor, old, {"end", "renew"}),
            (a_member(StaffRole.AUDITOR), made, set()),
        ]
        for person, arrangement, offered in expected:
            with self.subTest(offered=offered):
                self.client.force_login(person)
                opened(arrangement.account, by=person)
                may = vars(self.client.get(detail(arrangement)).context["may"])
                self.assertEqual({name for name, allowed in may.items() if allowed}, offered)

    def test_asks_the_database_a_constant_number_of_times(self):
        agent = a_member(StaffRole.AGENT)
        self.client.force_login(agent)
        for kind in Kind.values:
            made = (
                requested(kind, by=a_member(StaffRole.AGENT), address="0911 222 333")
                if kind == Kind.RELATIVE_CONTACT
                else requested(kind, by=a_member(StaffRole.AGENT))
            )
            opened(made.account, by=agent)
            with self.subTest(kind), CaptureQueriesContext(connection) as asked:
                self.client.get(detail(made))
            self.assertLess(len(asked), 55, kind)


class AccessTests(TestCase):
    """An agent, an officer of the company, one of another, a customer, nobody."""

    def setUp(self) -> None:
        self.account = an_account(unit=a_unit(code="PE04"))
        self.made = requested(by=a_member(StaffRole.AGENT), account=self.account)

    def assert_statuses(self, *, look: int, decide: int, change: int) -> None:
        self.assertEqual(self.client.get(detail(self.made)).status_code, look)
        for verb, expected in (("approve", decide), ("refuse", decide), ("end", change)):
            answer = self.client.post(act(self.made, verb), {"why": "asked"})
            self.assertEqual(answer.status_code, expected, verb)

    def test_lets_agents_and_the_own_officer_close_but_not_decide(self):
        for person in (
            a_member(StaffRole.AGENT),
            a_member(StaffRole.OFFICER, unit=self.account.unit),
        ):
            self.client.force_login(person)
            self.made = an_auto_debit(account=an_account(unit=self.account.unit))
            opened(self.made.account, by=person)
            self.assert_statuses(look=200, decide=404, change=302)

    def test_shows_an_officer_of_another_company_nothing(self):
        self.client.force_login(a_member(StaffRole.OFFICER, unit=a_unit(code="PE05")))
        self.assert_statuses(look=404, decide=404, change=404)
        self.assertEqual(list(self.client.get(WAITING).context["waiting"]), [])
        self.assertEqual(list(self.client.get(LIST).context["cl"].result_list), [])

    def test_keeps_a_supervisor_with_a_company_to_it(self):
        self.client.force_login(a_member(StaffRole.SUPERVISOR, unit=a_unit(code="PE05")))
        self.assert_statuses(look=404, decide=404, change=404)

    def test_sends_customers_and_nobody_away(self):
        self.assert_statuses(look=302, decide=302, change=302)
        holder = a_user()
        a_link(user=holder, account=self.account)
        self.client.force_login(holder)
        self.assert_statuses(look=302, decide=302, change=302)


class ListTests(TestCase):
    def setUp(self) -> None:
        self.client.force_login(a_member(StaffRole.AGENT))

    def listed(self, **query: str) -> list[int]:
        return [one.pk for one in self.client.get(LIST, query).context["cl"].result_list]

    def test_narrows_to_what_is_to_be_confirmed_again(self):
        today = local_day(timezone.now())
        starts = {"starts_on": today - timedelta(days=300)}
        late = an_auto_debit(review_on=today - timedelta(days=1), **starts)
        soon = an_auto_debit(review_on=today + timedelta(days=29), **starts)
        an_auto_debit(review_on=today + timedelta(days=31), **starts)
        an_auto_debit(review_on=today, state=State.ENDED, **starts)
        self.assertCountEqual(self.listed(review="soon"), [late.pk, soon.pk])
        self.assertCountEqual(self.listed(review="late"), [late.pk])

    def test_answers_no_question_about_bank_accounts_or_contacts(self):
        an_auto_debit()
        fields = (
            "autodebit__bank_account",
            "autodebit__bank_account_hash",
            "autodebit__bank_account_end",
            "relativecontact__contact__value",
            "account__holder_born_in",
            "note",
        )
        for field in fields:
            for lookup in ("exact", "startswith", "contains", "regex", "gt", "lt", "in", "isnull"):
                with self.subTest(field=field, lookup=lookup):
                    response = self.client.get(LIST, {f"{field}__{lookup}": "1"})
                    self.assertEqual(response.status_code, 400)

    def test_asks_the_database_as_often_for_many_as_for_one(self):
        an_auto_debit()
        with self.assertNumQueries(6):
            self.listed()
        for _ in range(5):
            an_auto_debit()
        with self.assertNumQueries(6):
            self.listed()
