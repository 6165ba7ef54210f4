"""Who follows us on Zalo or uses the app: the provider's word goes before the billing system's."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import TestCase

from customers.models import Account, ContactPoint, Registration
from customers.services import accounts, contact_points, registrations
from customers.tests.factories import NOON, a_contact, an_account
from customers.tests.loading import loaded
from portal.lib.columns import Row
from portal.lib.loading import Outcome

AT = datetime(2026, 11, 24, 5, tzinfo=UTC)
LATELY, TODAY = date(2026, 11, 10), date(2026, 11, 24)
PHONE = "+84903123456"


def row(account: Account, channel: str, said: bool = True, *, at: int = 2, **values: Any) -> Row:
    given = {"is_registered": said, "since": LATELY, **values}
    return Row(at, {"number": account.number, "channel": channel, **given})


def load(*rows: Row) -> Outcome:
    return registrations.load(rows=rows, at=AT)


def written(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.created, outcome.updated, outcome.unchanged


class AppTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account(has_app=False)

    def has_app(self) -> bool:
        return Account.objects.get(pk=self.account.pk).has_app

    def test_follows_what_the_provider_says(self) -> None:
        self.assertEqual(written(load(row(self.account, "app"))), (1, 0, 0))
        self.assertTrue(self.has_app())
        outcome = load(row(self.account, "app", False, since=TODAY))
        self.assertEqual(written(outcome), (0, 1, 0))
        self.assertFalse(self.has_app())

    def test_changes_nothing_the_second_time(self) -> None:
        load(row(self.account, "app"))
        self.assertEqual(written(load(row(self.account, "app"))), (0, 0, 1))

    def test_keeps_a_newer_word_and_says_so(self) -> None:
        load(row(self.account, "app", since=TODAY))
        outcome = load(row(self.account, "app", False))
        self.assertEqual(written(outcome), (0, 0, 1))
        self.assertEqual([remark.column for remark in outcome.remarks], ["since"])
        self.assertTrue(self.has_app())

    def test_refuses_an_unknown_customer(self) -> None:
        (refusal,) = load(row(Account(number="PE04019999999"), "app")).refused
        self.assertEqual((refusal.column, refusal.value), ("number", "PE04019999999"))


class ZaloTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.phone = a_contact(account=self.account, value=PHONE)

    def zalo(self) -> list[str]:
        found = ContactPoint.objects.usable().filter(kind="zalo")
        return list(found.values_list("value", flat=True))

    def test_makes_zalo_a_contact_on_the_phone_of_the_contract(self) -> None:
        listed = a_contact(account=self.account, source="list")
        self.assertEqual(written(load(row(self.account, "zalo"))), (1, 0, 0))
        self.assertEqual(self.zalo(), [PHONE])
        self.assertEqual(written(load(row(self.account, "zalo"))), (0, 0, 1))
        ContactPoint.objects.filter(kind="zalo").delete()
        ContactPoint.objects.filter(pk=self.phone.pk).delete()
        load(row(self.account, "zalo"))
        self.assertEqual(self.zalo(), [listed.value])

    def test_leaves_a_zalo_that_is_known(self) -> None:
        known = a_contact(account=self.account, kind="zalo")
        self.assertEqual(load(row(self.account, "zalo")).created, 1)
        self.assertEqual(self.zalo(), [known.value])

    def test_takes_zalo_out_of_use_and_back(self) -> None:
        load(row(self.account, "zalo"))
        self.assertEqual(written(load(row(self.account, "zalo", False))), (0, 1, 0))
        self.assertEqual(self.zalo(), [])
        load(row(self.account, "zalo"))
        self.assertEqual(self.zalo(), [PHONE])

    def test_leaves_what_the_customer_proved_and_says_so(self) -> None:
        a_contact(account=self.account, kind="zalo", source="code", verified_at=NOON)
        outcome = load(row(self.account, "zalo", False))
        self.assertEqual([one.why for one in outcome.remarks], [str(registrations.UNMET["proven"])])
        self.assertEqual(len(self.zalo()), 1)

    def test_writes_to_no_number_that_the_customer_said_is_not_theirs(self) -> None:
        contact_points.disown(contact=self.phone, by=None, at=NOON)
        outcome = load(row(self.account, "zalo"))
        expected = [str(registrations.UNMET["no_number"])]
        self.assertEqual([one.why for one in outcome.remarks], expected)
        self.assertEqual((self.zalo(), Registration.objects.count()), ([], 1))


class BesideTheExportTests(TestCase):
    """The export of accounts names both channels, too, at second hand."""

    def setUp(self) -> None:
        self.account = an_account(has_app=False)

    def export(self, **values: Any) -> Outcome:
        given = {
            "number": self.account.number, "holder_name": self.account.holder_name,
            "holder_born_in": 1980, "address": self.account.address, "ward": self.account.ward,
            "phone": PHONE, "email": None, "unit": self.account.unit.code,
            "tariff_group": "residential", "households": Decimal(1), "serial": "00012345",
            "multiplier": 1, "reading_day": 31, "has_app": False, "follows_zalo": False, **values,
        }  # fmt: skip
        return accounts.load(rows=[Row(2, given | accounts.derived(given))], at=AT)

    def channels(self) -> tuple[bool, bool]:
        zalo = ContactPoint.objects.usable().filter(kind="zalo", value=PHONE)
        return Account.objects.get().has_app, zalo.exists()

    def test_decides_where_no_provider_said_anything(self) -> None:
        self.export(has_app=True, follows_zalo=True)
        self.assertEqual(self.channels(), (True, True))
        self.export()
        self.assertEqual(self.channels(), (False, False))

    def test_takes_nothing_away_that_the_provider_says_is_there(self) -> None:
        self.export()
        load(row(self.account, "app"), row(self.account, "zalo", at=3))
        self.assertEqual(self.channels(), (True, True))
        self.assertEqual(self.export().unchanged, 1)
        self.assertEqual(self.channels(), (True, True))

    def test_brings_nothing_back_that_the_provider_says_is_over(self) -> None:
        self.export(has_app=True, follows_zalo=True)
        load(row(self.account, "app", False), row(self.account, "zalo", False, at=3))
        self.assertEqual(self.export(has_app=True, follows_zalo=True).unchanged, 1)
        self.assertEqual(self.channels(), (False, False))

    def test_names_the_phone_on_which_zalo_begins(self) -> None:
        load(row(self.account, "zalo"))
        self.export()
        self.assertEqual(self.channels(), (False, True))

    def test_brings_no_zalo_to_a_number_that_is_not_the_customers(self) -> None:
        self.export()
        contact_points.disown(contact=ContactPoint.objects.get(), by=None, at=NOON)
        self.assertEqual(self.export(follows_zalo=True).unchanged, 1)
        self.assertFalse(ContactPoint.objects.usable().exists())


@pytest.mark.usefixtures("loads_apart")
class ColumnTests(TestCase):
    def test_reads_channels_answers_and_days(self) -> None:
        account = an_account()
        head = "Mã khách hàng,Kênh,Đăng ký,Từ ngày"
        for line, created in (
            ("ZALO,có,10/11/2026", 1), ("app,không,10/11/2026", 1), ("SMS,có,10/11/2026", 0),
            ("APP,có,25/11/2026", 0), ("APP,,10/11/2026", 0), ("APP,có,", 0),
        ):  # fmt: skip
            content = f"{head}\n{account.number},{line}\n".encode()
            outcome = loaded("registrations", content, at=AT)
            self.assertEqual((outcome.created, outcome.refused), (created, 1 - created), line)
