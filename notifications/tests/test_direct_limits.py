from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TestCase, TransactionTestCase, override_settings

from customers.tests.factories import NOON
from notifications.models import DirectMessage
from notifications.services import direct

PHONE = "+84903123456"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMITS = {
    "ADDRESS_HOUR": 3,
    "ADDRESS_DAY": 10,
    "NETWORK_DAY": 5,
    "DAY": 40,
    "USUAL_HOUR": 20,
}


def ask(address: str = PHONE, *, at: datetime = NOON, channel: str = "sms", ip: str = "") -> None:
    """Ask for a code, as a visitor does."""
    direct.queue(
        channel=channel,
        address=address,
        text="Ma cua quy khach: 482913",
        purpose="sign_in_code",
        expires_at=at + timedelta(minutes=10),
        at=at,
        from_ip=ip,
    )


def number(n: int) -> str:
    return f"+8490{n:07}"


@override_settings(DIRECT_LIMITS=LIMITS)
class LimitTests(TestCase):
    def setUp(self):
        cache.clear()

    def test_only_vietnamese_mobiles_get_paid_messages(self):
        for address in ("+842838221234", "+4915112345678", "+8490312345", "0903123456", "", "x"):
            for channel in ("sms", "zalo"):
                with self.subTest(address), self.assertRaises(direct.NotAMobile):
                    ask(address, channel=channel)

    def test_three_an_hour_to_one_number(self):
        for minute in range(3):
            ask(at=NOON + timedelta(minutes=minute))
        with self.assertRaises(direct.TooManyToAddress):
            ask(at=NOON + timedelta(minutes=59))
        ask(at=NOON + timedelta(minutes=60))
        assert DirectMessage.objects.count() == 4

    def test_ten_a_day_to_one_number(self):
        for half_hour in range(10):
            ask(at=NOON + half_hour * timedelta(minutes=30))
        with self.assertRaises(direct.TooManyToAddress):
            ask(at=NOON + timedelta(hours=23))
        ask(at=NOON + DAY)

    def test_another_number_has_its_own_count(self):
        for _ in range(3):
            ask()
        ask(number(7))
        assert DirectMessage.objects.count() == 4

    def test_one_network_has_its_messages_of_the_day(self):
        for n in range(5):
            ask(number(n), ip=f"203.0.113.{n}")
        with self.assertRaises(direct.TooManyFromNetwork):
            ask(number(99), ip="203.0.113.250")
        ask(number(99), ip="198.51.100.1")
        ask(number(98), at=NOON + DAY, ip="203.0.113.1")

    def test_a_network_is_kept_as_a_hash_alone(self):
        ask(ip="203.0.113.9")
        assert "203.0" not in DirectMessage.objects.get().network_hash
        assert len(DirectMessage.objects.get().network_hash) == 64

    def test_the_day_has_a_budget(self):
        for n in range(40):
            ask(number(n), at=NOON + n * timedelta(minutes=30))
        at_last = NOON + 40 * timedelta(minutes=30)
        with self.assertLogs("notifications.services.direct.limits", "ERROR") as logs:
            with self.assertRaises(direct.TooManyToday):
                ask(number(50), at=at_last)
            with self.assertRaises(direct.TooManyToday):
                ask(number(51), at=at_last)
        assert len(logs.output) == 1
        ask(number(50), at=at_last, channel="zalo")

    @override_settings(DIRECT_LIMITS=LIMITS | {"DAY": 10_000})
    def test_a_rush_stops_at_three_times_the_usual(self):
        # Twelve an hour for a week: 36 are a rush.
        DirectMessage.objects.bulk_create(
            DirectMessage(
                channel="sms",
                purpose="sign_in_code",
                address_hash="x",
                queued_at=NOON - HOUR - timedelta(minutes=5) * n,
                due_at=NOON,
                expires_at=NOON + DAY,
            )
            for n in range(12 * 24 * 7)
        )
        for n in range(36):
            ask(number(n))
        with self.assertRaises(direct.Rush):
            ask(number(99))
        ask(number(99), at=NOON + HOUR)

    def test_what_is_usual_for_nobody_is_no_rush_when_few_ask(self):
        for n in range(20):
            ask(number(n))
        with self.assertRaises(direct.Rush):
            ask(number(99))

    def test_mail_costs_nothing_and_is_not_counted(self):
        for _ in range(30):
            ask("hanh@example.vn", channel="email")
        assert DirectMessage.objects.count() == 30

    def test_a_refusal_writes_nothing(self):
        with self.assertRaises(direct.Refused):
            ask("+4915112345678")
        assert not DirectMessage.objects.exists()


class RaceTests(TransactionTestCase):
    @override_settings(DIRECT_LIMITS=LIMITS)
    def test_twenty_at_once_get_three(self):
        def asked(_n: int) -> bool:
            try:
                ask()
            except direct.TooManyToAddress:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(8) as threads:
            let_through = sum(threads.map(asked, range(20)))
        assert (let_through, DirectMessage.objects.count()) == (3, 3)


@pytest.mark.parametrize("kind", [direct.NotAMobile, direct.TooManyToAddress, direct.Rush])
def test_every_refusal_can_be_caught_as_one(kind):
    assert issubclass(kind, direct.Refused)
