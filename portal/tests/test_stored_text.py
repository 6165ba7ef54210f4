"""What somebody stored is shown as text, never run: page, desk, HTML mail, file (threat T22)."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from customers.models import Account, AccountEvent, StaffRole
from customers.tests.factories import (
    NOON,
    a_case,
    a_link,
    a_member,
    a_unit,
    a_user,
    an_account,
    an_sms_retention,
    opened,
)
from customers.tests.loading import loaded, refusals
from notifications.models import Attempt
from notifications.services import pushing, rendering
from notifications.services.claiming import Claim
from notifications.tests.factories import a_device, a_dispatch, a_notice
from portal.tests.test_canaries import HEADINGS, ROW

PAYLOADS = (
    "<script>alert(1)</script>",
    "</title><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    "<svg/onload=alert(4)>",
    '"><script>alert(5)</script>',
    "' onmouseover='alert(6)",
    '" autofocus onfocus="alert(7)',
    '<a href="javascript:alert(8)">x</a>',
    "<iframe srcdoc='<script>alert(9)</script>'>",
    "<style>*{display:none}</style>",
    "<base href=//example.vn>",
    "<meta http-equiv=refresh content=0;url=//example.vn>",
    "{{7*7}} & <b>",
    "{% debug %} & <b>",
    "${7*7} & <b>",
    '<!--#exec cmd="id"-->',
    "<details open ontoggle=alert(16)>",
    '<math><mi//xlink:href="data:x,<script>alert(17)</script>">',
    "&lt;script&gt;alert(18)&lt;/script&gt;",
    "=cmd|' /C calc'!A0 <b>",
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor() -> Any:
    return a_member(StaffRole.SUPERVISOR)


@pytest.fixture
def desk(supervisor: Any) -> Client:
    client = Client()
    client.force_login(supervisor)
    return client


def assert_text(page: Any, payload: str) -> None:
    """It stands there as it was typed, and nowhere as markup."""
    html = page if isinstance(page, str) else page.content.decode()
    assert escape(payload) in html
    assert payload not in html
    assert "49 &amp; &lt;b&gt;" not in html


def test_there_are_twenty() -> None:
    assert len(set(PAYLOADS)) == 20


@pytest.mark.parametrize("payload", PAYLOADS)
class TestStoredText:
    def test_of_a_name_and_an_address_is_text_at_the_desk_and_to_the_customer(
        self, payload, desk, supervisor
    ):
        account = an_account(holder_name=payload, address=payload)
        holder = a_link(account=account).user
        opened(account, by=supervisor)
        assert_text(desk.get(reverse("admin:customers_account_change", args=[account.pk])), payload)
        customer = Client()
        customer.force_login(holder)
        assert_text(customer.get(reverse("address", args=[account.number])), payload)

    def test_of_a_reason_a_note_and_a_providers_error_is_text_at_the_desk(
        self, payload, desk, supervisor
    ):
        made = an_sms_retention(note=payload, why_no_relative=payload)
        dispatch = a_dispatch(notice=a_notice(account=made.account))
        Attempt.objects.create(dispatch=dispatch, number=1, started_at=NOON, detail=payload)
        opened(made.account, by=supervisor)
        pages = {"customers_arrangement": made.pk, "notifications_dispatch": dispatch.pk}
        for name, key in pages.items():
            assert_text(desk.get(reverse(f"admin:{name}_change", args=[key])), payload)

    def test_of_a_request_is_text_at_the_desk_and_to_the_customer(self, payload, desk, supervisor):
        holder = a_link().user
        account = opened(holder.links.get().account, by=supervisor)
        asked = a_case(account=account, asked_by=holder, asked=payload)
        said = a_case(account=account)
        said.lines.create(kind="answer", text=payload, by=supervisor, at=NOON)
        noted = a_case(account=account)
        noted.lines.create(kind="handed", note=payload, by=supervisor, at=NOON)
        for case in (asked, said, noted):
            page = desk.get(reverse("admin:customers_case_change", args=[case.pk]))
            assert_text(page, payload)
        customer = Client()
        customer.force_login(holder)
        for case in (asked, said):
            assert_text(customer.get(reverse("me_case", args=[case.number])), payload)

    def test_is_no_markup_in_mail(self, payload):
        account = an_account(holder_name=payload)
        for kind in ("linked", "contact_changed", "channel_changed", "device_added", "arranged"):
            event = AccountEvent.objects.create(
                account=account, kind=kind, at=NOON, detail=payload, by=a_user(name=payload)
            )
            notice = a_notice(account=account, kind="security", subject=kind, event=event)
            words = rendering.render(notice=notice, channel="email")
            assert payload not in words.html
            assert "\n" not in words.subject

    def test_of_a_name_is_text_in_a_file(self, payload, desk):
        notice = a_notice(
            account=an_account(holder_name=payload), reach="unreachable", reason="no_channel"
        )
        page = desk.get(reverse("admin:notifications_run_calls", args=[notice.run.pk]))
        text = b"".join(page.streaming_content).decode("utf-8-sig")
        (_headings, row) = csv.reader(io.StringIO(text), delimiter=";")
        assert row[1] == (f"'{payload}" if payload.startswith("=") else payload)

    def test_is_in_no_push_message(self, payload):
        account = an_account(holder_name=payload, address=payload)
        device = a_device(user=a_link(account=account, nickname=payload[:60]).user)
        notice = a_notice(account=account, subject="2026-10")
        sent = a_dispatch(notice=notice, channel="push", address=device.key)
        claim = Claim(
            dispatch=sent.pk, notice=notice.pk, number=1, reference=sent.reference,
            address=device.key, contact=None, crashes=0, confirm_within=None,
        )  # fmt: skip
        message = pushing.messages(claims=[claim], language="vi", at=NOON)[sent.pk]
        assert payload not in str(message)


class TestFiles:
    """What comes by a file of accounts is refused, or cleaned and shown as text."""

    def load(self, **names: str) -> None:
        headings = HEADINGS.split(";")
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerow(headings)
        for serial, (number, name) in enumerate(names.items(), start=1):
            cells = dict(zip(headings, ROW.split(";"), strict=True))
            cells |= {headings[0]: number, headings[1]: name, headings[3]: name}
            cells |= {"Điện thoại": "", "Email": "", "Số công tơ": f"{serial:08}"}
            writer.writerow(cells.values())
        a_unit(code="PE04")
        load = loaded("accounts", out.getvalue().encode(), at=NOON)
        assert load.created >= len(names) / 2, refusals(load)

    def test_are_text_wherever_they_are_shown(self, desk, supervisor):
        names = {f"PE04{number:09d}": text for number, text in enumerate(PAYLOADS)}
        self.load(**names)
        loaded = Account.objects.filter(number__in=names)
        assert loaded.count() >= 10
        for account in loaded:
            opened(account, by=supervisor)
            page = desk.get(reverse("admin:customers_account_change", args=[account.pk]))
            assert_text(page, account.holder_name)
            assert names[account.number] not in page.content.decode()

    def test_lose_the_signs_that_nobody_sees(self):
        odd = "Trần\u202e Thị\u200b Bưởi\ufeff\u2067"
        self.load(PE04000000001=odd)
        account = Account.objects.get(number="PE04000000001")
        assert (account.holder_name, account.address) == ("Trần Thị Bưởi", "Trần Thị Bưởi")


class TestFileNames:
    @pytest.mark.parametrize("payload", PAYLOADS[:4])
    def test_are_shown_as_text(self, payload, desk):
        page = desk.post(
            reverse("admin:billing_bill_import"),
            {"import_file": io.BytesIO(b"x"), "format": "0", "name": payload},
        )
        assert payload not in page.content.decode()


class TestNames:
    def test_that_carry_a_line_break_add_no_header_to_a_mail(self):
        notice = a_notice(account=an_account(holder_name="Hạnh\r\nBcc: x@example.vn"))
        subject = rendering.render(notice=notice, channel="email").subject
        assert "\n" not in subject
        assert "\r" not in subject
