"""Recording the four arrangements, and what must not be recorded."""

from datetime import timedelta

from django.core.exceptions import FieldError
from django.db import connection
from django.test import TestCase

from customers.models import Arrangement, AutoDebit, ContactPoint
from customers.services import arrangements
from customers.tests.agreed import DETAILS, PHONE, TODAY, request, terms
from customers.tests.factories import (
    NOON,
    a_contact,
    a_relative_contact,
    a_staff_user,
    an_account,
    an_auto_debit,
)
from portal.lib import phones
from portal.lib.sealed import keyed_hash

Kind, State = Arrangement.Kind, Arrangement.State
SECOND_PERSON_NEEDED = [Kind.AUTO_DEBIT, Kind.RELATIVE_CONTACT, Kind.SMS_RETENTION]


class RequestTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_staff_user()
        self.account = an_account(reading_day=12)

    def test_waits_for_a_second_person_where_money_destination_or_third_party_is_involved(self):
        for kind in SECOND_PERSON_NEEDED:
            with self.subTest(kind):
                made = request(kind, by=self.agent, account=self.account)
                self.assertEqual((made.state, made.decided_by), (State.REQUESTED, None))

    def test_keeps_the_evidence(self):
        said = terms(said_by="relative", said_via="counter", reference=" CG 7 ", note=" con gái ")
        for kind in Kind.values:
            with self.subTest(kind):
                made = request(kind, by=self.agent, account=an_account(), terms_=said)
                made.refresh_from_db()
                kept = (made.said_by, made.said_via, made.reference, made.note, made.kind)
                self.assertEqual(kept, ("relative", "counter", "CG 7", "con gái", kind))
                self.assertEqual((made.requested_by, made.requested_at), (self.agent, NOON))

    def test_refuses_a_second_open_one_of_the_kind(self):
        for kind in Kind.values:
            with self.subTest(kind):
                request(kind, by=self.agent, account=self.account)
                with self.assertRaises(arrangements.AlreadyOpen):
                    request(kind, by=self.agent, account=self.account)

    def test_takes_another_once_the_first_is_over(self):
        an_auto_debit(account=self.account, state=State.ENDED)
        made = request(Kind.AUTO_DEBIT, by=self.agent, account=self.account)
        self.assertEqual(made.state, State.REQUESTED)

    def test_refuses_dates_and_evidence_that_do_not_hold(self):
        wrong = [
            ("starts_on", {"starts_on": TODAY - timedelta(days=1)}),
            ("ends_on", {"ends_on": TODAY}),
            ("review_on", {"review_on": TODAY}),
            ("review_on", {"review_on": TODAY + timedelta(days=367)}),
            ("reference", {"reference": " \u200b "}),
            ("note", {"note": "tài khoản 0011 0012 3456 7 nhé"}),
        ]
        for field, fields in wrong:
            with self.subTest(fields), self.assertRaises(arrangements.ArrangementError) as caught:
                request(Kind.AUTO_DEBIT, by=self.agent, terms_=terms(**fields))
            self.assertEqual(caught.exception.field, field)
        self.assertFalse(Arrangement.objects.exists())


class AutoDebitTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_staff_user()

    def test_seals_the_account_number_and_keeps_hash_and_end(self):
        made = request(Kind.AUTO_DEBIT, by=self.agent, bank_account="0011-0012.345 67")
        with connection.cursor() as cursor:
            cursor.execute("SELECT bank_account FROM customers_autodebit")
            stored = cursor.fetchone()[0]
        self.assertNotIn("1234567", stored)
        made = AutoDebit.objects.get(pk=made.pk)
        self.assertEqual(made.bank_account, "0011001234567")
        self.assertEqual(made.bank_account_hash, keyed_hash("0011001234567"))
        self.assertEqual(made.bank_account_end, "4567")

    def test_answers_no_question_about_the_sealed_number(self):
        for lookup in ("exact", "startswith", "regex", "in"):
            with self.subTest(lookup), self.assertRaises(FieldError):
                AutoDebit.objects.filter(**{f"bank_account__{lookup}": "0"})

    def test_refuses_card_numbers(self):
        cards = [
            "9704 3601 2345 6789",  # domestic, check digit wrong: a mistyped card is a card
            "9704366807061234567",
            "4111 1111 1111 1111",
            "5555-5555-5555-4444",
            "2221000000000009",
            "3530111333300000",
            "6200000000000005",
        ]
        for card in cards:
            with self.subTest(card), self.assertRaises(arrangements.CardNumber):
                request(Kind.AUTO_DEBIT, by=self.agent, bank_account=card)

    def test_refuses_what_is_no_account_number(self):
        wrong = ["", "12345", "1" * 20, "1.1001E+10", "0011O01234567", "NGUYENHANH", "٠٩٠٣١٢٣٤٥٦"]
        for number in wrong:
            with self.subTest(number), self.assertRaises(arrangements.NotABankAccount):
                request(Kind.AUTO_DEBIT, by=self.agent, bank_account=number)

    def test_takes_long_account_numbers_that_are_no_cards(self):
        for number in ("4111111111111112", "6910123456789012", "0000001"):
            with self.subTest(number):
                made = request(Kind.AUTO_DEBIT, by=self.agent, bank_account=number)
                self.assertEqual(AutoDebit.objects.get(pk=made.pk).bank_account, number)

    def test_needs_bank_and_holder(self):
        for field in ("bank", "bank_holder"):
            with self.subTest(field), self.assertRaises(arrangements.MissingAnswer) as caught:
                request(Kind.AUTO_DEBIT, by=self.agent, **{field: " "})
            self.assertEqual(caught.exception.field, field)


