"""Whether a contact is still the customer's: the notice, and what it counts for meanwhile."""

from datetime import timedelta

import pytest
from django.test import TestCase

from customers.models import ContactCheck, ContactPoint
from customers.services import contact_checks, contact_points, events
from customers.tests.factories import (
    NOON,
    a_contact,
    a_contact_check,
    a_member,
    a_relative_contact,
    an_account,
)
from notifications.models import Dispatch, Kind, Notice
from notifications.services import claiming, planning, rendering, sweeping
from notifications.services.planning.rounds import go_on
from notifications.tests.factories import a_notice, a_run
from notifications.values import VALUES

DAY = timedelta(days=1)
LONG_AGO = NOON - 735 * DAY
CHANNELS = ("inbox", "zalo", "email", "sms")


def notices() -> list[Notice]:
    return list(Notice.objects.filter(kind=Kind.CONTACT_CHECK).order_by("pk"))


def planned(kind: str, account, **fields) -> dict[str, tuple[str, str]]:
    """Where a notice of this kind goes, outside of the inbox, and why."""
    notice = a_notice(account=account, kind=kind, run=a_run(kind=kind, subject="x"), **fields)
    go_on(notice.run, at=NOON)
    found = Dispatch.objects.filter(notice=notice).exclude(channel="inbox")
    return {one.address: (one.status, one.reason) for one in found}


class PlanTests(TestCase):
    def test_asks_once_and_a_rerun_adds_nothing(self):
        account = an_account()
        a_contact(account=account, kind="email", verified_at=LONG_AGO)
        planning.plan_hourly(at=NOON)
        [notice] = notices()
        self.assertEqual(notice.account, account)
        self.assertEqual(notice.contact_check, ContactCheck.objects.get())
        self.assertTrue(Dispatch.objects.filter(notice=notice, channel="email").exists())
        for later in (NOON, NOON + 2 * DAY, NOON + 60 * DAY):
            self.assertEqual(planning.plan_hourly(at=later), [])
        self.assertEqual(len(notices()), 1)

    def test_asks_about_what_was_loaded_long_ago_and_never_proven(self):
        account = an_account()
        mail = a_contact(account=account, kind="email", known_since=LONG_AGO)
        planning.plan_hourly(at=NOON)
        [notice] = notices()
        self.assertTrue(Dispatch.objects.filter(notice=notice, address=mail.value).exists())
        late = planned(Kind.PAYMENT_RECEIVED, account)
        self.assertEqual(late[mail.value], ("queued", ""))
        ContactCheck.objects.update(due_on=NOON.date() - DAY)
        late = planned(Kind.READING_SCHEDULE, account)
        self.assertEqual(late[mail.value], ("suppressed", "not_confirmed"))

    def test_asks_nobody_whose_contact_was_proven_lately(self):
        a_contact(kind="email", verified_at=NOON - 100 * DAY)
        planning.plan_hourly(at=NOON)
        self.assertEqual(notices(), [])

    def test_tells_no_relative(self):
        account = an_account()
        relative = a_relative_contact(account=account).contact
        a_contact(account=account, kind="email", verified_at=LONG_AGO)
        planning.plan_hourly(at=NOON)
        self.assertFalse(Dispatch.objects.filter(address=relative.value).exists())

    def test_is_sent_no_more_once_it_was_answered(self):
        a_contact(kind="email", verified_at=LONG_AGO)
        planning.plan_hourly(at=NOON)
        contact_checks.confirm_by_call(
            check=ContactCheck.objects.get(), by=a_member("agent"), reference="CG-1",
            recognised="counter", at=NOON,
        )  # fmt: skip
        claiming.claim(channel="email", at=NOON + DAY, limit=10)
        dispatch = Dispatch.objects.get(channel="email")
        self.assertEqual((dispatch.status, dispatch.reason), ("cancelled", "answered"))

    def test_rings_nobody_who_has_answered(self):
        check = a_contact_check()
        a_notice(account=check.account, kind=Kind.CONTACT_CHECK, contact_check=check,
                 reach="unreachable")  # fmt: skip
        contact_points.disown(contact=check.contact, by=None, at=NOON)
        sweeping._end_settled()
        [notice] = notices()
        self.assertEqual((notice.reach, notice.reason), ("ended", "answered"))


class LastWordTests(TestCase):
    """What one agent's word stops is told so, at the very contact, and then no more."""

    def setUp(self) -> None:
        self.account = an_account()

    def stopped(self, contact: ContactPoint) -> Notice:
        check = a_contact_check(contact=contact)
        contact_checks.deny(
            check=check, by=a_member("agent"), reference="x", recognised="call_back", at=NOON
        )
        planning.plan_urgent(at=NOON)
        return Notice.objects.get(account=self.account, kind=Kind.SECURITY)

    def assert_told_once(self, contact: ContactPoint, notice: Notice, *, channel: str) -> None:
        told = Dispatch.objects.get(notice=notice, address=contact.value, channel=channel)
        self.assertEqual((told.status, told.reason), ("queued", ""))
        [claimed] = claiming.claim(channel=channel, at=NOON, limit=10).claims
        self.assertEqual(claimed.address, contact.value)
        said = rendering.render(notice=notice, channel=channel).text
        self.assertIn("1900 54 54 54", said)
        self.assertNotIn(contact.value, said)
        later = events.record(account=self.account, kind="exported", at=NOON)
        planning.plan_urgent(at=NOON)
        to_it = Dispatch.objects.filter(notice__event=later, address=contact.value)
        self.assertFalse(to_it.exclude(status="suppressed").exists())

    def test_goes_to_the_mailbox(self):
        mail = a_contact(account=self.account, kind="email", verified_at=LONG_AGO)
        self.assert_told_once(mail, self.stopped(mail), channel="email")

    def test_goes_to_the_phone_by_sms(self):
        phone = a_contact(account=self.account, verified_at=LONG_AGO)
        self.assert_told_once(phone, self.stopped(phone), channel="sms")

    def test_is_not_for_who_was_stopped_before(self):
        before = a_contact(
            account=self.account, kind="email", verified_at=LONG_AGO,
            suspended_at=NOON - DAY, suspended_why="not_mine",
        )  # fmt: skip
        notice = self.stopped(a_contact(account=self.account, verified_at=LONG_AGO))
        told = Dispatch.objects.get(notice=notice, address=before.value)
        self.assertEqual(told.reason, "suspended")


