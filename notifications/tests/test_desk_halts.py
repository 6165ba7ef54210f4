"""Stopping at the desk: who may, what is shown before and after, and what is asked."""

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from customers.models import User
from customers.tests.factories import a_link, a_member
from notifications.models import Halt, Kind
from notifications.tests.factories import a_dispatch, a_halt, a_notice, a_run
from portal.tests.sign_in.people import sign_in_now

PAGE = "/desk/notifications/halt/"
WHY = "Sai số tiền trên hóa đơn"


class PageTestCase(TestCase):
    def setUp(self) -> None:
        self.boss = a_member("supervisor")
        self.dispatch = a_dispatch()

    def post(self, user: User, path: str = "", **posted: str):
        sign_in_now(self.client, user)
        return self.client.post(f"{PAGE}{path}", posted)

    def get(self, user: User):
        sign_in_now(self.client, user)
        return self.client.get(PAGE)

    def others(self) -> list[User]:
        holder = a_link(account=self.dispatch.notice.account).user
        unit = self.dispatch.notice.account.unit
        roles = [a_member(role) for role in ("agent", "operator", "auditor")]
        return [holder, a_member("officer", unit=unit), *roles]


class ShowTests(PageTestCase):
    def test_says_what_waits_by_channel_kind_and_run(self):
        page = self.get(self.boss)
        for _name, choices in page.context["groups"]:
            first = choices[0]
            self.assertEqual((first.messages, first.notices, first.is_stopped), (1, 1, False))
        self.assertContains(page, "Tất cả: 1 tin trên mọi kênh")

    def test_opens_to_supervisors_and_auditors_alone_and_auditors_cannot_act(self):
        a_halt()
        page = self.get(a_member("auditor"))
        self.assertNotContains(page, '<button type="submit" class="btn btn--danger">')
        for user in self.others()[:-1]:
            self.assertNotEqual(self.get(user).status_code, 200)

    def test_is_linked_from_the_first_page_of_supervisors(self):
        sign_in_now(self.client, self.boss)
        self.assertContains(self.client.get("/desk/"), PAGE)
        sign_in_now(self.client, a_member("agent"))
        self.assertNotContains(self.client.get("/desk/"), PAGE)

    def test_asks_the_same_number_of_questions_for_one_run_and_for_more(self):
        sign_in_now(self.client, self.boss)
        self.client.get(PAGE)
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as counted:
                self.client.get(PAGE)
            counts.append(len(counted))
            for month in (7, 8, 9):
                a_dispatch(notice=a_notice(run=a_run(subject=f"2026-0{month}")))
        self.assertEqual(*counts)


class StopTests(PageTestCase):
    def test_stops_what_was_chosen_and_says_the_numbers(self):
        run = self.dispatch.notice.run
        chosen = {
            "all": ("", "", None),
            "channel-zalo": ("zalo", "", None),
            "kind-bill_issued": ("", Kind.BILL_ISSUED, None),
            f"run-{run.pk}": ("", "", run.pk),
        }
        for what, stored in chosen.items():
            with self.subTest(what):
                self.assertEqual(self.post(self.boss, what=what, why=WHY).status_code, 302)
                halt = Halt.objects.latest("pk")
                self.assertEqual((halt.channel, halt.kind, halt.run_id), stored)
                self.assertEqual((halt.made_by, halt.why, halt.waiting), (self.boss, WHY, 1))
        page = self.get(self.boss)
        self.assertContains(page, "1 tin đang chờ và không được gửi", 4)
        self.assertEqual([card.waiting for card in page.context["cards"]], [1] * 4)

    def test_asks_for_a_reason_and_a_choice(self):
        wrong = (
            {"what": "all"}, {"what": "all", "why": "  "}, {"why": WHY}, {"what": "x", "why": WHY},
            {"what": "channel-fax", "why": WHY}, {"what": "run-0", "why": WHY},
            {"what": "run-" + "9" * 30, "why": WHY}, {"what": "run-٤", "why": WHY},
            {"what": "all", "why": "\u200b"},
        )  # fmt: skip
        for posted in wrong:
            with self.subTest(posted):
                self.assertTrue(self.post(self.boss, **posted).context["form"].errors)
        self.assertFalse(Halt.objects.exists())

    def test_says_that_it_is_stopped_already(self):
        a_halt()
        page = self.post(self.boss, what="all", why=WHY)
        self.assertIn("what", page.context["form"].errors)

    def test_is_refused_to_everybody_else(self):
        for user in self.others():
            self.assertNotEqual(self.post(user, what="all", why=WHY).status_code, 200)
        self.assertFalse(Halt.objects.exists())


class EndTests(PageTestCase):
    def test_goes_on_or_cancels_for_a_reason(self):
        for verb, way in (("go-on", "go_on"), ("cancel", "cancel")):
            with self.subTest(verb):
                halt = a_halt()
                self.post(self.boss, f"{halt.pk}/{verb}/", why=" ")
                self.assertFalse(Halt.objects.exclude(way="").filter(pk=halt.pk).exists())
                self.post(self.boss, f"{halt.pk}/{verb}/", why=WHY, nobody_rings="on")
                halt.refresh_from_db()
                self.assertEqual((halt.way, halt.ended_why, halt.ended_by), (way, WHY, self.boss))
                self.assertEqual(halt.nobody_rings, way == "cancel")
        self.assertContains(self.get(self.boss), WHY)

    def test_is_refused_to_everybody_else_and_to_other_methods(self):
        halt = a_halt()
        for user in self.others():
            for verb in ("go-on", "cancel"):
                self.post(user, f"{halt.pk}/{verb}/", why=WHY)
        sign_in_now(self.client, self.boss)
        self.assertEqual(self.client.get(f"{PAGE}{halt.pk}/cancel/").status_code, 405)
        self.assertEqual(self.post(self.boss, f"{halt.pk}/destroy/", why=WHY).status_code, 404)
        halt.refresh_from_db()
        self.assertEqual(halt.way, "")
