"""A person's own requests: written on the site, followed there, answered, closed, opened again."""

from datetime import timedelta
from typing import Any

from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from customers.models import AccountLink, Case, StaffRole, User
from customers.services import cases
from customers.tests.factories import a_case, a_link, a_member, a_user, an_account
from portal.tests.site.test_me import browser

LIST, NEW = "/me/cases/", "/me/cases/new/"
ASKED = "Hóa đơn tháng 10 cao quá."


def page(case: Case) -> str:
    return reverse("me_case", args=[case.number])


class CaseTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account(address="830 Phạm Văn Đồng")
        self.holder = a_link(account=self.account).user
        self.relative = a_link(account=self.account, role=AccountLink.Role.RELATIVE).user
        self.stranger = a_link().user
        self.agent = a_member(StaffRole.AGENT, name="Trần Văn Minh")
        self.at = timezone.now()

    def asked(self, by: User, **fields: Any) -> Case:
        return a_case(account=self.account, asked_by=by, made_at=self.at, **fields)

    def answered(self, case: Case) -> None:
        cases.take(case=case, by=self.agent, at=self.at)
        words = {"outcome": "answered", "text": "Đã kiểm tra.\nSố tiền đúng."}
        cases.close(case=case, by=self.agent, at=self.at, **words)


class WritingTests(CaseTests):
    def write(self, by: User, **typed: str) -> Any:
        given = {"kind": "bill", "account": self.account.number, "asked": ASKED, **typed}
        return browser(by).post(NEW, given, follow=True)

    def test_gives_a_number_a_time_and_the_way_back_to_it(self):
        answer = self.write(self.holder)
        case = Case.objects.get()
        self.assertRedirects(answer, page(case))
        self.assertContains(answer, case.spoken_number)
        self.assertContains(answer, ASKED)
        self.assertContains(browser(self.holder).get(LIST), case.spoken_number)

    def test_starts_with_the_only_address_and_the_kind_of_the_link(self):
        def initial(query: str) -> dict[str, str]:
            return browser(self.holder).get(NEW + query).context["form"].initial

        self.assertEqual(initial("")["account"], self.account.number)
        a_link(user=self.holder)
        self.assertEqual(initial("")["account"], "")
        self.assertEqual(initial("?kind=outage")["kind"], "outage")

    def test_is_about_own_addresses_alone(self):
        answer = self.write(self.stranger)
        self.assertIn("account", answer.context["form"].errors)
        viewer = a_link(account=self.account, role="viewer").user
        self.assertIn("account", self.write(viewer).context["form"].errors)
        self.assertFalse(Case.objects.exists())

    def test_without_an_address_is_for_help_with_linking(self):
        nobody = a_user()
        self.assertContains(browser(nobody).get("/"), LIST)
        self.assertIn("account", self.write(nobody, account="none").context["form"].errors)
        self.write(nobody, account="none", kind="linking")
        self.assertEqual(Case.objects.get().account, None)

    def test_keeps_what_was_typed_and_says_what_is_wrong(self):
        for typed, field in (
            ({"asked": ""}, "asked"),
            ({"asked": "Thẻ 9704123456789012"}, "asked"),
            ({"asked": "x" * 1001}, "asked"),
            ({"kind": "party"}, "kind"),
        ):
            with self.subTest(typed):
                answer = self.write(self.holder, **typed)
                self.assertIn(field, answer.context["form"].errors)
                self.assertContains(answer, typed.get("asked", ASKED))
        self.assertFalse(Case.objects.exists())

    def test_takes_ten_open_ones_of_an_address(self):
        for _ in range(10):
            self.asked(self.relative)
        self.assertContains(self.write(self.holder), "Ten requests about this address are open")
        self.assertEqual(Case.objects.count(), 10)

    def test_sets_nothing_that_staff_or_the_clock_set(self):
        self.write(self.holder, state="closed", unit="1", via="call", owner="1", outcome="done",
                   from_whom="other", due_at="2030-01-01", number="00000000",
                   asked_by=str(self.relative.pk))  # fmt: skip
        case = Case.objects.get()
        self.assertEqual((case.state, case.via, case.unit, case.owner), ("new", "site", None, None))
        self.assertEqual((case.asked_by, case.from_whom), (self.holder, "holder"))
        self.assertNotEqual(case.number, "00000000")


