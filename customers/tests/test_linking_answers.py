"""Second links (T06), letters, checks by agents (T41), what the database keeps, leaving."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.test import TestCase

from customers.models import AccountEvent, AccountLink, LinkCheck, LinkRequest
from customers.services import linking, links
from customers.tests.factories import NOON, a_link, a_user
from customers.tests.linking import Proof, a_home, answer, asked

DAY = timedelta(days=1)
Kind, Role, State = AccountEvent.Kind, AccountLink.Role, LinkRequest.State


class SecondLinkTests(TestCase):
    """T06: whoever comes second needs the holder's yes, and unlinks nobody."""

    def setUp(self):
        self.account = a_home()
        self.holder = a_link(account=self.account)

    def waiting(self, proof=Proof.CONTACT) -> LinkRequest:
        request, code = asked(self.account, proof=proof)
        return answer(request, code) if code else request

    def test_waits_even_with_the_right_code(self):
        request = self.waiting()
        self.assertEqual((request.state, request.link), (State.WAITING, None))
        self.assertEqual(AccountLink.objects.get(), self.holder)
        told = AccountEvent.objects.filter(kind=Kind.LINK_ASKED, by=request.user)
        self.assertEqual(told.count(), 2)

    def test_the_holder_chooses_role_and_rights(self):
        self.holder.moved_in_on = date(2026, 3, 1)
        self.holder.save()
        request = self.waiting(Proof.HOLDER)
        linking.accept(
            request=request, by=self.holder.user, role="relative", rights=["bills"], at=NOON
        )
        link = AccountLink.objects.get(user=request.user)
        self.assertEqual((link.role, link.rights, link.proof), ("relative", ["bills"], "holder"))
        self.assertEqual(link.moved_in_on, date(2026, 3, 1))

    def test_whoever_the_holder_lets_in_leaves_with_them(self):
        self.holder.moved_out_on = date(2026, 12, 1)
        self.holder.save()
        request = self.waiting(Proof.HOLDER)
        linking.accept(
            request=request, by=self.holder.user, role="household", rights=["days"], at=NOON
        )
        link = AccountLink.objects.get(user=request.user)
        self.assertEqual(link.moved_out_on, date(2026, 12, 1))

    def test_nobody_else_says_yes_and_nobody_becomes_a_second_holder(self):
        request = self.waiting()
        household = a_link(account=self.account, role=Role.HOUSEHOLD).user
        for person in (request.user, household, a_user(), a_link().user):
            with self.assertRaises(linking.NotAllowed):
                linking.accept(
                    request=request, by=person, role="viewer", rights=["totals"], at=NOON
                )
        with self.assertRaises(links.NotOffered):
            linking.accept(
                request=request, by=self.holder.user, role="holder", rights=["totals"], at=NOON
            )

    def test_a_no_ends_it_and_an_answer_is_given_once(self):
        request = self.waiting()
        linking.refuse(request=request, by=self.holder.user, at=NOON)
        with self.assertRaises(linking.NotWaiting):
            linking.accept(
                request=request, by=self.holder.user, role="viewer", rights=["totals"], at=NOON
            )
        self.assertEqual(AccountLink.objects.count(), 1)

    def test_a_request_that_nobody_answered_ends_by_itself(self):
        request = self.waiting()
        with self.assertRaises(linking.NotWaiting):
            linking.refuse(request=request, by=self.holder.user, at=NOON + 14 * DAY)


class LetterTests(TestCase):
    def setUp(self):
        self.account = a_home()
        self.agent = a_user()

    def issue(self, *, at=NOON):
        return linking.issue_letter(account=self.account, by=self.agent, reference="CG-1", at=at)

    def test_links_once_within_thirty_days(self):
        _letter, code = self.issue()
        request, _sent = asked(self.account, proof=Proof.LETTER, at=NOON + 29 * DAY)
        answer(request, code.lower().replace("-", " "), at=NOON + 29 * DAY)
        link = AccountLink.objects.get()
        self.assertEqual((link.role, link.proof), ("holder", "letter"))
        second, _sent = asked(self.account, proof=Proof.LETTER, at=NOON + 29 * DAY)
        with self.assertRaises(linking.WrongCode):
            answer(second, code, at=NOON + 29 * DAY)

    def test_is_dead_after_thirty_days_after_a_new_one_and_for_another_code(self):
        _first, code = self.issue()
        other, _sent = asked(a_home(), proof=Proof.LETTER)
        with self.assertRaises(linking.WrongCode):
            answer(other, code)
        late, _sent = asked(self.account, proof=Proof.LETTER, at=NOON + 30 * DAY)
        with self.assertRaises(linking.WrongCode):
            answer(late, code, at=NOON + 30 * DAY)
        self.issue()
        request, _sent = asked(self.account, proof=Proof.LETTER)
        with self.assertRaises(linking.WrongCode):
            answer(request, code)

    def test_is_recorded_and_its_code_is_kept_nowhere(self):
        letter, code = self.issue()
        self.assertNotIn(code, str(vars(letter)))
        event = AccountEvent.objects.get()
        self.assertEqual((event.kind, event.by), (Kind.LINK_ASKED, self.agent))
        with self.assertRaises(linking.NoReference):
            linking.issue_letter(account=self.account, by=self.agent, reference=" ", at=NOON)


