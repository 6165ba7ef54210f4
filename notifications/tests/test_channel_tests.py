"""The message a customer sends to themselves."""

from datetime import date, timedelta

from django.test import TestCase

from customers.tests.factories import NOON, a_contact, a_link, an_account, an_sms_retention
from notifications.models import Dispatch, Notice
from notifications.services import channel_tests, dispatching
from notifications.tests.fakes import provider

MINUTE = timedelta(minutes=1)


class SendTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.by = a_link(account=self.account).user

    def send(self, channel: str, at=NOON) -> Notice:
        return channel_tests.send(account=self.account, channel=channel, by=self.by, at=at)

    def test_goes_to_one_channel_alone(self):
        a_contact(account=self.account, kind="zalo")
        mail = a_contact(account=self.account, kind="email")
        notice = self.send("email")
        with provider() as fake:
            dispatching.send_batch(channel="email", at=NOON)
        [message] = fake.sent
        self.assertEqual(message.address, mail.value)
        self.assertIn(notice.code, message.text)
        self.assertEqual(Dispatch.objects.get().status, "accepted")

    def test_to_the_inbox_is_there_at_once(self):
        self.send("inbox")
        self.assertEqual(Dispatch.objects.get().status, "accepted")

    def test_asks_for_three_an_hour_at_most(self):
        for minutes in (0, 20, 40):
            self.send("inbox", NOON + minutes * MINUTE)
        with self.assertRaises(channel_tests.TooMany):
            self.send("inbox", NOON + 59 * MINUTE)
        self.send("inbox", NOON + 60 * MINUTE)
        self.assertEqual(Notice.objects.count(), 4)

    def test_counts_each_account_by_itself(self):
        for _ in range(3):
            self.send("inbox")
        self.account = an_account()
        self.assertTrue(self.send("inbox"))

    def test_needs_an_address_that_works(self):
        a_contact(account=self.account, kind="zalo", suspended_at=NOON)
        a_contact(account=self.account, kind="email", owner="relative")
        a_contact(account=self.account, kind="phone")
        for channel in ("zalo", "email", "sms", "push"):
            with self.assertRaises(channel_tests.NoAddress):
                self.send(channel)
        self.assertFalse(Notice.objects.exists())

    def test_by_sms_needs_an_agreement_in_force(self):
        agreement = an_sms_retention(account=self.account)
        self.send("sms")
        self.assertEqual(Dispatch.objects.get().address, agreement.contact.value)
        agreement.ends_on = date(2026, 11, 2)
        agreement.save()
        with self.assertRaises(channel_tests.NoAddress):
            self.send("sms")
