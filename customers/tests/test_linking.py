"""Linking an address: what proves it, what does not, and how often it may be tried (T01 to T06)."""

from datetime import date, timedelta

from django.db import IntegrityError, connection, transaction
from django.test import SimpleTestCase, TestCase
from django.test.utils import CaptureQueriesContext

from customers.models import AccountEvent, AccountLink, LinkCheck, LinkFreeze, LinkRequest
from customers.services import linking, links
from customers.services.linking.codes import letter_hash, new_letter_code
from customers.tests.factories import NOON, a_contact, a_link, a_user, an_account
from customers.tests.linking import NOBODYS, Proof, a_home, answer, ask, asked, wrong

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Kind, Role, State = AccountEvent.Kind, AccountLink.Role, LinkRequest.State


class NumberTests(SimpleTestCase):
    def test_finds_the_code_in_whatever_was_typed_or_pasted(self):
        for typed in (
            "PE04001234567",
            " pe04001234567 ",
            "PE 0400 1234567",
            "PE.0400.1234567",
            "PE-0400–1234567",
            "ＰＥ０４００１２３４５６７",
            "Mã KH: PE04001234567",
            "Mã khách hàng (Customer code): PE 0400 123 4567.",
            "PE04001234567\u200b",
            "pe\u00a00400\u00a01234567",
            "PEO4OO1234567",
            "PE0400I234567",
            "04001234567",
        ):
            with self.subTest(typed):
                self.assertEqual(linking.number_in(typed), "PE04001234567")

    def test_takes_the_codes_of_other_companies(self):
        self.assertEqual(linking.number_in("mã PB05.0100.12345 ạ"), "PB05010012345")

    def test_refuses_what_holds_none_or_two(self):
        for typed in ("", "PE0400", "PE040012345678", "Lê Lợi", "PE0400123456", "9" * 40, "\u0000"):
            with self.subTest(typed), self.assertRaises(linking.NotANumber):
                linking.number_in(typed)
        with self.assertRaises(linking.TwoNumbers):
            linking.number_in("PE04001234567 và PE04001234568")


class CodeTests(SimpleTestCase):
    def test_of_a_letter_has_sixty_bits_and_forgives_how_it_is_typed(self):
        code = new_letter_code()
        self.assertRegex(code, r"^([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$")
        kept = letter_hash("PE04001234567", "01AB-CDEF-GH10")
        for typed in ("01abcdefgh10", "O1 AB CD EF GH 1O", "０１AB–CDEF–GHI0", "olab cdef ghl0"):
            with self.subTest(typed):
                self.assertEqual(letter_hash("PE04001234567", typed), kept)
        self.assertNotEqual(letter_hash("PE04001234568", "01AB-CDEF-GH10"), kept)


class AskTests(TestCase):
    def test_finds_an_address_only_in_the_background(self):
        account = a_home()
        request = ask(account)
        self.assertIsNone(request.account)
        linking.prepare(request=request.pk, at=NOON)
        request.refresh_from_db()
        self.assertEqual(request.account, account)

    def test_costs_the_same_queries_whether_the_code_exists_or_not(self):
        numbers = [a_home().number, NOBODYS, a_link().account.number]
        counts = []
        for number in numbers:
            user = a_user()
            with CaptureQueriesContext(connection) as captured:
                ask(number, user=user, network=number)
            counts.append([one["sql"][:26] for one in captured if "POINT" not in one["sql"]])
        self.assertEqual(counts[0], counts[1])
        self.assertEqual(counts[0], counts[2])

    def test_lets_an_earlier_code_die_when_a_new_one_is_asked_for(self):
        account, user = a_home(), a_user()
        first, code = asked(account, user=user)
        second, _new = asked(account, user=user)
        with self.assertRaises(linking.Gone):
            answer(first, code)
        with self.assertRaises(linking.WrongCode):
            answer(second, code if code != _new else wrong(code))

    def test_refuses_an_address_that_is_linked_to_the_login_already(self):
        link = a_link()
        with self.assertRaises(linking.AlreadyLinked):
            ask(link.account, user=link.user)

    def test_the_21st_address_is_refused_with_the_way_to_ask_staff(self):
        user = a_user()
        for _one in range(20):
            a_link(user=user)
        with self.assertRaises(linking.TooManyAddresses) as refused:
            ask(a_home(), user=user)
        self.assertIn("20", str(refused.exception))

    def test_keeps_no_code_and_no_network_in_clear(self):
        request, code = asked(a_home())
        kept = " ".join(map(str, LinkRequest.objects.values_list().get(pk=request.pk)))
        self.assertNotIn(code, kept.replace(request.reference, ""))
        self.assertNotIn("203.0.113", kept)


