"""The customer's pages about notices: who opens them, what they record, what they refuse."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.tests.factories import a_bill
from customers.models import AccountEvent, AccountLink, Arrangement
from customers.tests.factories import a_contact, a_link, a_superuser, an_account, an_arrangement
from customers.tests.pages import in_english
from notifications.models import Channel, Dispatch, Kind, Notice, Preference, WordingChange
from notifications.services import dispatching, planning, preferences
from notifications.tests.factories import a_dispatch, a_notice
from notifications.tests.fakes import provider

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|/accounts/\w+/')


def without_token(page: Any) -> bytes:
    """The page without its form tokens and its own address, which differ every time."""
    return TOKEN.sub(b"", page.content)


class PagesTestCase(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.account = an_account()
        cls.holder = a_link(account=cls.account).user
        cls.relative = a_link(account=cls.account, role=AccountLink.Role.RELATIVE).user
        cls.viewer = a_link(account=cls.account, role=AccountLink.Role.VIEWER).user
        cls.stranger = a_link().user
        cls.staff = a_superuser()
        a_contact(account=cls.account, kind="zalo", value="+84903123456")
        a_contact(account=cls.account, kind="email")
        bill = a_bill(account=cls.account)
        planning.plan_bills(month=bill.month, at=NOW)
        cls.notice = Notice.objects.get()

    def setUp(self) -> None:
        patcher = patch("django.utils.timezone.now", return_value=NOW)
        patcher.start()
        self.addCleanup(patcher.stop)

    def get(self, user: Any, name: str, *args: str, **headers: str) -> Any:
        self.client.force_login(user)
        return self.client.get(reverse(name, args=args), headers=headers)


class AccessTests(PagesTestCase):
    def test_opens_notices_to_holder_and_relative_and_to_nobody_else(self) -> None:
        pages = [("notice", self.notice.code), ("account_notices", self.account.number)]
        for page in pages:
            for user in (self.holder, self.relative):
                self.assertEqual(self.get(user, *page).status_code, 200, page)
            for user in (self.viewer, self.stranger, self.staff):
                self.assertEqual(self.get(user, *page).status_code, 404, page)

    def test_opens_preferences_and_people_only_to_who_may_change(self) -> None:
        for name in ("account_preferences", "people"):
            self.assertEqual(self.get(self.holder, name, self.account.number).status_code, 200)
            for user in (self.relative, self.viewer, self.stranger, self.staff):
                found = self.get(user, name, self.account.number)
                self.assertEqual(found.status_code, 404, name)

    def test_answers_not_mine_like_not_there(self) -> None:
        self.client.force_login(self.stranger)
        mine = self.client.get(reverse("account_notices", args=[self.account.number]))
        none = self.client.get(reverse("account_notices", args=["PE01000099999"]))
        self.assertEqual(without_token(mine), without_token(none))

    def test_asks_who_is_nobody_to_sign_in(self) -> None:
        for name, args in (("inbox", []), ("notice", ["X"]), ("preferences", [])):
            self.assertEqual(self.client.get(reverse(name, args=args)).status_code, 302)


class InboxTests(PagesTestCase):
    def test_lists_what_was_told_and_marks_what_is_new(self) -> None:
        page = self.get(self.holder, "inbox")
        self.assertContains(page, 'class="new"', count=1)

    def test_records_that_a_notice_was_seen(self) -> None:
        self.get(self.holder, "notice", self.notice.code)
        self.notice.refresh_from_db()
        self.assertEqual((self.notice.reach, self.notice.read_at), (Notice.Reach.SEEN, NOW))

    def test_records_nothing_for_a_browser_that_fetches_ahead_or_only_asks_the_head(self) -> None:
        self.get(self.holder, "notice", self.notice.code, **{"Sec-Purpose": "prefetch"})
        self.client.head(reverse("notice", args=[self.notice.code]))
        self.notice.refresh_from_db()
        self.assertIsNone(self.notice.read_at)

    def test_records_nothing_when_a_relative_opens_it(self) -> None:
        self.get(self.relative, "notice", self.notice.code)
        self.notice.refresh_from_db()
        self.assertIsNone(self.notice.read_at)

    def test_keeps_the_moment_of_the_first_look(self) -> None:
        self.get(self.holder, "notice", self.notice.code)
        with patch("django.utils.timezone.now", return_value=NOW + timedelta(days=1)):
            self.get(self.holder, "notice", self.notice.code)
        self.notice.refresh_from_db()
        self.assertEqual(self.notice.read_at, NOW)

    def test_says_why_it_was_sent(self) -> None:
        in_english(self.client)
        page = self.get(self.relative, "notice", self.notice.code)
        self.assertContains(page, "The law or your contract requires us to tell you this.")
        self.assertContains(page, "Only if the ways before it do not arrive.")

    def test_shows_a_kind_without_words_of_its_own(self) -> None:
        notice = a_notice(account=self.account, kind=Kind.SERVICE_FEE, subject="2026-11")
        a_dispatch(notice=notice, channel=Channel.INBOX, status="accepted")
        self.assertContains(self.get(self.holder, "inbox"), str(Kind.SERVICE_FEE.label))
        self.assertEqual(self.get(self.holder, "notice", notice.code).status_code, 200)

    def test_tells_the_ways_it_took_without_showing_whole_addresses(self) -> None:
        page = self.get(self.holder, "notice", self.notice.code)
        self.assertContains(page, "3456")
        self.assertNotContains(page, "903123456")

    def test_costs_the_same_queries_for_any_number_of_notices(self) -> None:
        self.client.force_login(self.holder)
        url = reverse("inbox")
        with self.assertNumQueries(7):
            self.client.get(url)
        for month in range(1, 9):
            bill = a_bill(account=self.account, month=datetime(2026, month, 1).date())
            planning.plan_bills(month=bill.month, at=NOW)
        with self.assertNumQueries(7):
            self.client.get(url)


def _kinds(group: Any) -> list[str]:
    return [question.kind for question in group.questions]


class PreferencesTests(PagesTestCase):
    def post(self, **answers: Any) -> Any:
        self.client.force_login(self.holder)
        url = reverse("account_preferences", args=[self.account.number])
        return self.client.post(url, {"version": "", **answers}, follow=True)

    def test_saves_only_answers_that_differ(self) -> None:
        everything = {kind.value: ["zalo", "email"] for kind in Kind}
        self.post(**{**everything, "bill_issued": ["zalo"]})
        saved = [(row.kind, row.channel, row.wanted) for row in Preference.objects.all()]
        self.assertEqual(saved, [("bill_issued", "email", False)])

    def test_writes_down_a_change_and_nothing_where_there_is_none(self) -> None:
        self.post(bill_issued=["zalo"])
        self.post(bill_issued=["zalo"], version=preferences.version(self.account))
        events = AccountEvent.objects.filter(account=self.account, kind="channel_changed")
        self.assertEqual([event.by for event in events], [self.holder])

    def test_never_switches_sms_on_without_an_agreement(self) -> None:
        self.post(bill_issued=["sms", "zalo"])
        self.assertFalse(Preference.objects.filter(channel="sms").exists())

    def test_offers_sms_by_agreement(self) -> None:
        an_arrangement(Arrangement.Kind.SMS_RETENTION, account=self.account)
        page = self.get(self.holder, "account_preferences", self.account.number)
        self.assertContains(page, 'value="sms"')

    def test_says_of_each_group_of_kinds_in_a_line_where_it_is_told(self) -> None:
        page = self.post(**{kind.value: ["zalo", "email"] for kind in Kind if kind != "survey"})
        lines = {kind: group.line for group in page.context["groups"] for kind in _kinds(group)}
        self.assertEqual(set(lines), set(preferences.CHOSEN))
        self.assertEqual(lines[Kind.BILL_ISSUED], "Zalo, Email")
        self.assertIn("1 loại: chỉ mục Thông báo", lines[Kind.SURVEY])

    def test_warns_when_another_tab_saved_meanwhile_and_keeps_what_it_saved(self) -> None:
        self.post(bill_issued=["zalo"])
        saved = list(Preference.objects.values_list("kind", "channel", "wanted"))
        page = self.post(bill_issued=["email"])
        self.assertEqual(len(page.context["messages"]), 1)
        self.assertEqual(saved, list(Preference.objects.values_list("kind", "channel", "wanted")))

    def test_keeps_what_was_ticked_when_another_tab_saved_meanwhile(self) -> None:
        self.post(bill_issued=["zalo"])
        page = self.post(bill_issued=["email"])
        boxes = {box["channel"]: box["checked"] for box in page.context["questions"][0].boxes}
        self.assertEqual(boxes, {"zalo": False, "email": True})
        self.post(version=page.context["version"], bill_issued=["email"])
        wanted = Preference.objects.get(kind="bill_issued", channel="email").wanted
        self.assertTrue(wanted)

    def test_keeps_one_way_for_what_the_law_wants_told_and_says_so(self) -> None:
        page = self.post()
        question = page.context["questions"][0]
        self.assertEqual(question.kind, Kind.BILL_ISSUED)
        self.assertIn("Zalo", question.rule)

    def test_sends_a_test_message_three_times_an_hour(self) -> None:
        self.client.force_login(self.holder)
        url = reverse("send_test", args=[self.account.number])
        for _time in range(5):
            self.client.post(url, {"channel": "zalo"})
        self.assertEqual(Notice.objects.filter(kind=Kind.TEST_MESSAGE).count(), 3)

    def test_shows_what_became_of_a_test_message(self) -> None:
        self.client.force_login(self.holder)
        self.client.post(reverse("send_test", args=[self.account.number]), {"channel": "zalo"})
        page = self.get(self.holder, "account_preferences", self.account.number)
        [test] = page.context["tests"]
        self.assertEqual((test.sent_at, test.step.address), (NOW, "••••3456"))

    def test_sends_no_test_where_nothing_works(self) -> None:
        self.client.force_login(self.holder)
        url = reverse("send_test", args=[self.account.number])
        for channel in ("sms", "push", "pigeon", ""):
            self.assertEqual(self.client.post(url, {"channel": channel}).status_code, 302)
        self.assertFalse(Notice.objects.filter(kind=Kind.TEST_MESSAGE).exists())


class VerifyTests(PagesTestCase):
    def ask(self, code: str) -> Any:
        return self.client.post(reverse("verify_notice"), {"code": code})

    def test_says_yes_to_a_code_of_ours_however_it_is_typed(self) -> None:
        code = self.notice.code
        for typed in (code, code.lower(), f" {code[:4]}-{code[4:]} "):
            self.assertContains(self.ask(typed), 'role="status"')

    def test_says_no_to_any_other_text_and_never_fails(self) -> None:
        for typed in ("ABCD2345", "x" * 5000, "' OR 1=1", "\0", "%", "<script>"):
            answer = self.ask(typed)
            self.assertEqual(answer.status_code, 200)
            self.assertNotContains(answer, 'role="status"')

    def test_says_what_was_written_so_that_a_changed_message_is_found_out(self) -> None:
        with provider() as fake:
            dispatching.send_batch(channel="zalo", at=NOW)
        [message] = fake.sent
        self.assertContains(self.ask(self.notice.code), message.text)
        self.assertNotContains(self.ask("ABCD2345"), "Tiền điện")

    def test_says_of_a_mail_its_heading_alone(self) -> None:
        Dispatch.objects.filter(channel="email").update(status="queued", due_at=NOW)
        with provider() as fake:
            dispatching.send_batch(channel="email", at=NOW)
        [message] = fake.sent
        answer = self.ask(self.notice.code)
        self.assertContains(answer, message.subject)
        self.assertNotContains(answer, "kWh")

    def test_asks_the_database_as_much_for_an_unknown_code(self) -> None:
        self.ask(self.notice.code)
        counts = []
        for code in (self.notice.code, "ABCD2345"):
            with CaptureQueriesContext(connection) as queries:
                self.ask(code)
            counts.append(len(queries))
        self.assertEqual(*counts)

    def test_reveals_neither_person_nor_account(self) -> None:
        change = WordingChange.objects.create(
            kind="bill_issued", channel="zalo", language="vi", starts_at=NOW, made_at=NOW,
            text="{{ customer_name }}: {{ total }}, {{ code }}", why="x", state="approved",
            made_by=self.holder, decided_by=self.staff, decided_at=NOW,
        )  # fmt: skip
        with provider() as fake:
            dispatching.send_batch(channel="zalo", at=NOW)
        self.assertIn(self.account.holder_name, fake.sent[0].text)
        answer = self.ask(self.notice.code)
        self.assertContains(answer, "…: ")
        self.assertTrue(change.pk)
        for secret in (self.account.number, self.account.holder_name, self.account.address):
            self.assertNotContains(answer, secret)

    def test_slows_down_whoever_guesses(self) -> None:
        answers = [self.ask("ABCD2345").status_code for _time in range(61)]
        self.assertEqual((answers[0], answers[-1]), (200, 429))

    def test_slows_down_whoever_guesses_from_all_addresses_of_one_line(self) -> None:
        answers = [
            self.client.post(
                reverse("verify_notice"),
                {"code": "ABCD2345"},
                REMOTE_ADDR=f"2001:db8:1:2::{number:x}",
            ).status_code
            for number in range(1, 62)
        ]
        self.assertEqual((answers[0], answers[-1]), (200, 429))


class TimeTests(PagesTestCase):
    def test_keeps_test_messages_of_an_hour_ago_out_of_the_count(self) -> None:
        self.client.force_login(self.holder)
        url = reverse("send_test", args=[self.account.number])
        for hours in (0, 0, 0, 2):
            with patch("django.utils.timezone.now", return_value=NOW + timedelta(hours=hours)):
                self.client.post(url, {"channel": "zalo"})
        self.assertEqual(Notice.objects.filter(kind=Kind.TEST_MESSAGE).count(), 4)