class ReadingTests(CaseTests):
    def test_is_for_who_may_act_there_and_who_asked(self):
        home = a_link(account=self.account, role="household").user
        theirs, own = self.asked(self.relative), self.asked(self.holder)
        seen = {
            (self.holder, own), (home, own), (self.holder, theirs), (home, theirs),
            (self.relative, theirs),
        }  # fmt: skip
        for user in (self.holder, home, self.relative, self.stranger, a_user(), self.agent):
            for case in (own, theirs):
                client, may = browser(user), (user, case) in seen
                self.assertEqual(client.get(page(case)).status_code, 200 if may else 404)
                self.assertEqual(case.spoken_number in client.get(LIST).content.decode(), may)
        self.assertEqual(Client().get(page(own)).status_code, 302)

    def test_shows_the_answer_and_no_name_of_staff_and_no_note(self):
        case = self.asked(self.holder)
        case.lines.create(kind="handed", note="khách khó tính", by=self.agent, at=self.at)
        self.answered(case)
        shown = browser(self.holder).get(page(case))
        self.assertContains(shown, "Số tiền đúng.")
        self.assertContains(shown, "closed: answered")
        for hidden in ("Trần Văn Minh", "khách khó tính"):
            self.assertNotContains(shown, hidden)

    def test_says_by_when_we_answer_and_sorry_where_we_did_not(self):
        case = self.asked(self.holder, due_at=self.at + timedelta(hours=50, minutes=5))
        self.assertContains(browser(self.holder).get(page(case)), "in 2 days at the latest")
        Case.objects.update(due_at=self.at + timedelta(microseconds=1))
        self.assertContains(browser(self.holder).get(page(case)), "We are sorry")

    def test_asks_on_the_first_page_for_the_answer_we_wait_for(self):
        case = self.asked(self.holder)
        cases.take(case=case, by=self.agent, at=self.at)
        cases.ask_customer(case=case, text="Chỉ số bao nhiêu?", by=self.agent, at=self.at)
        self.assertContains(browser(self.holder).get("/"), page(case))
        self.assertNotContains(browser(self.relative).get("/"), page(case))
        browser(self.holder).post(page(case), {"text": "12345"})
        self.assertNotContains(browser(self.holder).get("/"), page(case))
        case.refresh_from_db()
        self.assertEqual(case.state, "new")


class ActingTests(CaseTests):
    def setUp(self) -> None:
        super().setUp()
        self.case = self.asked(self.holder)
        self.settle = reverse("me_case_settle", args=[self.case.number])

    def state(self) -> str:
        return Case.objects.get(pk=self.case.pk).state

    def test_adds_a_line_and_closes_it(self):
        browser(self.holder).post(page(self.case), {"text": "Xin gấp."})
        self.assertContains(browser(self.holder).get(page(self.case)), "Xin gấp.")
        browser(self.holder).post(self.settle)
        self.assertEqual(self.state(), "closed")
        again = browser(self.holder).post(self.settle, follow=True)
        self.assertContains(again, "It was closed meanwhile")

    def test_is_for_nobody_else(self):
        for user in (self.relative, self.stranger, a_user(), self.agent):
            client = browser(user)
            self.assertEqual(client.post(self.settle).status_code, 404)
            self.assertEqual(client.post(page(self.case), {"text": "x"}).status_code, 404)
        self.assertEqual((self.state(), self.case.lines.count()), ("new", 0))

    def test_opens_a_closed_one_again_within_seven_days(self):
        self.answered(self.case)
        self.assertContains(browser(self.holder).get(page(self.case)), "open it again")
        browser(self.holder).post(page(self.case), {"text": "Chưa đúng."})
        self.assertEqual(self.state(), "new")

    def test_offers_nothing_on_one_closed_long_ago(self):
        ago = self.at - timedelta(days=8)
        closed = {"state": "closed", "closed_by": self.agent, "closed_at": ago}
        made_at = ago - timedelta(days=1)
        old = a_case(
            account=self.account, asked_by=self.holder, made_at=made_at, outcome="done", **closed
        )
        self.assertNotContains(browser(self.holder).get(page(old)), 'name="text"')
        late = browser(self.holder).post(page(old), {"text": "Chưa đúng."})
        self.assertNotContains(late, 'name="text"')
        self.assertEqual(old.lines.count(), 0)

    def test_keeps_what_was_typed_where_it_is_refused(self):
        answer = browser(self.holder).post(page(self.case), {"text": "CCCD 079203001234"})
        self.assertContains(answer, "CCCD 079203001234")
        self.assertIn("text", answer.context["form"].errors)