class LimitTests(TestCase):
    """T01: at most so many tries by one login, for one code, from one network, on the site."""

    def test_the_sixth_try_of_a_login_in_a_day_is_refused(self):
        user = a_user()
        for at in range(5):
            ask(f"PE0400000000{at}", user=user)
        with self.assertRaises(linking.TooMany):
            ask(a_home(), user=user)
        ask(a_home(), user=user, at=NOON + DAY)

    def test_the_sixth_try_for_a_code_from_six_logins_is_refused_and_an_agent_still_helps(self):
        account = a_home()
        for at in range(5):
            ask(account, network=str(at))
        with self.assertRaises(linking.TooMany):
            ask(account, network="other")
        self.assertEqual(ask(account, proof=Proof.AGENT).state, State.WAITING)

    def test_the_21st_try_for_a_code_in_thirty_days_is_refused(self):
        for at in range(20):
            ask(NOBODYS, network=str(at), at=NOON + (at // 5) * (DAY + HOUR))
        later = NOON + 10 * DAY
        with self.assertRaises(linking.TooMany):
            ask(NOBODYS, at=later)
        ask(NOBODYS, at=NOON + 31 * DAY)

    def test_the_31st_try_from_a_network_in_an_hour_is_refused(self):
        for at in range(30):
            ask(f"PE040000000{at:02d}")
        with self.assertRaises(linking.TooMany):
            ask(a_home())
        ask(a_home(), network="198.51.100.0/24")
        ask(a_home(), at=NOON + HOUR)

    def test_tries_that_led_to_a_link_count_no_more(self):
        user = a_user()
        for _one in range(6):
            request, code = asked(a_home(), user=user)
            answer(request, code)
        self.assertEqual(user.links.count(), 6)

    def test_every_refusal_has_the_same_words(self):
        user = a_user()
        LinkFreeze.objects.create(
            kind="login", subject=str(user.pk), user=user, created_at=NOON, ends_at=NOON + DAY
        )
        with self.assertRaises(linking.TooMany) as frozen:
            ask(a_home(), user=user)
        with self.assertRaises(linking.TooMany) as limited:
            for _one in range(6):
                ask(NOBODYS)
        self.assertEqual(str(frozen.exception), str(limited.exception))


class AlarmTests(TestCase):
    """T01: ten different codes that fail stop a login for a day and alarm the staff."""

    def fail(self, user, numbers, *, at=NOON):
        LinkRequest.objects.bulk_create(
            LinkRequest(
                reference=f"{user.pk}-{number}-{at:%d%H%M}"[-16:],
                user=user,
                number=f"PE{number:011d}",
                proof=Proof.CONTACT,
                state=State.OPEN,
                network=f"{user.pk}",
                created_at=at,
                expires_at=at + timedelta(minutes=15),
            )
            for number in numbers
        )

    def test_stops_the_login_at_ten_different_codes(self):
        user = a_user()
        self.fail(user, range(9), at=NOON - 2 * DAY)
        linking.watch(at=NOON)
        self.assertFalse(LinkFreeze.objects.exists())
        self.fail(user, [9], at=NOON - 2 * DAY)
        with self.assertRaises(linking.TooMany):
            ask(a_home(), user=user)
        alarm = LinkFreeze.objects.get()
        self.assertEqual((alarm.kind, alarm.user), ("login", user))
        with self.assertRaises(linking.TooMany):
            ask(a_home(), user=user, at=NOON + 23 * HOUR)
        ask(a_home(), user=user, at=NOON + 24 * HOUR)

    def test_counts_one_code_once_and_raises_no_alarm_twice(self):
        user = a_user()
        for at in range(12):
            self.fail(user, [1], at=NOON - 2 * DAY + at * HOUR)
            LinkRequest.objects.update(state=State.REPLACED)
        linking.watch(at=NOON)
        self.assertFalse(LinkFreeze.objects.exists())
        self.fail(user, range(10, 20), at=NOON - DAY)
        linking.watch(at=NOON)
        linking.watch(at=NOON)
        self.assertEqual(LinkFreeze.objects.count(), 1)

    def test_tells_of_many_codes_from_one_network_without_stopping_its_homes(self):
        users = [a_user() for _ in range(10)]
        for at, user in enumerate(users):
            self.fail(user, [at], at=NOON - HOUR / 2)
        LinkRequest.objects.update(network="one")
        linking.watch(at=NOON)
        self.assertEqual(LinkFreeze.objects.get().kind, "network")
        ask(a_home())

    def test_a_supervisor_lifts_it_but_not_for_themselves(self):
        user = a_user()
        self.fail(user, range(10), at=NOON - 2 * DAY)
        linking.watch(at=NOON)
        alarm = LinkFreeze.objects.get()
        with self.assertRaises(linking.NotAllowed):
            linking.lift(freeze=alarm, by=user, at=NOON)
        linking.lift(freeze=alarm, by=a_user(), at=NOON)
        ask(a_home(), user=user)
        self.assertEqual(LinkFreeze.objects.count(), 1)

    def test_stops_the_site_for_an_hour_at_five_times_the_usual_failures(self):
        user = a_user()
        for hour in range(2, 168):
            self.fail(user, [hour], at=NOON - hour * HOUR)
        LinkFreeze.objects.all().delete()
        self.fail(a_user(), range(1000, 1050), at=NOON - HOUR / 2)
        linking.watch(at=NOON)
        self.assertFalse(LinkFreeze.objects.filter(kind="site").exists())
        self.fail(a_user(), [2000], at=NOON - HOUR / 2)
        linking.watch(at=NOON)
        self.assertTrue(LinkFreeze.objects.filter(kind="site").exists())
        with self.assertRaises(linking.TooMany):
            ask(a_home(), network="elsewhere")
        ask(a_home(), network="elsewhere", at=NOON + HOUR)


class PrepareTests(TestCase):
    """What is sent, where, and when nothing is (T03)."""

    def test_prefers_e_mail_then_zalo_then_a_text_message(self):
        account = an_account()
        for kind in ("phone", "zalo", "email"):
            a_contact(account=account, kind=kind)
            request = ask(account, at=NOON + account.contacts.count() * DAY)
            sent = linking.prepare(request=request.pk, at=request.created_at)
            self.assertEqual(sent.contact.kind, kind)

    def test_sends_to_nobody_but_the_holders_contacts_of_the_contract(self):
        account = an_account()
        a_contact(account=account, owner="relative", verified_at=NOON - 30 * DAY)
        a_contact(account=account, suspended_at=NOON, suspended_why="replaced")
        a_contact(account=account, source="agent", verified_at=NOON - DAY)
        a_contact(account=account, source="agent")
        request, code = asked(account)
        self.assertEqual((code, request.sent_at), ("", None))
        a_contact(account=account, source="code", verified_at=NOON - 3 * DAY)
        self.assertTrue(asked(account)[1])

    def test_sends_nothing_for_a_code_of_nobody_or_of_an_ended_contract_or_a_stopped_address(self):
        stopped = a_home()
        a_link(account=stopped, state=AccountLink.State.FROZEN)
        for number in (NOBODYS, a_home(ends_on=date(2026, 11, 2)), stopped):
            request, code = asked(number)
            self.assertEqual((code, request.sent_at, request.code_hash), ("", None, ""))
            self.assertEqual(request.state, State.OPEN)
        self.assertFalse(AccountEvent.objects.exists())

    def test_sends_one_customer_three_codes_an_hour_and_five_a_day_whoever_asks(self):
        account = a_home()
        second = an_account()
        value = account.contacts.get(kind="email").value
        a_contact(account=second, kind="email", value=value)
        codes = [asked(one)[1] for one in (account, second, account, second)]
        self.assertEqual([bool(code) for code in codes], [True, True, True, False])
        later = [asked(second, at=NOON + 2 * HOUR)[1] for _ in range(3)]
        self.assertEqual([bool(code) for code in later], [True, True, False])

    def test_writes_down_who_asked_where_somebody_is_told(self):
        account = a_home()
        request, _code = asked(account)
        event = AccountEvent.objects.get()
        self.assertEqual(
            (event.kind, event.by, event.account), (Kind.LINK_ASKED, request.user, account)
        )

    def test_does_everything_once_however_often_it_is_called(self):
        request, code = asked(a_home())
        self.assertIsNone(linking.prepare(request=request.pk, at=NOON))
        self.assertEqual(linking.lost(at=NOON + HOUR), [])
        self.assertEqual(answer(request, code).state, State.LINKED)

    def test_is_made_up_for_when_the_call_was_lost(self):
        request = ask(a_home())
        self.assertEqual(linking.lost(at=NOON + timedelta(seconds=10)), [])
        self.assertEqual(linking.lost(at=NOON + timedelta(seconds=30)), [request.pk])
        self.assertEqual(linking.lost(at=NOON + HOUR), [])


class AnswerTests(TestCase):
    """T05 and the way in: single use, fifteen minutes, bound to login and customer code."""

    def test_links_the_first_as_the_holder_and_writes_it_down(self):
        account = a_home()
        request, code = asked(account)
        done = answer(request, f" {code[:3]} {code[3:]} ")
        link = AccountLink.objects.get()
        self.assertEqual((done.state, done.link), (State.LINKED, link))
        self.assertEqual((link.role, link.proof, link.user), ("holder", "contact", request.user))
        self.assertEqual(AccountEvent.objects.filter(kind=Kind.LINKED, link=link).count(), 1)

    def test_takes_digits_of_any_keyboard(self):
        request, code = asked(a_home())
        wide = code.translate({ord(str(digit)): ord("０") + digit for digit in range(10)})
        self.assertEqual(answer(request, wide).state, State.LINKED)

    def test_compares_no_sixth_code_not_even_the_right_one(self):
        request, code = asked(a_home())
        for _one in range(4):
            with self.assertRaises(linking.WrongCode):
                answer(request, wrong(code))
        for typed in (wrong(code), code):
            with self.assertRaises(linking.Gone):
                answer(request, typed)

    def test_takes_no_code_used_twice_late_changed_or_of_another_login(self):
        account = a_home()
        request, code = asked(account)
        with self.assertRaises(linking.Gone):
            linking.answer(reference=request.reference, user=a_user(), typed=code, at=NOON)
        with self.assertRaises(linking.Gone):
            answer(request, code, at=NOON + timedelta(minutes=15))
        for typed in (wrong(code), "", code[:5], code + "0"):
            with self.subTest(typed), self.assertRaises(linking.WrongCode):
                answer(request, typed)
        answer(request, code)
        with self.assertRaises(linking.Gone):
            answer(request, code)
        self.assertEqual(AccountLink.objects.count(), 1)

    def test_answers_a_code_of_nobody_as_any_other(self):
        said = []
        linked = a_link(account=a_home()).account
        for number in (a_home(), NOBODYS, linked, a_home(ends_on=date(2026, 11, 2))):
            request, code = asked(number)
            tries = []
            for _one in range(6):
                with self.assertRaises(linking.LinkingError) as refused:
                    answer(request, wrong(code))
                tries.append(str(refused.exception))
            said.append(tries)
        self.assertEqual(said, [said[0]] * 4)

    def test_a_wrong_code_costs_the_same_queries_everywhere(self):
        linked = a_link(account=a_home()).account
        for proof in (Proof.CONTACT, Proof.LETTER):
            for number in (a_home(), NOBODYS, linked):
                request, code = asked(number, proof=proof)
                queries = 5 + (proof == Proof.LETTER)
                with self.subTest(number), self.assertNumQueries(queries):
                    self.assertRaises(linking.WrongCode, answer, request, wrong(code))

    def test_takes_no_code_once_somebody_said_that_was_not_me(self):
        account = a_home()
        request, code = asked(account)
        a_link(account=account, state=AccountLink.State.FROZEN, role=Role.HOUSEHOLD)
        with self.assertRaises(linking.WrongCode):
            answer(request, code)

    def test_facts_of_a_photographed_bill_prove_nothing(self):
        account = a_home()
        request, _code = asked(account)
        for typed in ("701525", account.holder_name, account.address, account.number):
            with self.assertRaises(linking.WrongCode):
                answer(request, typed)
        self.assertFalse(AccountLink.objects.exists())

    def test_shows_the_new_holder_only_the_days_after_the_one_before(self):
        account = a_home(starts_on=date(2020, 1, 1))
        a_link(account=account, moved_out_on=date(2026, 10, 1))
        request, code = asked(account)
        self.assertEqual(answer(request, code).link.moved_in_on, date(2026, 10, 1))

    def test_a_new_contract_takes_over_from_the_holder_of_the_old_one(self):
        account = a_home()
        old = a_link(account=account)
        AccountLink.objects.filter(pk=old.pk).update(created_at=NOON - 400 * DAY)
        account.starts_on = date(2026, 11, 1)
        account.save()
        request, code = asked(account)
        new = answer(request, code).link
        old.refresh_from_db()
        self.assertEqual((new.role, new.moved_in_on), ("holder", date(2026, 11, 1)))
        self.assertEqual((old.state, old.moved_out_on), ("active", date(2026, 11, 1)))


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
