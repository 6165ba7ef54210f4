import copy
import json
from datetime import timedelta
from unittest import TestCase

import pytest
from django.test import Client

from customers.tests.factories import NOON, a_contact, an_account, an_sms_retention
from notifications.channels.base import MalformedReceipt
from notifications.channels.speedsms import receipts
from notifications.models import Attempt, Receipt
from notifications.services import claiming
from notifications.tests.factories import a_dispatch, a_notice


def report(**fields: object) -> bytes:
    return json.dumps(
        {"type": "report", "tranId": "77", "phone": "84…", "status": 0} | fields
    ).encode()


class ReceiptsTests(TestCase):
    def test_tell_delivery_and_the_end_of_trying(self):
        for status, word in ((0, "delivered"), (64, "failed"), (200, "failed")):
            [found] = receipts(report(status=status), received_at=NOON)
            self.assertEqual((found.status, found.message_id, found.reference), (word, "77", ""))

    def test_are_none_while_it_still_tries(self):
        for body in (report(status=1), report(status=63), report(type="incoming")):
            self.assertEqual(receipts(body, received_at=NOON), [])

    def test_refuse_what_is_no_report(self):
        for body in (b"", b"[]", b"\xff", report(tranId="x" * 81), report(status="x"), b"[" * 9999):
            with self.subTest(body[:20]), self.assertRaises(MalformedReceipt):
                receipts(body, received_at=NOON)


@pytest.fixture
def _speedsms(settings):
    settings.CHANNELS = copy.deepcopy(settings.CHANNELS)
    settings.CHANNELS["sms"] = settings.SMS_PROVIDERS["speedsms"] | {"PER_SECOND": 0}
    settings.SPEEDSMS_CALLBACK_KEY = "simulated"


@pytest.mark.django_db
@pytest.mark.usefixtures("_speedsms")
class TestSwitched:
    def test_a_report_moves_its_message_whether_it_comes_early_twice_or_for_another(self):
        dispatch = a_dispatch(channel="sms", status="accepted", provider_ref="77")
        other = a_dispatch(channel="zalo", status="accepted", provider_ref="78")
        for tran in ("77", "77", "78", "79"):
            answer = Client().post(
                "/hooks/speedsms/simulated/", report(tranId=tran), content_type="application/json"
            )
            assert answer.status_code == 200
        dispatch.refresh_from_db()
        other.refresh_from_db()
        assert (dispatch.status, other.status) == ("delivered", "accepted")
        assert Receipt.objects.count() == 3

    def test_a_report_from_who_does_not_know_the_address_is_nowhere(self, settings):
        for key, path in (("simulated", "guessed"), ("", "x")):
            settings.SPEEDSMS_CALLBACK_KEY = key
            answer = Client().post(
                f"/hooks/speedsms/{path}/", report(), content_type="application/json"
            )
            assert answer.status_code == 404

    def test_what_was_in_doubt_before_the_switch_is_not_repeated(self):
        account = an_account()
        agreed = an_sms_retention(account=account, contact=a_contact(account=account))
        dispatch = a_dispatch(
            notice=a_notice(account=account), channel="sms", contact=agreed.contact, tries=1
        )
        Attempt.objects.create(
            dispatch=dispatch, number=1, started_at=NOON - timedelta(minutes=1), outcome="doubtful"
        )
        assert claiming.claim(channel="sms", at=NOON, limit=5).claims == []
        dispatch.refresh_from_db()
        assert (dispatch.status, dispatch.reason) == ("unknown", "doubtful")
