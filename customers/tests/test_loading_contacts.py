"""What a list of contacts may bring, and where it stands back for what people said here."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import TestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyCase

from customers.models import Account, ContactPoint, Load
from customers.services import contact_points, listed_contacts
from customers.tests.factories import NOON, a_contact, an_account, an_sms_retention
from customers.tests.loading import loaded
from portal.lib.columns import Row
from portal.lib.loading import Outcome

AT = datetime(2026, 11, 24, 5, tzinfo=UTC)
HEAD = "Mã khách hàng,Loại liên hệ,Giá trị,Của ai,Ngừng dùng"
PHONE, OTHER = "+84903123456", "+84912345678"


def row(account: Account, value: str = PHONE, *, at: int = 2, **values: Any) -> Row:
    given_ = {"kind": "phone", "owner": "holder", "is_ended": False, **values}
    return Row(at, {"number": account.number, "value": value, **given_})


def load(*rows: Row) -> Outcome:
    return listed_contacts.load(rows=rows, at=AT)


def said(outcome: Outcome) -> list[str]:
    return [remark.why for remark in outcome.remarks]


class LoadTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.account = an_account()

    def in_use(self) -> set[tuple[str, str]]:
        return set(ContactPoint.objects.usable().values_list("kind", "value"))

    def known(self, value: str = PHONE, kind: str = "phone") -> ContactPoint:
        return ContactPoint.objects.get(account=self.account, kind=kind, value=value)

    def test_adds_a_contact_unproven_and_as_of_a_list(self) -> None:
        outcome = load(row(self.account), row(self.account, "an@example.vn", at=3, kind="email"))
        self.assertEqual((outcome.created, outcome.updated), (2, 0))
        contact = self.known()
        self.assertEqual((contact.source, contact.owner), ("list", "holder"))
        self.assertIsNone(contact.proven_at)

    def test_changes_nothing_the_second_time(self) -> None:
        load(row(self.account))
        outcome = load(row(self.account), row(self.account, OTHER, at=3, is_ended=True))
        self.assertEqual((outcome.created, outcome.updated, outcome.unchanged), (0, 0, 2))

    def test_leaves_the_other_contacts_of_the_customer(self) -> None:
        a_contact(account=self.account, value=OTHER)
        load(row(self.account))
        self.assertEqual(self.in_use(), {("phone", PHONE), ("phone", OTHER)})

    def test_ends_what_files_alone_know_and_takes_it_back(self) -> None:
        a_contact(account=self.account, value=PHONE)
        outcome = load(row(self.account, is_ended=True))
        self.assertEqual((outcome.updated, self.known().suspended_why), (1, "ended"))
        self.assertEqual(self.known().suspended_at, AT)
        outcome = load(row(self.account))
        self.assertEqual((outcome.created, outcome.updated), (0, 1))
        self.assertEqual(self.in_use(), {("phone", PHONE)})

    def test_refuses_an_unknown_customer(self) -> None:
        outcome = load(row(Account(number="PE04019999999")))
        self.assertEqual([one.column for one in outcome.refused], ["number"])

    def test_refuses_a_relative_and_says_where_they_are_recorded(self) -> None:
        outcome = load(row(self.account, owner="relative"))
        (refusal,) = outcome.refused
        self.assertEqual((refusal.column, refusal.value), ("owner", ""))
        self.assertEqual(refusal.reason, str(listed_contacts.REASONS["relative"]))
        self.assertFalse(ContactPoint.objects.exists())

    def test_refuses_to_make_a_relatives_contact_the_holders_or_to_end_it(self) -> None:
        a_contact(account=self.account, value=PHONE, owner="relative", source="agent")
        for is_ended in (False, True):
            (refusal,) = load(row(self.account, is_ended=is_ended)).refused
            self.assertEqual(refusal.reason, str(listed_contacts.REASONS["of_relative"]))
        self.assertEqual((self.known().owner, self.known().suspended_at), ("relative", None))

    def test_says_that_another_customer_has_proven_the_number_and_leaves_it_to_them(self) -> None:
        theirs = a_contact(value=PHONE, source="code", verified_at=NOON)
        outcome = load(row(self.account))
        self.assertEqual(said(outcome), [str(listed_contacts.PROVEN_ELSEWHERE)])
        self.assertIsNone(self.known().verified_at)
        theirs.refresh_from_db()
        self.assertEqual((theirs.suspended_at, theirs.verified_at), (None, NOON))
        self.assertEqual(load(row(self.account)).remarks, ())


class PeopleComeFirstTests(TestCase):
    """Such rows are remarked on, not refused: the next export will hold them again."""

    columns = ("owner", "source", "verified_at", "confirmed_at", "suspended_at", "suspended_why")

    @classmethod
    def setUpTestData(cls) -> None:
        cls.account = an_account()

    def assert_kept(self, outcome: Outcome, why: str, contact: ContactPoint) -> None:
        before = {name: getattr(contact, name) for name in self.columns}
        self.assertEqual((outcome.unchanged, outcome.refused), (1, ()))
        self.assertEqual([remark.column for remark in outcome.remarks], ["value"])
        self.assertIn(why, said(outcome)[0])
        contact.refresh_from_db()
        after = {name: getattr(contact, name) for name in self.columns}
        self.assertEqual(before, after)

    def test_a_stopped_contact_is_not_taken_back(self) -> None:
        labels = dict(ContactPoint.Suspended.choices)
        for why in ("not_mine", "changed", "not_arranged", "not_approved", "blocked", "replaced"):
            word = f"({labels.get(why, why)})"
            if why == "replaced":
                word = str(listed_contacts.REPLACED)
            ContactPoint.objects.all().delete()
            contact = a_contact(
                account=self.account, value=PHONE, suspended_at=NOON, suspended_why=why
            )
            self.assert_kept(load(row(self.account)), word, contact)

    def test_a_strangers_number_comes_back_as_no_other_kind(self) -> None:
        contact = a_contact(account=self.account, value=PHONE)
        contact_points.disown(contact=contact, by=None, at=NOON)
        contact.refresh_from_db()
        outcome = load(row(self.account, kind="zalo"))
        self.assert_kept(outcome, str(listed_contacts.NOT_THEIRS), contact)
        self.assertFalse(ContactPoint.objects.usable().exists())

    def test_what_customers_and_agents_recorded_or_proved_is_not_ended(self) -> None:
        for values in (
            {"source": "code", "verified_at": NOON}, {"source": "agent"}, {"verified_at": NOON},
            {"confirmed_at": NOON},
        ):  # fmt: skip
            ContactPoint.objects.all().delete()
            contact = a_contact(account=self.account, value=PHONE, **values)
            outcome = load(row(self.account, is_ended=True))
            self.assert_kept(outcome, str(listed_contacts.IN_USE), contact)

    def test_the_number_of_an_agreement_on_sms_is_not_ended(self) -> None:
        contact = a_contact(account=self.account, value=PHONE)
        an_sms_retention(account=self.account, contact=contact)
        outcome = load(row(self.account, is_ended=True))
        self.assert_kept(outcome, str(listed_contacts.IN_USE), contact)


@pytest.mark.usefixtures("loads_apart")
class ColumnTests(TestCase):
    """The value is read as what its row says it is."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.account = an_account()

    def load(self, kind: str, value: str, *, owner: str = "", ended: str = "") -> Load:
        line = f'{self.account.number},{kind},"{value}",{owner},{ended}'
        return loaded("contacts", f"{HEAD}\n{line}\n".encode(), at=AT)

    def test_takes_numbers_and_addresses_as_people_write_them(self) -> None:
        for kind, value, kept in (
            ("Điện thoại", "0903.123.456", PHONE), ("ZALO", "01201234567", "+84701234567"),
            ("email", " An@Example.VN", "an@example.vn"), ("dien thoai", "84903123456", PHONE),
            ("Điện thoại", "028 3822 1234", "+842838221234"),
        ):  # fmt: skip
            ContactPoint.objects.all().delete()
            self.assertEqual(self.load(kind, value).created, 1, value)
            self.assertEqual(ContactPoint.objects.get().value, kept)

    def test_refuses_what_reaches_nobody_or_is_of_the_other_kind(self) -> None:
        for kind, value in (
            ("Điện thoại", "0111234567"), ("Điện thoại", "19001006"), ("Điện thoại", "113"),
            ("Điện thoại", "+1 202 555 0143"), ("Điện thoại", "O903123456"),
            ("Điện thoại", "không có"), ("Điện thoại", "an@example.vn"), ("Zalo", "an@example.vn"),
            ("Zalo", "028 3822 1234"), ("Email", "0903123456"), ("Email", "khongco@gmail.com"),
            ("Email", "a@b..vn"), ("Email", "a@c.vn;b@c.vn"), ("Email", "a@c.vn\nBcc: x@y.z"),
            ("Email", "mailto:a@c.vn"), ("Fax", "0903123456"), ("Điện thoại", ""),
        ):  # fmt: skip
            outcome = self.load(kind, value)
            self.assertEqual((outcome.refused, outcome.created), (1, 0), (kind, value))
        self.assertFalse(ContactPoint.objects.exists())

    def test_says_what_was_mended(self) -> None:
        load = self.load("Email", "an@gmail.con")
        self.assertIn("gmail.con", load.notes.get(kind="remark").why)
        self.assertEqual(ContactPoint.objects.get().suspended_why, "mistyped")

    def test_reads_whose_it_is_and_the_mark_that_it_ended(self) -> None:
        self.load("Điện thoại", PHONE, owner="Chủ hợp đồng")
        self.assertEqual(self.load("Điện thoại", PHONE, ended="x").updated, 1)
        self.assertEqual(self.load("Điện thoại", OTHER, owner="người thân").refused, 1)

    def test_counts_identical_rows_once_and_refuses_different_ones(self) -> None:
        line = f"{self.account.number},Điện thoại,{PHONE},,"
        same = loaded("contacts", f"{HEAD}\n{line}\n{line}\n".encode(), at=AT)
        self.assertEqual((same.created, same.refused), (1, 1))
        other = loaded("contacts", f"{HEAD}\n{line}\n{line}x\n".encode(), at=AT)
        self.assertEqual((other.unchanged, other.refused), (0, 2))

    def test_takes_a_file_without_the_columns_that_may_lack(self) -> None:
        content = f"Mã KH,Loại,Liên hệ\n{self.account.number},Zalo,{PHONE}\n"
        self.assertEqual(loaded("contacts", content.encode(), at=AT).created, 1)


