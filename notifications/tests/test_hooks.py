"""Where providers report: what is genuine counts, everything else does no harm."""

import hashlib
import json
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError
from django.test import Client

from notifications.models import Dispatch, Receipt
from notifications.services import receipts
from notifications.simulator.arrivals import Arrival
from notifications.simulator.mail import report
from notifications.tests.factories import a_dispatch

pytestmark = pytest.mark.django_db
ZALO, EMAIL, ESMS = "/hooks/zalo/", "/hooks/email/simulated/", "/hooks/esms/simulated/"


def status() -> str:
    return Dispatch.objects.get().status


def zalo_event(dispatch: Dispatch, **fields: object) -> dict[str, object]:
    message = {
        "msg_id": "m1",
        "tracking_id": dispatch.reference.hex,
        "delivery_time": "1793768400000",
    }
    return {
        "event_name": "user_received_message",
        "app_id": "simulated-app",
        "message": message,
        "timestamp": "1793768400000",
        **fields,
    }


def post_zalo(client: Client, event: object, *, secret: str = "simulated-oa-secret"):
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    stamp = event.get("timestamp", "") if isinstance(event, dict) else ""
    signed = b"simulated-app" + body + str(stamp).encode() + secret.encode()
    return client.post(
        ZALO,
        data=body,
        content_type="application/json",
        headers={"X-ZEvent-Signature": f"mac={hashlib.sha256(signed).hexdigest()}"},
    )


class TestZalo:
    def test_takes_a_signed_delivery(self, client):
        dispatch = a_dispatch(status="accepted")
        assert post_zalo(client, zalo_event(dispatch)).status_code == 200
        assert status() == "delivered"
        assert dispatch.reference.hex in Receipt.objects.get().raw

    def test_takes_it_twice_and_out_of_order_without_harm(self, client):
        dispatch = a_dispatch(status="accepted")
        seen = zalo_event(dispatch, event_name="user_seen_message")
        for event in (seen, zalo_event(dispatch), seen, zalo_event(dispatch)):
            assert post_zalo(client, event).status_code == 200
        assert status() == "seen"
        assert Receipt.objects.count() == 2

    def test_refuses_what_is_not_signed_by_our_account(self, client):
        dispatch = a_dispatch(status="accepted")
        event = zalo_event(dispatch)
        refused = [
            post_zalo(client, event, secret="guessed"),
            client.post(ZALO, data=event, content_type="application/json"),
            client.post(ZALO, data=b"", content_type="application/json"),
            client.get(ZALO),
        ]
        assert {answer.status_code for answer in refused} == {403}
        assert status() == "accepted"
        assert not Receipt.objects.exists()

    @pytest.mark.parametrize(
        "changes",
        [
            {"message": None},
            {"message": {"msg_id": 7, "tracking_id": "x"}},
            {"message": {"msg_id": "m", "tracking_id": ["x"]}},
            {"message": {}},
        ],
    )
    def test_refuses_a_malformed_event_although_it_is_signed(self, client, changes):
        event = zalo_event(a_dispatch(status="accepted")) | changes
        assert post_zalo(client, event).status_code == 400
        assert status() == "accepted"

    @pytest.mark.parametrize("name", ["follow", "unfollow", "something_new", None, 7])
    def test_takes_note_of_no_other_event(self, client, name):
        dispatch = a_dispatch(status="accepted")
        assert post_zalo(client, zalo_event(dispatch, event_name=name)).status_code == 200
        assert status() == "accepted"

    def test_refuses_a_body_beyond_all_measure(self, client):
        big = zalo_event(a_dispatch()) | {"padding": "x" * 70_000}
        assert post_zalo(client, big).status_code == 403

    def test_keeps_a_receipt_that_cannot_be_applied_at_once(self, client):
        dispatch = a_dispatch(status="accepted")
        with patch.object(receipts.routing, "climb", side_effect=DatabaseError):
            assert post_zalo(client, zalo_event(dispatch)).status_code == 200
        assert status() == "accepted"
        assert receipts.apply_parked(at=Receipt.objects.get().received_at) == 1
        assert status() == "delivered"


class TestEsms:
    def query(self, dispatch: Dispatch, **fields: str) -> str:
        values = {"SMSID": "s1", "SendStatus": "5", "SendSuccess": "1", "SendFailed": "0"}
        return "?" + urlencode({**values, "RequestId": dispatch.reference.hex, **fields})

    def test_takes_a_delivery_from_who_knows_the_address(self, client):
        dispatch = a_dispatch(channel="sms", status="accepted")
        assert client.get(ESMS + self.query(dispatch)).status_code == 200
        assert status() == "delivered"

    def test_takes_a_failure(self, client):
        dispatch = a_dispatch(channel="sms", status="accepted")
        client.get(ESMS + self.query(dispatch, SendSuccess="0", SendFailed="1"))
        assert status() == "failed"

    def test_does_not_exist_for_anybody_else(self, client):
        dispatch = a_dispatch(channel="sms", status="accepted")
        wrong = "/hooks/esms/guessed/" + self.query(dispatch)
        assert client.get(wrong).status_code == 404
        assert status() == "accepted"

    @pytest.mark.parametrize("state", ["7", "99", "", "5x"])
    def test_waits_for_the_last_word(self, client, state):
        dispatch = a_dispatch(channel="sms", status="accepted")
        assert client.get(ESMS + self.query(dispatch, SendStatus=state)).status_code == 200
        assert status() == "accepted"

    @pytest.mark.parametrize("sms_id", ["", "\x00", "x" * 300])
    def test_refuses_a_call_without_a_plain_id(self, client, sms_id):
        dispatch = a_dispatch(channel="sms", status="accepted")
        assert client.get(ESMS + self.query(dispatch, SMSID=sms_id)).status_code == 400

    def test_moves_no_message_of_another_provider(self, client):
        dispatch = a_dispatch(channel="zalo", status="accepted")
        assert client.get(ESMS + self.query(dispatch)).status_code == 200
        assert status() == "accepted"


class TestEmail:
    def post(self, client: Client, dispatch: Dispatch, *, failed: bool, url: str = EMAIL):
        arrival = Arrival(
            channel="smtp",
            address=dispatch.address,
            reference=dispatch.reference.hex,
            message_id=f"{dispatch.reference.hex}@example.vn",
            scenario="ok",
        )
        content = report(arrival, failed=failed)
        return client.post(url, data=content, content_type="message/rfc822")

    def test_takes_a_delivery_report(self, client):
        dispatch = a_dispatch(channel="email", status="accepted")
        assert self.post(client, dispatch, failed=False).status_code == 200
        assert status() == "delivered"

    def test_retires_an_address_that_bounces(self, client):
        dispatch = a_dispatch(channel="email", status="accepted")
        self.post(client, dispatch, failed=True)
        dispatch.contact.refresh_from_db()
        assert (status(), dispatch.contact.suspended_why) == ("failed", "5.1.1")

    def test_does_not_exist_for_anybody_else(self, client):
        dispatch = a_dispatch(channel="email", status="accepted")
        answer = self.post(client, dispatch, failed=True, url="/hooks/email/guessed/")
        assert answer.status_code == 404
        assert status() == "accepted"

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"Subject: hello\n\nnot a report"])
    def test_refuses_what_is_no_report(self, client, content):
        answer = client.post(EMAIL, data=content, content_type="message/rfc822")
        assert answer.status_code == 400

    def test_refuses_a_body_beyond_all_measure(self, client):
        answer = client.post(EMAIL, data=b"x" * 70_000, content_type="message/rfc822")
        assert answer.status_code == 413
