"""Who may write, approve, stop and read campaigns at the desk."""

from http import HTTPStatus
from typing import Any

from django.test import TestCase, override_settings
from django.urls import reverse

from customers.models import Protection
from customers.tests.factories import NOON, a_contact, a_member, an_account
from notifications.models import Audience, Campaign
from notifications.services import campaigns
from notifications.tests.factories import a_campaign, an_audience

WORDS = {
    "kind": "announcement",
    "title_vi": "Đổi giờ mở quầy",
    "text_vi": "Từ 01/12 quầy mở cửa lúc 7 giờ 30.",
    "title_en": "Opening hours",
    "text_en": "From 01/12 our counter opens at 7:30.",
}
NOT_SUPERVISORS = ("agent", "officer", "operator", "auditor")


class Case(TestCase):
    def setUp(self) -> None:
        self.boss = a_member("supervisor")
        account = an_account(holder_name="Nguyễn Thị Hạnh", number="PE04010001234")
        a_contact(account=account, kind="zalo", value="+84903123456")

    def ask(self, user: Any, path: str, **posted: Any):
        self.client.force_login(user)
        return self.client.post(path, posted) if posted else self.client.get(path)

    def page(self, campaign: Campaign) -> str:
        return reverse("admin:notifications_campaign_show", args=[campaign.pk])

    def act(self, user: Any, campaign: Campaign, verb: str):
        return self.ask(user, f"{self.page(campaign)}{verb}/", x="1")


class WritingTests(Case):
    def test_is_for_supervisors(self):
        audience = an_audience()
        for role in NOT_SUPERVISORS:
            with self.subTest(role):
                add = reverse("admin:notifications_campaign_add")
                answer = self.ask(a_member(role), add, **WORDS, audience=audience.pk)
                self.assertEqual(answer.status_code, HTTPStatus.FORBIDDEN)
        self.assertFalse(Campaign.objects.exists())

    def test_signs_what_the_writer_wrote_whatever_the_request_says(self):
        other = a_member("supervisor")
        add = reverse("admin:notifications_campaign_add")
        forged = {"made_by": other.pk, "recipients": 9, "alone_up_to": 9999, "approved_by": 1}
        self.ask(self.boss, add, **WORDS, audience=an_audience().pk, **forged)
        made = Campaign.objects.get()
        self.assertEqual((made.made_by, made.recipients, made.alone_up_to), (self.boss, 0, 0))
        self.assertIsNone(made.approved_by)

    def test_takes_no_words_that_read_as_a_link_or_a_number(self):
        add, audience = reverse("admin:notifications_campaign_add"), an_audience()
        for text in (
            "Xem evn-hcm.top/x", "Xem {{ number_end }}.evil.top", "Gọi ０９０９ １２３ ４５６",
            "Gọi 0909.123.456", "Gọi 0 9 0 9 1 2 3 4 5 6", "Xem evil．ｔｏｐ",
        ):  # fmt: skip
            with self.subTest(text):
                words = WORDS | {"text_vi": text}
                answer = self.ask(self.boss, add, **words, audience=audience.pk)
                self.assertContains(answer, "trông giống như vậy")
        self.assertFalse(Campaign.objects.exists())

    def test_counts_anew_once_the_words_have_changed(self):
        made = a_campaign(made_by=self.boss)
        campaigns.count(campaign=made, by=self.boss, at=NOON)
        change = reverse("admin:notifications_campaign_change", args=[made.pk])
        self.ask(self.boss, change, **WORDS, audience=made.audience_id)
        made.refresh_from_db()
        self.assertIsNone(made.counted_at)

    def test_leads_everybody_but_the_writer_to_the_page(self):
        made = a_campaign(made_by=self.boss)
        change = reverse("admin:notifications_campaign_change", args=[made.pk])
        for user in (a_member("supervisor"), a_member("auditor")):
            self.assertRedirects(self.ask(user, change), self.page(made))

    def test_saves_an_audience_of_declared_values(self):
        add = reverse("admin:notifications_audience_add")
        posted = {"name": "Già", "ages": ["70+"], "number__startswith": "PE"}
        for role in NOT_SUPERVISORS:
            with self.subTest(role):
                answer = self.ask(a_member(role), add, **posted)
                self.assertEqual(answer.status_code, HTTPStatus.FORBIDDEN)
        self.ask(self.boss, add, **posted)
        self.assertEqual(Audience.objects.get().ages, ["70+"])


class PageTests(Case):
    def setUp(self) -> None:
        super().setUp()
        self.campaign = a_campaign(made_by=self.boss)
        campaigns.count(campaign=self.campaign, by=self.boss, at=NOON)

    def test_shows_number_price_words_and_masked_people_to_who_may_read(self):
        for user in (self.boss, a_member("auditor")):
            answer = self.ask(user, self.page(self.campaign))
            self.assertContains(answer, "Nguyễn •••")
            self.assertContains(answer, "••••1234")
            self.assertContains(answer, self.campaign.text_vi)
            for secret in ("Hạnh", "PE04010001234", "0903123456", "+84903123456"):
                self.assertNotContains(answer, secret)
        self.assertNotContains(answer, 'action="/desk/notifications')

    def test_is_shut_to_agents_officers_and_operators(self):
        for role in ("agent", "officer", "operator"):
            with self.subTest(role):
                answer = self.ask(a_member(role), self.page(self.campaign))
                self.assertEqual(answer.status_code, HTTPStatus.FORBIDDEN)

    def test_shows_nobody_who_is_protected(self):
        Protection.objects.create(
            account=self.campaign.members.get().account, why="x", by=self.boss, at=NOON
        )
        self.assertNotContains(self.ask(self.boss, self.page(self.campaign)), "Nguyễn •••")

    def test_takes_acts_of_supervisors_alone(self):
        for role in NOT_SUPERVISORS:
            for verb in ("count", "ask", "approve", "stop"):
                with self.subTest(role=role, verb=verb):
                    answer = self.act(a_member(role), self.campaign, verb)
                    self.assertEqual(answer.status_code, HTTPStatus.NOT_FOUND)
        self.campaign.refresh_from_db()
        self.assertIsNone(self.campaign.asked_at)

    @override_settings(MASS_ALONE=0)
    def test_goes_from_count_to_approval_by_another(self):
        self.act(self.boss, self.campaign, "count")
        self.act(self.boss, self.campaign, "ask")
        self.act(self.boss, self.campaign, "approve")
        self.campaign.refresh_from_db()
        self.assertIsNone(self.campaign.goes_at)
        other = a_member("supervisor")
        self.assertContains(self.ask(other, "/desk/"), self.page(self.campaign))
        self.assertNotContains(self.ask(self.boss, "/desk/"), self.page(self.campaign))
        self.act(other, self.campaign, "approve")
        self.campaign.refresh_from_db()
        self.assertEqual(self.campaign.approved_by, other)
        self.act(self.boss, self.campaign, "stop")
        self.campaign.refresh_from_db()
        self.assertEqual(self.campaign.stopped_by, self.boss)
