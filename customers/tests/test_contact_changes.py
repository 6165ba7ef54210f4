from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import TestCase, TransactionTestCase

from customers.models import AccountEvent, AccountLink, ContactChange, ContactPoint, Right, User
from customers.services import contact_changes, contact_points, links, logins
from customers.services.contact_changes import Asked, Proven
from customers.services.typed_codes import Typed
from customers.tests.factories import NOON, a_contact, a_link, a_superuser, a_user

EMAIL, PHONE = ContactChange.Kind.EMAIL, ContactChange.Kind.PHONE
NEW_EMAIL, NEW_PHONE = "moi@example.vn", "+84903123456"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def asked(user: User, kind: str = EMAIL, value: str = NEW_EMAIL, **fields) -> Asked:
    return contact_changes.ask(user=user, kind=kind, value=value, **{"at": NOON, **fields})


def proven(asked: Asked, at=NOON + MINUTE) -> Proven:
    return contact_changes.prove(change=asked.change, code=asked.code, at=at)


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "111111"


class ReadTests(TestCase):
    def test_takes_an_address_in_any_case_and_a_mobile_in_any_form(self):
        self.assertEqual(
            contact_changes.read(kind=EMAIL, text=" Moi@Example.VN "), "moi@example.vn"
        )
        self.assertEqual(contact_changes.read(kind=PHONE, text="0903.123.456"), NEW_PHONE)

    def test_refuses_what_no_code_can_be_sent_to(self):
        for kind, text in [
            (EMAIL, ""), (EMAIL, "a@b"), (EMAIL, "a" * 300 + "@example.vn"), (EMAIL, "\x00@x.vn"),
            (PHONE, ""), (PHONE, "028 3822 1234"), (PHONE, "+1 202 555 0100"),
            (PHONE, "1900545454"),
        ]:  # fmt: skip
            with self.subTest(text), self.assertRaises(contact_changes.NotAContact):
                contact_changes.read(kind=kind, text=text)


class AskTests(TestCase):
    def test_keeps_neither_the_code_nor_the_new_value_in_clear(self):
        one = asked(a_user())
        with connection.cursor() as cursor:
            cursor.execute("SELECT c::text FROM customers_contactchange c")
            row = cursor.fetchone()[0]

        self.assertNotIn(one.code, row)
        self.assertNotIn(NEW_EMAIL, row)

    def test_gives_up_an_earlier_one_that_was_never_proven(self):
        user = a_user()
        first = asked(user)

        asked(user, value="khac@example.vn")

        self.assertEqual(proven(first).typed, Typed.DEAD)

    def test_is_refused_while_another_waits_for_its_day_to_end(self):
        user = a_user()
        proven(asked(user))

        with self.assertRaises(contact_changes.Waits):
            asked(user, value="khac@example.vn")

    def test_refuses_what_is_known_already(self):
        user = a_user(email="cu@example.vn")

        with self.assertRaises(contact_changes.SameAsNow):
            asked(user, value="cu@example.vn")

    def test_sends_three_codes_an_hour_to_one_address_whoever_asks(self):
        for _person in range(3):
            asked(a_user())

        with self.assertRaises(contact_changes.TooMany):
            asked(a_user())
        self.assertTrue(asked(a_user(), at=NOON + HOUR + MINUTE).code)

    def test_lets_one_login_ask_five_times_a_day(self):
        user = a_user()
        for number in range(5):
            asked(user, value=f"moi{number}@example.vn")

        with self.assertRaises(contact_changes.TooMany):
            asked(user)


class AskForAContractTests(TestCase):
    def test_is_for_the_holder_alone(self):
        link = a_link()
        relative = a_link(account=link.account, role=AccountLink.Role.RELATIVE)
        household = a_link(account=link.account, role=AccountLink.Role.HOUSEHOLD)
        narrow = a_link(rights=[Right.BILLS])
        gone = a_link(moved_out_on=NOON.date())
        for user, account in [
            (relative.user, link.account),
            (household.user, link.account),
            (a_user(), link.account),
            (narrow.user, narrow.account),
            (gone.user, gone.account),
        ]:
            with self.assertRaises(contact_changes.NotAllowed):
                asked(user, account=account)

    def test_refuses_to_replace_a_contact_of_another_account(self):
        link, others = a_link(), a_contact(kind="email")

        with self.assertRaises(contact_changes.NotAllowed):
            asked(link.user, account=link.account, replaces=others)


