"""The staff's tables of notices: who sees what, and what an action does."""

from datetime import timedelta

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import StaffRole
from customers.tests.factories import NOON, a_link, a_member, a_unit, an_account, opened
from notifications.models import Attempt, Channel, ChannelState, KindPolicy, Run
from notifications.tests.factories import a_dispatch, a_notice, an_outage

LISTS = ["notice", "dispatch", "run", "outage"]


def url_of(model: str, view: str = "changelist", *args) -> str:
    return reverse(f"admin:notifications_{model}_{view}", args=args)


class NoticeTests(TestCase):
    def setUp(self) -> None:
        self.notice = a_notice(account=an_account(unit=a_unit(code="PE04"), holder_name="Đỗ Yến"))
        self.dispatch = a_dispatch(notice=self.notice, reason="fallback", status="failed")
        Attempt.objects.create(dispatch=self.dispatch, number=1, started_at=NOON, detail="-118")
        an_outage()

    def test_are_open_to_agents_and_closed_to_customers(self):
        for person, status in [
            (a_member(StaffRole.AGENT), 200),
            (a_link(account=self.notice.account).user, 302),
        ]:
            self.client.force_login(person)
            for model in LISTS:
                self.assertEqual(self.client.get(url_of(model)).status_code, status, model)

    def test_of_another_company_do_not_exist_for_an_officer(self):
        self.client.force_login(a_member(StaffRole.OFFICER, unit=a_unit(code="PE01")))
        self.assertNotContains(self.client.get(url_of("notice")), "Đỗ Yến")
        for model, pk in [("notice", self.notice.pk), ("dispatch", self.dispatch.pk)]:
            self.assertEqual(self.client.get(url_of(model, "change", pk)).status_code, 302)

    def test_show_the_decision_step_by_step_with_what_was_said(self):
        auditor = a_member(StaffRole.AUDITOR)
        self.client.force_login(auditor)
        opened(self.notice.account, by=auditor)
        page = self.client.get(url_of("notice", "change", self.notice.pk))
        for words in (
            self.notice.code,
            str(self.dispatch.get_reason_display()),
            self.dispatch.address[-4:],
        ):
            self.assertContains(page, words)
        self.assertNotContains(page, self.dispatch.address)
        self.assertContains(self.client.get(url_of("dispatch", "change", self.dispatch.pk)), "-118")

    def test_cannot_be_edited_by_anybody(self):
        self.client.force_login(a_member(StaffRole.SUPERVISOR))
        answer = self.client.post(url_of("notice", "change", self.notice.pk), {"reach": "seen"})
        self.assertEqual(answer.status_code, 403)

    def test_are_listed_with_a_constant_number_of_queries(self):
        self.client.force_login(a_member(StaffRole.SUPERVISOR))
        self.client.get(url_of("notice"))
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                self.client.get(url_of("notice"))
            counts.append(len(queries))
            for _ in range(5):
                a_dispatch()
        self.assertEqual(*counts)

    def test_answer_nothing_about_columns_that_are_not_offered(self):
        self.client.force_login(a_member(StaffRole.SUPERVISOR))
        for query in ("account__holder_name__startswith=Đ", "bill__total__gt=1", "code__lt=M"):
            answer = self.client.get(f"{url_of('notice')}?{query}")
            self.assertIn(answer.status_code, {302, 400}, query)


class PolicyTests(TestCase):
    def test_is_edited_by_supervisors_alone(self):
        url = url_of("kindpolicy", "change", "bill_issued")
        form = {
            "legal_class": "statutory",
            "priority": "5",
            "channels_0": "inbox",
            "channels_1": "email",
            "channels_2": "",
            "channels_3": "zalo",
            "useful_for_0": "40",
            "useful_for_1": "1440",
            "confirm_within_0": "12",
            "confirm_within_1": "60",
        }
        for role, status in [(StaffRole.AUDITOR, 403), (StaffRole.AGENT, 403)]:
            self.client.force_login(a_member(role))
            self.assertEqual(self.client.post(url, form).status_code, status)
        self.client.force_login(a_member(StaffRole.SUPERVISOR))
        self.assertEqual(self.client.post(url, form).status_code, 302)
        policy = KindPolicy.objects.get(kind="bill_issued")
        self.assertEqual(policy.channels, ["inbox", "email", "zalo"])
        self.assertEqual(policy.priority, 5)
        self.assertEqual(policy.useful_for, timedelta(days=40))
        self.assertEqual(policy.confirm_within, timedelta(hours=12))

    def test_says_times_in_words(self):
        self.client.force_login(a_member(StaffRole.SUPERVISOR))
        self.assertContains(self.client.get(url_of("kindpolicy")), "24 giờ")
        url = url_of("kindpolicy", "change", "bill_issued")
        self.assertContains(self.client.get(url), 'value="45"')

    def test_shows_each_step_of_the_channels_in_words(self):
        self.client.force_login(a_member(StaffRole.SUPERVISOR))
        url = url_of("kindpolicy", "change", "bill_issued")
        page = self.client.get(url).content.decode()
        self.assertIn('aria-label="Kênh thứ nhất"', page)
        for step, name in enumerate(KindPolicy.objects.get(kind="bill_issued").channels):
            select = page.partition(f'name="channels_{step}"')[2].partition("</select>")[0]
            self.assertIn(f'value="{name}" selected>{Channel(name).label}', select)

    def test_says_the_channels_in_words_to_those_who_may_only_look(self):
        self.client.force_login(a_member(StaffRole.AUDITOR))
        page = self.client.get(url_of("kindpolicy", "change", "bill_issued")).content.decode()
        channels = KindPolicy.objects.get(kind="bill_issued").channels
        self.assertIn(" → ".join(str(Channel(name).label) for name in channels), page)
        self.assertNotIn("channels_0", page)
        self.assertEqual(page.count("Các kênh theo thứ tự"), 1)

    def test_keeps_to_channels_that_exist(self):
        self.client.force_login(a_member(StaffRole.SUPERVISOR))
        answer = self.client.post(
            url_of("kindpolicy", "change", "bill_issued"),
            {"channels_0": "pigeon", "priority": "12"},
        )
        self.assertEqual(answer.status_code, 200)
        self.assertIn("zalo", KindPolicy.objects.get(kind="bill_issued").channels)


class RunNameTests(TestCase):
    def test_writes_days_and_months_as_people_do(self):
        named = {
            "2026-10": "10/2026",
            "2026-11-05": "05/11/2026",
            "LNC2000-1": "LNC2000-1",
            "20261105": "20261105",
        }
        for subject, about in named.items():
            run = Run(kind="bill_issued", subject=subject)
            self.assertEqual((run.about, str(run)), (about, f"{run.get_kind_display()} {about}"))


class ChannelTests(TestCase):
    def act(self, action: str, role: str = StaffRole.SUPERVISOR):
        self.client.force_login(a_member(role))
        form = {"action": action, "_selected_action": ["zalo"]}
        return self.client.post(url_of("channelstate"), form)

    def test_is_stopped_and_started_again_by_a_supervisor(self):
        self.act("stop")
        self.assertIsNotNone(ChannelState.objects.get(channel="zalo").stopped_at)
        self.act("start_again")
        state = ChannelState.objects.get(channel="zalo")
        self.assertEqual((state.stopped_at, state.why), (None, ""))

    def test_is_only_shown_to_an_auditor(self):
        self.act("stop", StaffRole.AUDITOR)
        self.assertIsNone(ChannelState.objects.get(channel="zalo").stopped_at)
        self.assertEqual(self.client.get(url_of("channelstate")).status_code, 200)