class MonthEndReadingTests(TestCase):
    def test_is_in_force_at_once_and_moves_the_reading_day(self):
        account = an_account(reading_day=12)
        made = request(Kind.MONTH_END_READING, by=a_staff_user(), account=account)
        account.refresh_from_db()
        self.assertEqual(account.reading_day, 31)
        self.assertEqual((made.state, made.terms.old_day), (State.IN_FORCE, 12))
        self.assertIn(made.pk, Arrangement.objects.in_force_on(TODAY).values_list("pk", flat=True))

    def test_begins_today_whatever_day_was_named(self):
        later = terms(starts_on=TODAY + timedelta(days=9))
        made = request(Kind.MONTH_END_READING, by=a_staff_user(), terms_=later)
        self.assertEqual(made.starts_on, TODAY)

    def test_leaves_the_reading_day_alone_when_refused(self):
        account = an_account(reading_day=12)
        with self.assertRaises(arrangements.ArrangementError):
            request(
                Kind.MONTH_END_READING,
                by=a_staff_user(),
                account=account,
                terms_=terms(reference=""),
            )
        account.refresh_from_db()
        self.assertEqual(account.reading_day, 12)


class RelativeContactTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_staff_user(phone="+84901000001", email="minh@example.vn")
        self.account = an_account()

    def request(self, **details: object) -> Arrangement:
        details.setdefault("account", self.account)
        return request(Kind.RELATIVE_CONTACT, by=self.agent, **details)

    def test_records_a_contact_that_nobody_writes_to_before_approval(self):
        contact = self.request().terms.contact
        self.assertEqual((contact.kind, contact.value), ("zalo", PHONE))
        self.assertEqual((contact.owner, contact.source), ("relative", "agent"))
        self.assertEqual(contact.suspended_why, ContactPoint.Suspended.NOT_APPROVED)
        self.assertFalse(self.account.contacts.usable().exists())

    def test_takes_an_email_address(self):
        contact = self.request(contact_kind="email", address=" Binh@Example.VN ").terms.contact
        self.assertEqual((contact.kind, contact.value), ("email", "binh@example.vn"))

    def test_refuses_what_is_no_address(self):
        wrong = [
            ("email", "binh", arrangements.ArrangementError),
            ("zalo", "0903", phones.NotAPhone),
            ("zalo", "028 3822 1234", arrangements.NotAMobile),
        ]
        for kind, address, error in wrong:
            with self.subTest(address), self.assertRaises(error):
                self.request(contact_kind=kind, address=address)

    def test_refuses_without_the_relatives_own_yes(self):
        with self.assertRaises(arrangements.RelativeMustAgree):
            self.request(agreed=False)

    def test_refuses_the_agents_own_and_a_colleagues_contact(self):
        a_staff_user(phone="+84901000002", is_active=False)
        a_staff_user(email="lan.anh@gmail.com")
        staff = [("zalo", "0901000001"), ("zalo", "+84 901 000 002"), ("email", "MINH@example.vn")]
        staff += [("email", "minh+1@example.vn"), ("email", "Lananh+con@googlemail.com")]
        for kind, address in staff:
            with self.subTest(address), self.assertRaises(arrangements.StaffContact):
                self.request(contact_kind=kind, address=address)

    def test_refuses_the_holders_own_number(self):
        a_contact(account=self.account, value=PHONE)
        with self.assertRaises(arrangements.HoldersContact):
            self.request()

    def test_refuses_a_contact_that_was_suspended_for_another_reason(self):
        a_contact(
            account=self.account,
            kind="zalo",
            value=PHONE,
            owner="relative",
            suspended_at=NOON,
            suspended_why="bounced",
        )
        with self.assertRaises(arrangements.SuspendedContact):
            self.request()

    def test_names_one_contact_on_three_accounts_at_most(self):
        for _ in range(3):
            self.request(account=an_account())
        with self.assertRaises(arrangements.TooManyAccounts):
            self.request()

    def test_knows_one_mailbox_under_its_other_names(self):
        for name in ("con.gai@gmail.com", "congai+2@gmail.com", "c.ongai@googlemail.com"):
            self.request(account=an_account(), contact_kind="email", address=name)
        self.request(contact_kind="email", address="congai@example.vn")
        with self.assertRaises(arrangements.TooManyAccounts):
            self.request(account=an_account(), contact_kind="email", address="congai@gmail.com")

    def test_does_not_tell_in_words_whether_a_number_has_a_login(self):
        for _ in range(3):
            self.request(account=an_account())
        said = set()
        for address in (PHONE, "0901000001"):
            with self.assertRaises(arrangements.ArrangementError) as refused:
                self.request(contact_kind="zalo", address=address)
            said.add((str(refused.exception), refused.exception.field))
        self.assertEqual(len(said), 1, said)

    def test_counts_open_arrangements_only(self):
        for state in (State.ENDED, State.REFUSED, State.UNDONE, State.IN_FORCE, State.REQUESTED):
            account = an_account()
            contact = a_contact(account=account, kind="zalo", value=PHONE, owner="relative")
            a_relative_contact(account=account, contact=contact, state=state)
        self.assertEqual(self.request().state, State.REQUESTED)


class SmsRetentionTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_staff_user(phone="+84901000001")
        self.account = an_account()

    def request(self, **details: object) -> Arrangement:
        return request(Kind.SMS_RETENTION, by=self.agent, account=self.account, **details)

    def test_uses_the_number_on_the_contract(self):
        contact = a_contact(account=self.account, value=PHONE)
        self.assertEqual(self.request().terms.contact, contact)
        contact.refresh_from_db()
        self.assertIsNone(contact.suspended_at)

    def test_records_a_new_number_that_nobody_writes_to_before_approval(self):
        contact = self.request().terms.contact
        self.assertEqual((contact.kind, contact.owner), ("phone", "holder"))
        self.assertIsNotNone(contact.suspended_at)

    def test_needs_each_of_the_three_reasons(self):
        for field in ("why_no_auto_debit", "why_no_month_end", "why_no_relative"):
            with self.subTest(field), self.assertRaises(arrangements.MissingReason) as caught:
                self.request(**{field: " \t"})
            self.assertEqual(caught.exception.field, field)
        self.assertFalse(Arrangement.objects.exists())

    def test_refuses_numbers_that_are_not_the_holders_mobile(self):
        a_contact(account=self.account, value="+84902222222", owner="relative")
        a_contact(account=self.account, value="+84903333333", suspended_at=NOON)
        wrong = ["028 3822 1234", "0901000001", "0902222222", "0903333333"]
        for phone in wrong:
            with self.subTest(phone), self.assertRaises(arrangements.ArrangementError) as caught:
                self.request(phone=phone)
            self.assertEqual(caught.exception.field, "phone")

    def test_keeps_one_number_on_three_accounts_at_most(self):
        for _ in range(3):
            request(Kind.SMS_RETENTION, by=self.agent, account=an_account())
        with self.assertRaises(arrangements.TooManyAccounts) as caught:
            self.request()
        self.assertEqual(caught.exception.field, "phone")

    def test_counts_a_relatives_number_of_other_accounts_too(self):
        for _ in range(2):
            request(Kind.SMS_RETENTION, by=self.agent, account=an_account())
        request(Kind.RELATIVE_CONTACT, by=self.agent, account=an_account())
        with self.assertRaises(arrangements.TooManyAccounts):
            self.request()

    def test_refuses_secrets_in_the_reasons(self):
        with self.assertRaises(arrangements.NumberInText):
            self.request(why_no_auto_debit="thẻ 9704360123456789 hết hạn")


class DetailsTests(TestCase):
    def test_cover_every_kind(self):
        self.assertEqual(set(DETAILS), set(Kind.values))