class ProveTests(TestCase):
    def test_holds_the_change_for_a_day_from_the_proof(self):
        one = asked(a_user())

        self.assertEqual(proven(one).typed, Typed.RIGHT)
        one.change.refresh_from_db()
        self.assertEqual(one.change.holds_until, NOON + MINUTE + DAY)

    def test_refuses_the_right_code_after_five_wrong_ones(self):
        one = asked(a_user())
        for _try in range(5):
            found = contact_changes.prove(change=one.change, code=wrong(one.code), at=NOON)
            self.assertEqual(found.typed, Typed.WRONG)

        self.assertEqual(proven(one).typed, Typed.DEAD)

    def test_refuses_the_code_after_ten_minutes_and_a_second_time(self):
        late, twice = asked(a_user()), asked(a_user(), value="hai@example.vn")
        proven(twice)

        self.assertEqual(proven(late, at=NOON + 11 * MINUTE).typed, Typed.DEAD)
        self.assertEqual(proven(twice).typed, Typed.DEAD)

    def test_refuses_the_code_of_another_change(self):
        one, other = asked(a_user()), asked(a_user(), value="hai@example.vn")
        if one.code == other.code:
            other = asked(a_user(), value="ba@example.vn")

        found = contact_changes.prove(change=one.change, code=other.code, at=NOON)

        self.assertEqual(found.typed, Typed.WRONG)

    def test_of_a_contract_is_written_down_masked_for_everyone_to_be_told(self):
        link = a_link()
        proven(asked(link.user, PHONE, NEW_PHONE, account=link.account))

        event = AccountEvent.objects.get()

        self.assertEqual((event.kind, event.link), (AccountEvent.Kind.CONTACT_CHANGED, link))
        self.assertNotIn("903123456", event.detail)
        self.assertIn("3456", event.detail)


class ParallelProveTests(TransactionTestCase):
    def test_compares_at_most_five_codes_of_twenty_sent_at_once(self):
        one = asked(a_user())

        def guess(_number: int) -> Typed:
            try:
                return contact_changes.prove(change=one.change, code=wrong(one.code), at=NOON).typed
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(guess, range(20)))

        self.assertEqual(found.count(Typed.WRONG), 5)
        self.assertEqual(found.count(Typed.DEAD), 15)


class HoldTests(TestCase):
    def test_changes_nothing_before_the_day_is_over(self):
        user = a_user(email="cu@example.vn")
        proven(asked(user))

        self.assertEqual(contact_changes.apply_due(at=NOON + DAY), 0)
        user.refresh_from_db()
        self.assertEqual(user.email, "cu@example.vn")

    def test_puts_the_address_in_force_once_after_it(self):
        user = a_user(email="cu@example.vn")
        user.emailaddress_set.create(email="cu@example.vn", verified=True, primary=True)
        proven(asked(user))

        self.assertEqual(contact_changes.apply_due(at=NOON + DAY + MINUTE), 1)
        self.assertEqual(contact_changes.apply_due(at=NOON + DAY + MINUTE), 0)
        user.refresh_from_db()
        self.assertEqual(user.email, NEW_EMAIL)
        kept = user.emailaddress_set.get()
        self.assertEqual((kept.email, kept.verified, kept.primary), (NEW_EMAIL, True, True))

    def test_is_the_databases_rule_too(self):
        one = asked(a_user())
        proven(one)
        row = ContactChange.objects.filter(pk=one.change.pk)

        for early in [{"applied_at": NOON + HOUR}, {"holds_until": NOON + HOUR}]:
            with self.assertRaises(IntegrityError), transaction.atomic():
                row.update(**early)

    def test_ends_with_nothing_where_another_login_took_the_address_meanwhile(self):
        user = a_user(email="cu@example.vn")
        one = asked(user)
        proven(one)
        a_user(email=NEW_EMAIL, last_login=NOON)

        self.assertEqual(contact_changes.apply_due(at=NOON + 2 * DAY), 0)
        one.change.refresh_from_db()
        self.assertEqual(one.change.cancelled_why, ContactChange.Cancelled.NOT_POSSIBLE)

    def test_comes_to_nothing_where_the_desk_wrote_another_address_meanwhile(self):
        user = a_user(email="cu@example.vn")
        one = asked(user)
        proven(one)
        logins.correct(user=user, by=a_superuser(), at=NOON + HOUR, email="dung@example.vn")

        self.assertEqual(contact_changes.apply_due(at=NOON + 2 * DAY), 0)
        one.change.refresh_from_db()
        self.assertEqual(one.change.cancelled_why, ContactChange.Cancelled.NOT_POSSIBLE)
        user.refresh_from_db()
        self.assertEqual(user.email, "dung@example.vn")

    def test_is_not_kept_off_by_a_sign_up_that_nobody_proved(self):
        user, squatter = a_user(email="cu@example.vn"), a_user(email=NEW_EMAIL)
        squatter.emailaddress_set.create(email=NEW_EMAIL, verified=False, primary=True)
        proven(asked(user))

        self.assertEqual(contact_changes.apply_due(at=NOON + 2 * DAY), 1)
        user.refresh_from_db()
        squatter.refresh_from_db()
        self.assertEqual((user.email, squatter.email), (NEW_EMAIL, None))

    def test_of_a_contract_ends_with_nothing_where_the_link_was_stopped_meanwhile(self):
        link = a_link()
        old = a_contact(account=link.account, kind="email")
        proven(asked(link.user, account=link.account, replaces=old))
        links.freeze(link=link, at=NOON + HOUR)

        contact_changes.apply_due(at=NOON + 2 * DAY)

        self.assertEqual([c.value for c in contact_points.of_holder(link.account)], [old.value])