class CheckTests(TestCase):
    """T41: what was asked, how it went, and which call it was, demanded by the database."""

    def setUp(self):
        self.account, self.agent = a_home(), a_user()
        self.request, _code = asked(self.account, proof=Proof.AGENT)

    def record(self, *, by=None, **fields):
        values = {"asked": ["called_back"], "result": "passed", "reference": "CG-7", **fields}
        return linking.record_check(request=self.request, by=by or self.agent, at=NOON, **values)

    def test_links_the_first_as_holder_and_the_next_as_household(self):
        check = self.record()
        link = AccountLink.objects.get()
        self.assertEqual((link.role, link.proof), ("holder", "agent"))
        self.request.refresh_from_db()
        self.assertEqual(self.request.passed_check, check)
        self.request, _code = asked(self.account, proof=Proof.AGENT)
        self.record()
        self.assertEqual(self.request.user.links.get().role, "household")

    def test_bill_facts_give_information_only(self):
        with self.assertRaises(linking.NotEnough):
            self.record(asked=["bill"])
        self.record(asked=["bill"], result="information")
        self.request.refresh_from_db()
        self.assertEqual(self.request.state, State.WAITING)
        self.assertFalse(AccountLink.objects.exists())

    def test_wrong_answers_refuse_the_request(self):
        self.record(result="failed")
        self.request.refresh_from_db()
        self.assertEqual(self.request.state, State.REFUSED)

    def test_nobody_checks_themselves_or_without_a_reference(self):
        with self.assertRaises(linking.SamePerson):
            self.record(by=self.request.user)
        with self.assertRaises(linking.NoReference):
            self.record(reference="  ")
        with self.assertRaises(linking.NotEnough):
            self.record(asked=[], result="failed")

    def test_the_database_keeps_it_whoever_writes(self):
        good = {"account": self.account, "by": self.agent, "at": NOON, "reference": "CG-7"}
        for bad in (
            {"asked": ["bill"], "result": "passed"},
            {"asked": [], "result": "failed"},
            {"asked": ["identity"], "result": "passed", "reference": ""},
        ):
            with self.subTest(bad), self.assertRaises(IntegrityError), transaction.atomic():
                LinkCheck.objects.create(**good | bad)
        link = a_link()
        with self.assertRaises(IntegrityError), transaction.atomic():
            LinkRequest.objects.filter(pk=self.request.pk).update(
                state=State.LINKED, proved_by="agent", link=link
            )


class ConstraintTests(TestCase):
    def test_keep_what_no_service_may_break(self):
        request, _code = asked(a_home())
        rows = LinkRequest.objects.filter(pk=request.pk)
        link = a_link()
        for bad in (
            {"tries": 6},
            {"state": State.LINKED},
            {"link": link},
            {"state": State.LINKED, "link": link, "proved_by": "contact"},
            {"state": State.LINKED, "link": link, "proved_by": "letter"},
            {"state": State.LINKED, "link": link, "proved_by": "holder"},
            {"proof": "invitation"},
        ):
            with self.subTest(bad), self.assertRaises(IntegrityError), transaction.atomic():
                rows.update(**bad)
        copy = LinkRequest.objects.get(pk=request.pk)
        copy.pk, copy.reference = None, "another"
        with self.assertRaises(IntegrityError), transaction.atomic():
            copy.save(force_insert=True)


class LeaveTests(TestCase):
    def test_ends_the_link_at_once_and_is_written_down(self):
        for role in (Role.HOUSEHOLD, Role.HOLDER):
            link = a_link(role=role)
            linking.leave(link=link, at=NOON)
            linking.leave(link=link, at=NOON)
            self.assertFalse(link.user.links.in_force().exists())
            self.assertEqual(
                AccountEvent.objects.filter(kind=Kind.LINK_ENDED, link=link).count(), 1
            )

    def test_keeps_a_holder_by_whose_yes_others_see_the_address(self):
        link = a_link()
        other = a_link(account=link.account, role=Role.VIEWER)
        with self.assertRaises(linking.OthersRemain):
            linking.leave(link=link, at=NOON)
        linking.leave(link=other, at=NOON)
        linking.leave(link=link, at=NOON)
        self.assertFalse(link.account.links.in_force().exists())
