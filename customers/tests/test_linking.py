"""Linking an address by a code: what proves it, what does not (T01 to T05)."""

from datetime import date, timedelta

from django.db import connection
from django.test import SimpleTestCase, TestCase
from django.test.utils import CaptureQueriesContext

from customers.models import AccountEvent, AccountLink, ContactCheck, LinkRequest
from customers.services import contact_points, linking
from customers.services.linking.codes import letter_hash, new_letter_code
from customers.tests.factories import (
    NOON,
    a_contact,
    a_contact_check,
    a_link,
    a_user,
    an_account,
)
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

    def test_sends_nothing_to_whom_was_asked_and_did_not_answer_in_time(self):
        account = an_account()
        phone = a_contact(account=account, verified_at=NOON - 900 * DAY)
        a_contact(account=account, kind="zalo", value=phone.value)
        check = a_contact_check(contact=phone, proven_at=phone.verified_at, due_on=NOON.date())
        self.assertTrue(asked(account)[1])
        ContactCheck.objects.update(due_on=NOON.date() - DAY)
        self.assertEqual(asked(account, at=NOON + HOUR)[1], "")
        contact_points.disown(contact=phone, by=None, at=NOON)
        self.assertFalse(ContactCheck.objects.open().filter(pk=check.pk).exists())
        a_contact(account=account, kind="email")
        self.assertTrue(asked(account, at=NOON + 2 * HOUR)[1])

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
