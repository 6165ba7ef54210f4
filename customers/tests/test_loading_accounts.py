"""What loading accounts does to meters, contacts and arrangements already known."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.test import TestCase

from customers.models import Account, ContactPoint, Meter
from customers.services import accounts
from customers.tests.factories import a_contact, a_unit, an_arrangement
from portal.lib.columns import Row

AT = datetime(2026, 11, 24, 0, tzinfo=UTC)
NUMBER = "PE04010001234"


def row(*, at: int = 2, **values: Any) -> Row:
    defaults = {
        "number": NUMBER,
        "holder_name": "Nguyễn Thị Hạnh",
        "holder_born_in": 1950,
        "address": "12/5 Lê Lợi",
        "ward": "Phường Bến Thành",
        "phone": "+84903123456",
        "email": None,
        "unit": "PE04",
        "tariff_group": "residential",
        "households": Decimal(1),
        "serial": "00012345",
        "multiplier": 1,
        "reading_day": 20,
        "has_app": False,
        "follows_zalo": True,
    }
    values = {**defaults, **values}
    return Row(at, values | accounts.derived(values))


class LoadTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        a_unit(code="PE04")
        accounts.load(rows=[row()], at=AT)

    def load(self, **values: Any) -> Any:
        return accounts.load(rows=[row(**values)], at=AT)

    def contacts(self) -> set[tuple[str, str]]:
        usable = ContactPoint.objects.usable()
        return set(usable.values_list("kind", "value"))

    def test_makes_zalo_a_contact_where_the_number_follows_it(self) -> None:
        self.assertEqual(self.contacts(), {("phone", "+84903123456"), ("zalo", "+84903123456")})

    def test_can_be_found_without_accents(self) -> None:
        self.assertEqual(Account.objects.matching("hanh  LE loi").get().number, NUMBER)

    def test_suspends_a_number_that_was_replaced_and_keeps_what_agents_recorded(self) -> None:
        account = Account.objects.get()
        kept = a_contact(account=account, source=ContactPoint.Source.AGENT)
        self.load(phone="+84903999999", follows_zalo=False)
        self.assertEqual(self.contacts(), {("phone", "+84903999999"), ("phone", kept.value)})
        old = ContactPoint.objects.get(kind="phone", value="+84903123456")
        self.assertEqual((old.suspended_at, old.suspended_why), (AT, "replaced"))

    def test_takes_nothing_away_for_an_empty_cell(self) -> None:
        known = self.contacts()
        outcome = self.load(phone=None, follows_zalo=False)
        self.assertEqual(outcome.unchanged, 1)
        self.assertEqual(self.contacts(), known)

    def test_takes_a_number_back_that_had_been_replaced(self) -> None:
        self.load(phone="+84903999999")
        outcome = self.load()
        self.assertEqual(outcome.updated, 1)
        self.assertIn(("phone", "+84903123456"), self.contacts())

    def test_does_not_revive_a_number_suspended_for_another_reason(self) -> None:
        ContactPoint.objects.update(suspended_at=AT, suspended_why="not_theirs")
        outcome = self.load()
        self.assertEqual((outcome.updated, outcome.unchanged), (0, 1))
        self.assertEqual(self.contacts(), set())

    def test_keeps_both_meters_of_an_exchange(self) -> None:
        outcome = self.load(serial="00099999")
        self.assertEqual(outcome.updated, 1)
        found = set(Meter.objects.values_list("serial", "removed_on", "installed_on"))
        today = date(2026, 11, 24)
        self.assertEqual(found, {("00012345", today, None), ("00099999", None, today)})

    def test_refuses_a_meter_that_is_in_place_elsewhere(self) -> None:
        outcome = self.load(number="PE04010009999")
        self.assertEqual([refusal.column for refusal in outcome.refused], ["serial"])
        self.assertEqual(Account.objects.count(), 1)

    def test_swaps_meters_that_two_rows_of_one_file_exchange(self) -> None:
        second = {"number": "PE04010009999", "phone": None, "follows_zalo": False}
        self.load(**second, serial="00077777")
        rows = [row(serial="00077777"), row(at=3, **second, serial="00012345")]
        outcome = accounts.load(rows=rows, at=AT)
        self.assertEqual((outcome.updated, outcome.refused), (2, ()))
        in_place = set(Meter.objects.in_place().values_list("account__number", "serial"))
        self.assertEqual(in_place, {(NUMBER, "00077777"), ("PE04010009999", "00012345")})

    def test_refuses_a_meter_that_only_a_refused_row_would_have_left(self) -> None:
        second = {"number": "PE04010009999", "phone": None, "follows_zalo": False}
        third = {**second, "number": "PE04010008888"}
        self.load(**second, serial="00077777")
        self.load(**third, serial="00088888")
        rows = [row(serial="00077777"), row(at=3, **second, serial="00088888")]
        outcome = accounts.load(rows=rows, at=AT)
        self.assertEqual({refusal.row for refusal in outcome.refused}, {2, 3})
        in_place = set(Meter.objects.in_place().values_list("account__number", "serial"))
        self.assertEqual(
            in_place,
            {
                (NUMBER, "00012345"),
                ("PE04010009999", "00077777"),
                ("PE04010008888", "00088888"),
            },
        )

    def test_keeps_the_reading_day_that_was_arranged(self) -> None:
        account = Account.objects.get()
        an_arrangement("month_end_reading", account=account)
        Account.objects.update(reading_day=31)
        outcome = self.load(reading_day=20)
        self.assertEqual(Account.objects.get().reading_day, 31)
        self.assertEqual([remark.column for remark in outcome.remarks], ["reading_day"])
        self.assertEqual(outcome.unchanged, 1)

    def test_refuses_an_unknown_company(self) -> None:
        outcome = self.load(number="PE04010009999", serial="00077777", unit="XX99")
        self.assertEqual([refusal.column for refusal in outcome.refused], ["unit"])
