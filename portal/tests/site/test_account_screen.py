"""The account on one screen: what it shows and hides, who may look, and that looks are kept."""

import re
from datetime import date, datetime, timedelta

from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from billing.models import Bill
from billing.tests.factories import a_bill, a_payment
from customers.models import Account, AccountEvent, Arrangement, ContactPoint, Look, StaffRole
from customers.tests.factories import (
    NOON,
    a_case,
    a_contact,
    a_link,
    a_member,
    a_meter,
    a_need,
    a_relative_contact,
    a_unit,
    a_user,
    an_account,
    an_auto_debit,
    an_sms_retention,
    opened,
)
from notifications.models import Channel, Dispatch
from notifications.tests.factories import a_dispatch, a_notice
from portal.site import account_file

Status = Dispatch.Status


HOUR = timedelta(hours=1)


def an_event(account: Account, kind: str, *, at: datetime) -> None:
    AccountEvent.objects.create(account=account, kind=kind, at=at, detail="••••3456")


def screen(account: Account) -> str:
    return reverse("admin:customers_account_change", args=[account.pk])


def reveal(contact: ContactPoint) -> str:
    return reverse("admin:customers_account_reveal", args=[contact.account_id, contact.pk])


class ReadTests(TestCase):
    """The file behind the screen."""

    def setUp(self) -> None:
        self.account = an_account(holder_born_in=1944, reading_day=12)

    def read(self, **options: int) -> account_file.AccountFile:
        return account_file.read(self.account, at=NOON, **options)

    def reach(self) -> dict[str, str]:
        return {one.channel: one.tone for one in self.read().reach}

    def test_says_who_and_where(self):
        a_meter(account=self.account, serial="32493451")
        a_meter(account=self.account, serial="11111111", removed_on=date(2026, 1, 1))
        facts = [value for _label, value in self.read().facts]
        self.assertIn("12/5 Lê Lợi, Phường Bến Thành", facts)
        self.assertIn("32493451", facts)
        self.assertTrue(any("82" in value for value in facts))
        self.assertTrue(any("12" in value for value in facts))

    def test_does_not_guess_what_is_unknown(self):
        self.account = an_account(holder_born_in=None)
        facts = " ".join(value for _label, value in self.read().facts)
        self.assertNotIn("None", facts)

    def test_knows_no_channel_of_an_account_without_contacts(self):
        self.assertEqual(set(self.reach().values()), {"off"})

    def test_tells_channels_that_worked_from_those_that_did_not(self):
        a_contact(account=self.account, kind="zalo")
        a_contact(account=self.account, kind="email")
        a_link(account=self.account)
        notice = a_notice(account=self.account)
        a_dispatch(notice=notice, channel=Channel.ZALO, status=Status.FAILED)
        a_dispatch(notice=notice, channel=Channel.EMAIL, status=Status.DELIVERED, delivered_at=NOON)
        found = self.reach()
        self.assertEqual(found[str(Channel.ZALO.label)], "error")
        self.assertEqual(found[str(Channel.EMAIL.label)], "success")
        self.assertEqual(found[str(Channel.INBOX.label)], "info")
        self.assertEqual(found[str(Channel.SMS.label)], "off")

    def test_believes_the_newest_outcome(self):
        a_contact(account=self.account, kind="zalo")
        old = a_notice(account=self.account, subject="2026-09")
        new = a_notice(account=self.account, subject="2026-10")
        a_dispatch(notice=old, channel=Channel.ZALO, status=Status.DELIVERED, delivered_at=NOON)
        a_dispatch(notice=new, channel=Channel.ZALO, status=Status.FAILED)
        a_dispatch(notice=new, channel=Channel.ZALO, status=Status.QUEUED)
        self.assertEqual(self.reach()[str(Channel.ZALO.label)], "error")

    def test_counts_sms_only_by_an_agreement_in_force_today(self):
        sms = str(Channel.SMS.label)
        made = an_sms_retention(account=self.account, state=Arrangement.State.REQUESTED)
        self.assertEqual(self.reach()[sms], "off")
        Arrangement.objects.filter(pk=made.pk).update(
            state="in_force", decided_by=a_member(StaffRole.SUPERVISOR), ends_on=date(2026, 11, 3)
        )
        self.assertEqual(self.reach()[sms], "info")
        Arrangement.objects.filter(pk=made.pk).update(ends_on=date(2026, 11, 2))
        self.assertEqual(self.reach()[sms], "off")

    def test_counts_no_suspended_contact(self):
        a_contact(account=self.account, kind="zalo", suspended_at=NOON, suspended_why="replaced")
        self.assertEqual(self.reach()[str(Channel.ZALO.label)], "off")

    def test_counts_no_contact_of_a_relative_as_a_way_to_the_holder(self):
        a_contact(account=self.account, kind="zalo", owner="relative")
        self.assertEqual(self.reach()[str(Channel.ZALO.label)], "off")

    def test_counts_no_sms_to_a_suspended_number(self):
        number = a_contact(account=self.account, suspended_at=NOON, suspended_why="replaced")
        an_sms_retention(account=self.account, contact=number)
        self.assertEqual(self.reach()[str(Channel.SMS.label)], "off")

    def test_offers_the_kinds_that_are_not_open_in_their_order(self):
        an_auto_debit(account=self.account, state=Arrangement.State.REQUESTED)
        a_relative_contact(account=self.account, state=Arrangement.State.ENDED)
        self.assertEqual(
            [offer.kind for offer in self.read().offers],
            ["month_end_reading", "relative_contact", "sms_retention"],
        )

    def test_tells_bills_paid_due_and_overdue_apart(self):
        days = {7: date(2026, 8, 5), 8: date(2026, 9, 5), 9: date(2026, 11, 2)}
        for month, due_on in days.items():
            paid_at = NOON if month == 8 else None
            a_bill(
                account=self.account,
                month=date(2026, month, 1),
                due_on=due_on,
                paid_at=paid_at,
                total=1_234_567,
            )
        bills = self.read().bills
        self.assertEqual([bill.tone for bill in bills], ["warning", "success", "error"])
        self.assertEqual(bills[0].total, "1.234.567\u00a0đ")

    def test_shows_one_contact_in_full_and_the_others_masked(self):
        phone = a_contact(account=self.account, value="+84903123456")
        a_contact(account=self.account, kind="email", value="hanh@example.vn")
        values = [contact.value for contact in self.read(revealed=phone.pk).contacts]
        self.assertCountEqual(values, ["0903 123 456", "h•••@example.vn"])
        self.assertIn("••••3456", [contact.value for contact in self.read().contacts])


class TimelineTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account()

    def test_puts_what_comes_above_now_and_what_was_below_newest_first(self):
        bill = a_bill(account=self.account, due_on=date(2026, 11, 9))
        a_payment(bill=bill, paid_at=NOON - timedelta(days=1), amount=1000)
        a_notice(account=self.account, bill=bill)
        an_auto_debit(account=self.account, requested_at=NOON - timedelta(days=9))
        told = account_file.read(self.account, at=NOON).timeline
        self.assertEqual([entry.at.date() for entry in told.coming][-1], date(2026, 11, 9))
        moments = [entry.at for entry in told.coming + told.past]
        self.assertEqual(moments, sorted(moments, reverse=True))
        self.assertEqual(len(told.coming), 2)
        self.assertEqual(len(told.past), 4)

    def test_names_each_dispatch_with_its_end_and_reason_and_no_whole_address(self):
        notice = a_notice(account=self.account)
        a_dispatch(notice=notice, channel=Channel.INBOX, status=Status.ACCEPTED, accepted_at=NOON)
        a_dispatch(
            notice=notice,
            channel=Channel.ZALO,
            address="+84903123456",
            status=Status.FAILED,
            reason="refused_address",
        )
        a_dispatch(
            notice=notice,
            channel=Channel.EMAIL,
            address="hanh@example.vn",
            status=Status.HELD,
            step=2,
        )
        lines = account_file.read(self.account, at=NOON).timeline.past[0].lines
        self.assertEqual([line.tone for line in lines], ["info", "error", "wait"])
        texts = " ".join(line.text for line in lines)
        self.assertIn("••••3456", texts)
        self.assertNotIn("903123456", texts)
        self.assertNotIn("hanh@", texts)
        self.assertTrue(lines[1].why)

    def test_tells_the_life_of_an_arrangement_by_its_steps(self):
        steps = {
            Arrangement.State.REQUESTED: (1, 0),
            Arrangement.State.IN_FORCE: (2, 1),
            Arrangement.State.REFUSED: (2, 0),
            Arrangement.State.UNDONE: (3, 0),
            # Its review is still to come: somebody rings.
            Arrangement.State.EXPIRED: (3, 1),
        }
        for state, (past, coming) in steps.items():
            with self.subTest(state):
                account = an_account()
                an_auto_debit(account=account, state=state)
                told = account_file.read(account, at=NOON).timeline
                self.assertEqual((len(told.past), len(told.coming)), (past, coming))

    def test_tells_what_was_asked_by_when_to_answer_and_what_came_of_it(self):
        due = {"made_at": NOON - HOUR, "due_at": NOON + HOUR}
        lives = (
            ({}, (1, 1)),
            ({"state": "waiting", "owner": a_user(is_staff=True), "taken_at": NOON,
              "waiting_since": NOON}, (1, 0)),
            ({"state": "closed", "outcome": "answered", "closed_at": NOON,
              "closed_by": a_user(is_staff=True)}, (2, 0)),
        )  # fmt: skip
        for life, expected in lives:
            with self.subTest(life.get("state", "new")):
                case = a_case(account=self.account, **due, **life)
                told = account_file.read(self.account, at=NOON, cases=[case]).timeline
                self.assertEqual((len(told.past), len(told.coming)), expected)
                self.assertIn(case.spoken_number, told.past[0].text)

    def test_tells_needs_and_changes_of_who_sees_the_account(self):
        need = a_need(account=self.account, recorded_at=NOON - HOUR)
        an_event(self.account, AccountEvent.Kind.CONTACT_CHANGED, at=NOON - 2 * HOUR)
        an_event(self.account, AccountEvent.Kind.ARRANGED, at=NOON - 2 * HOUR)
        told = account_file.read(self.account, at=NOON, needs=[need]).timeline.past
        self.assertEqual(len(told), 2)
        self.assertIn(str(need.get_kind_display()), told[0].text)
        self.assertIn("••••3456", told[1].text)


class ScreenTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_member(StaffRole.AGENT)
        self.client.force_login(self.agent)
        self.account = opened(an_account(), by=self.agent, page="notice 1", reference="CG-7")

    def test_shows_all_of_it_and_records_the_look(self):
        self.furnish()
        before = timezone.now()
        response = self.client.get(screen(self.account))
        for shown in ("Nguyễn Thị Hạnh", self.account.number, "••••3456", "••••5678", "/arrange/"):
            self.assertContains(response, shown)
        for secret in ("903123456", "19036512345678"):
            self.assertNotContains(response, secret)
        look = Look.objects.latest("pk")
        self.assertEqual(
            (look.user, look.account, look.page), (self.agent, self.account, "account")
        )
        self.assertEqual((look.reason, look.reference), (Look.Reason.CALL, "CG-7"))
        self.assertGreaterEqual(look.at, before)

    def test_asks_the_database_as_often_for_a_full_file_as_for_an_empty_one(self):
        self.client.get(screen(self.account))  # the look is recorded once
        with self.assertNumQueries(52):
            self.client.get(screen(self.account))
        self.furnish()
        with self.assertNumQueries(53):  # one more: the dispatches of the notices
            self.client.get(screen(self.account))
        for month in range(1, 8):
            self.furnish(month=month)
        with self.assertNumQueries(53):
            self.client.get(screen(self.account))

    def furnish(self, month: int = 9) -> None:
        """A bill, its payment and notice, contacts, links and what was arranged."""
        bill = a_bill(account=self.account, month=date(2026, month, 1), paid_at=NOON)
        a_payment(bill=bill)
        notice = a_notice(account=self.account, bill=bill, subject=f"2026-{month:02}")
        for channel in (Channel.INBOX, Channel.ZALO, Channel.EMAIL):
            a_dispatch(notice=notice, channel=channel)
        a_contact(account=self.account, value=f"+849031{month:01}3456")
        a_link(account=self.account, role="household")
        a_meter(account=self.account)
        an_auto_debit(account=self.account, state="in_force" if month == 9 else "ended")

    def test_says_what_is_sent_next_where_and_why_and_writes_nothing(self):
        a_contact(account=self.account, kind="zalo", value="+84903123456")
        a_bill(account=self.account, month=date(2026, 9, 1), paid_at=NOON)
        bills = Bill.objects.count()
        page = self.client.get(screen(self.account))
        first = page.context["coming"][0]
        self.assertTrue(first.why)
        self.assertTrue(any("••••3456" in way.text for way in first.ways))
        self.assertContains(page, first.why)
        self.assertEqual(Bill.objects.count(), bills)

    def test_offers_no_arrangement_to_people_who_only_look(self):
        auditor = a_member(StaffRole.AUDITOR)
        self.client.force_login(auditor)
        opened(self.account, by=auditor)
        self.assertNotContains(self.client.get(screen(self.account)), "/arrange/")

    def test_takes_a_name_as_text(self):
        account = opened(an_account(holder_name="<b>Hạnh</b>"), by=self.agent)
        self.assertContains(self.client.get(screen(account)), "&lt;b&gt;Hạnh&lt;/b&gt;")

    def test_is_kept_by_no_cache(self):
        response = self.client.get(screen(self.account))
        self.assertIn("no-store", response.headers["Cache-Control"])


class RevealTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_member(StaffRole.AGENT)
        self.client.force_login(self.agent)
        self.account = opened(an_account(), by=self.agent, reason="case", reference="YC-12")
        self.contact = a_contact(account=self.account, value="+84903123456")

    def test_shows_the_contact_and_records_which_and_why(self):
        response = self.client.post(reveal(self.contact))
        self.assertContains(response, "0903 123 456")
        look = Look.objects.latest("pk")
        self.assertEqual((look.reason, look.reference), (Look.Reason.CASE, "YC-12"))
        self.assertEqual(look.page, f"contact {self.contact.pk}")
        self.assertEqual(look.user, self.agent)

    def test_needs_a_post_with_its_token(self):
        self.assertEqual(self.client.get(reveal(self.contact)).status_code, 405)
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(self.agent)
        posted = strict.post(reveal(self.contact))
        self.assertEqual(posted.status_code, 403)
        self.assertEqual(Look.objects.count(), 1)

    def test_asks_for_the_reason_where_none_stands(self):
        ago = timezone.now() - timedelta(minutes=61)
        self.account = opened(an_account(), by=self.agent, at=ago)
        self.contact = a_contact(account=self.account, value="+84903123456")
        response = self.client.post(reveal(self.contact), follow=True)
        self.assertNotContains(response, "0903 123 456")
        self.assertContains(response, 'name="reference"')
        self.assertContains(response, "Chưa làm gì cả")
        self.assertEqual(Look.objects.filter(account=self.account).count(), 1)

    def test_shows_no_contact_of_another_account(self):
        stranger = a_contact(value="+84911999888")
        for contact in (stranger.pk, 0, 10**20):
            with self.subTest(contact):
                url = reverse("admin:customers_account_reveal", args=[self.account.pk, contact])
                self.assertEqual(self.client.post(url).status_code, 404)


class AccessTests(TestCase):
    """An agent, an officer of the company, one of another, the holder, nobody."""

    def setUp(self) -> None:
        self.account = an_account(unit=a_unit(code="PE04"))
        self.contact = a_contact(account=self.account)

    def statuses(self) -> tuple[int, int]:
        return (
            self.client.get(screen(self.account)).status_code,
            self.client.post(reveal(self.contact)).status_code,
        )

    def test_is_open_to_staff_and_to_the_own_companys_officer(self):
        own = a_member(StaffRole.OFFICER, unit=self.account.unit)
        for person in (a_member(StaffRole.AGENT), a_member(StaffRole.SUPERVISOR), own):
            self.client.force_login(person)
            opened(self.account, by=person)
            self.assertEqual(self.statuses(), (200, 200))

    def test_is_not_there_for_others_on_the_staff_and_leaves_no_look(self):
        other = a_member(StaffRole.OFFICER, unit=a_unit(code="PE05"))
        for person in (other, a_member(StaffRole.OFFICER), a_user(is_staff=True)):
            self.client.force_login(person)
            self.assertEqual(self.statuses(), (404, 404))
        self.assertFalse(Look.objects.exists())

    def test_looks_the_same_where_there_is_none(self):
        self.client.force_login(a_member(StaffRole.OFFICER, unit=a_unit(code="PE05")))
        hidden, missing = (self.page_of(pk) for pk in (self.account.pk, 987654))
        self.assertEqual(hidden, missing)

    def page_of(self, pk: int) -> str:
        url = reverse("admin:customers_account_change", args=[pk])
        response = self.client.get(url)
        self.assertEqual(response.status_code, 404)
        return re.sub('value="[^"]{64}"', "", response.text.replace(url, ""))

    def test_sends_the_holder_and_nobody_away(self):
        self.assertEqual(self.statuses(), (302, 302))
        holder = a_user()
        a_link(user=holder, account=self.account)
        self.client.force_login(holder)
        self.assertEqual(self.statuses(), (302, 302))