class MeanwhileTests(TestCase):
    """Until it is confirmed, the contact counts for less, and never for nothing."""

    def setUp(self) -> None:
        self.account = an_account()

    def test_comes_after_one_that_was_proven_lately(self):
        a_contact(account=self.account, kind="email", value="cu@example.vn", verified_at=LONG_AGO)
        a_contact(account=self.account, kind="email", value="moi@example.vn", verified_at=NOON)
        went = planned(Kind.BILL_ISSUED, self.account)
        self.assertEqual(went["moi@example.vn"][0], "queued")
        self.assertEqual(went["cu@example.vn"][0], "held")

    def test_is_told_everything_until_the_last_day_to_answer(self):
        a_contact_check(contact=self.mail(), due_on=NOON.date())
        self.assertEqual(self.sent(Kind.PAYMENT_RECEIVED), ("queued", ""))

    def test_is_told_what_the_law_requires_and_nothing_else_after_it(self):
        check = a_contact_check(contact=self.mail(), due_on=NOON.date() - DAY)
        self.assertEqual(self.sent(Kind.BILL_ISSUED), ("queued", ""))
        # With its whole code a stranger could stop the holder's login.
        self.assertEqual(self.sent(Kind.SECURITY), ("suppressed", "not_confirmed"))
        self.assertEqual(self.sent(Kind.CONTACT_CHECK, contact_check=check), ("queued", ""))
        self.assertEqual(self.sent(Kind.READING_SCHEDULE), ("suppressed", "not_confirmed"))
        contact_checks.confirm_by_call(
            check=check, by=a_member("agent"), reference="CG-1", recognised="counter", at=NOON
        )
        self.assertEqual(self.sent(Kind.UNPLANNED_OUTAGE), ("queued", ""))

    def test_covers_zalo_on_the_same_number_and_no_other_contact(self):
        phone = a_contact(account=self.account, verified_at=LONG_AGO)
        a_contact(account=self.account, kind="zalo", value=phone.value)
        other = a_contact(account=self.account, kind="email")
        a_contact_check(contact=phone, due_on=NOON.date() - DAY)
        went = planned(Kind.PAYMENT_RECEIVED, self.account)
        self.assertEqual(went[phone.value], ("suppressed", "not_confirmed"))
        self.assertEqual(went[other.value], ("queued", ""))

    def mail(self) -> ContactPoint:
        return a_contact(
            account=self.account, kind="email", value="cu@example.vn", verified_at=LONG_AGO
        )

    def sent(self, kind: str, **fields) -> tuple[str, str]:
        return planned(kind, self.account, **fields)["cu@example.vn"]


class WordsTests(TestCase):
    def test_ask_about_the_contact_and_say_until_when(self):
        check = a_contact_check()
        notice = a_notice(account=check.account, kind=Kind.CONTACT_CHECK, contact_check=check)
        for channel in CHANNELS:
            said = rendering.render(notice=notice, channel=channel).text
            self.assertIn(check.contact.value[-4:], said, channel)
            self.assertIn(f"{check.due_on:%d/%m/%Y}", said, channel)

    def test_name_no_whole_address(self):
        contact = a_contact(kind="email", value="hanh.nguyen@example.vn", verified_at=LONG_AGO)
        notice = a_notice(account=contact.account, kind=Kind.CONTACT_CHECK,
                          contact_check=a_contact_check(contact=contact))  # fmt: skip
        for channel in CHANNELS:
            words = rendering.render(notice=notice, channel=channel)
            self.assertNotIn("nguyen@", words.text + words.subject, channel)
            self.assertIn("chữ h" if channel != "sms" else "chu h", words.text, channel)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(VALUES))
def test_no_notice_shows_more_than_the_last_four_of_a_customer_code_or_a_phone(kind):
    """T35: also the heading, and the form in which a mail shows it."""
    account = an_account(number="PE04019876543")
    phone = a_contact(account=account, value="+84907654321", verified_at=LONG_AGO)
    fields = {}
    if kind == Kind.CONTACT_CHECK:
        fields["contact_check"] = a_contact_check(contact=phone)
    notice = a_notice(account=account, kind=kind, **fields)
    for channel, language in (*((one, "vi") for one in CHANNELS), ("inbox", "en")):
        words = rendering.render(notice=notice, channel=channel, language=language)
        said = f"{words.subject} {words.text} {words.html}"
        assert account.number[-4:] in said or kind == Kind.TEST_MESSAGE, channel
        for secret in (account.number, phone.value):
            assert secret[-5:] not in said, (channel, language)