class CancelTests(TestCase):
    def test_with_the_code_of_the_old_contact_stops_the_change_however_it_is_typed(self):
        one = asked(a_user())
        code = proven(one).cancel_code
        typed = f" {code[:4].lower()}-{code[4:8]} {code[8:]}"

        self.assertTrue(contact_changes.cancel_by_code(code=typed, at=NOON + HOUR))
        self.assertFalse(contact_changes.cancel_by_code(code=typed, at=NOON + HOUR))
        self.assertEqual(contact_changes.apply_due(at=NOON + 2 * DAY), 0)

    def test_with_no_code_or_another_one_stops_nothing(self):
        proven(asked(a_user()))

        for code in ["", "A" * 12, "%", "\x00"]:
            self.assertFalse(contact_changes.cancel_by_code(code=code, at=NOON + HOUR))

    def test_after_it_is_in_force_is_too_late(self):
        one = asked(a_user())
        proven(one)
        contact_changes.apply_due(at=NOON + 2 * DAY)

        self.assertFalse(contact_changes.cancel(change=one.change, at=NOON + 2 * DAY))


class ContractTests(TestCase):
    def test_the_new_contact_comes_in_place_of_the_old_one_and_its_zalo(self):
        link = a_link()
        old = a_contact(account=link.account, value="+84911222333")
        a_contact(account=link.account, kind="zalo", value=old.value)
        a_contact(account=link.account, kind="email", value="con@example.vn")
        proven(asked(link.user, PHONE, NEW_PHONE, account=link.account, replaces=old))

        contact_changes.apply_due(at=NOON + 2 * DAY)

        in_use = {c.value for c in contact_points.of_holder(link.account)}
        self.assertEqual(in_use, {NEW_PHONE, "con@example.vn"})
        new = ContactPoint.objects.get(value=NEW_PHONE)
        self.assertEqual((new.source, new.verified_at), ("code", NOON + MINUTE))

    def test_a_strangers_contact_is_stopped_at_once_and_told(self):
        contact = a_contact()
        a_contact(account=contact.account, kind="zalo", value=contact.value)

        self.assertTrue(contact_points.disown(contact=contact, by=None, at=NOON))
        self.assertFalse(contact_points.disown(contact=contact, by=None, at=NOON))

        self.assertFalse(contact_points.of_holder(contact.account).exists())
        self.assertEqual(AccountEvent.objects.count(), 1)


class PhoneTests(TestCase):
    def test_that_another_login_proves_is_taken_from_the_one_that_had_it(self):
        before = a_user(phone=NEW_PHONE, phone_verified_at=NOON - DAY)
        only_phone = a_user(phone="+84911222333")
        User.objects.filter(pk=only_phone.pk).update(email=None)
        after = a_user()

        logins.set_phone(user=after, phone=NEW_PHONE, at=NOON)
        logins.set_phone(user=a_user(), phone="+84911222333", at=NOON)

        before.refresh_from_db()
        only_phone.refresh_from_db()
        after.refresh_from_db()
        self.assertEqual((before.phone, before.phone_verified_at), (None, None))
        self.assertTrue(before.is_active)
        self.assertEqual((after.phone, after.phone_verified_at), (NEW_PHONE, NOON))
        self.assertEqual((only_phone.phone, only_phone.is_active), (None, False))


@pytest.mark.django_db
def test_a_login_that_can_be_reached_no_more_is_closed():
    user = a_user()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(email=None)
    assert User.objects.filter(pk=user.pk).update(email=None, is_active=False) == 1