STATES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(("phone", "zalo")),
        "owner": st.sampled_from(("holder", "relative")),
        "source": st.sampled_from(("contract", "list", "code", "agent")),
        "verified_at": st.none() | st.just(NOON),
        "suspended_why": st.sampled_from(
            ("", "ended", "replaced", "changed", "not_mine", "not_approved", "not_arranged", "x")
        ),
    }
)
LISTED = st.lists(
    st.tuples(st.sampled_from(("phone", "zalo")), st.booleans()),
    unique_by=lambda one: one[0],
    min_size=1,
)


class AnyListTests(PropertyCase):
    @settings(max_examples=30, deadline=None)
    @given(known=st.lists(STATES, unique_by=lambda one: one["kind"]), listed=LISTED)
    def test_touches_only_what_files_alone_know(self, known: Any, listed: Any) -> None:
        account = an_account()
        for state in known:
            since = NOON if state["suspended_why"] else None
            a_contact(account=account, value=PHONE, suspended_at=since, **state)
        before = {contact.kind: contact for contact in account.contacts.all()}
        rows = [
            row(account, at=place, kind=kind, is_ended=is_ended)
            for place, (kind, is_ended) in enumerate(listed, 2)
        ]
        outcome = load(*rows)
        written = outcome.created + outcome.updated
        refused = {refusal.row for refusal in outcome.refused}
        self.assertEqual(written + outcome.unchanged + len(refused), len(rows))
        for contact in account.contacts.all():
            was = before.get(contact.kind)
            if was is None:
                self.assertEqual((contact.source, contact.verified_at), ("list", None))
                continue
            self.assertEqual(
                (contact.owner, contact.source, contact.verified_at),
                (was.owner, was.source, was.verified_at),
            )
            if contact.suspended_why != was.suspended_why:
                self.assertEqual({contact.suspended_why, was.suspended_why}, {"", "ended"})
                self.assertEqual(contact.owner, "holder")
            if contact.suspended_why == "ended" != was.suspended_why:
                self.assertIn(was.source, ("contract", "list"))
                self.assertIsNone(was.verified_at)
        again = load(*rows)
        self.assertEqual((again.created, again.updated), (0, 0))
