"""The desk's pages about words: who opens them, who changes what, what a preview shows."""

from datetime import timedelta
from typing import Any

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from customers.models import Look, StaffRole
from customers.tests.factories import NOON, a_link, a_member, a_unit, opened
from customers.tests.pages import in_english
from notifications.models import WordingChange
from notifications.services import dispatching
from notifications.tests.factories import a_dispatch
from notifications.tests.fakes import provider
from notifications.tests.test_rendering import bill_notice
from portal.lib.periods import local_day

SLOT = ("bill_issued", "zalo", "vi")
TEXT = "Kỳ {{ month }}: {{ total }}. Mã {{ code }}"


def url_of(name: str, *args: Any) -> str:
    return reverse(f"admin:notifications_{name}", args=args)


class DeskTestCase(TestCase):
    def setUp(self) -> None:
        self.supervisor = a_member(StaffRole.SUPERVISOR, name="Lê Thị Lan")
        self.other = a_member(StaffRole.SUPERVISOR, name="Trần Văn Minh")
        self.notice = bill_notice(unit=a_unit(code="PE04"))
        self.change = WordingChange.objects.create(
            kind="bill_issued", channel="zalo", language="vi", text=TEXT, why="Ngắn hơn",
            starts_at=NOON, made_by=self.supervisor, made_at=NOON,
        )  # fmt: skip
        self.sign_in(self.supervisor)

    def sign_in(self, user: Any) -> None:
        self.client.force_login(user)
        in_english(self.client)

    def post(self, url: str, **fields: str) -> Any:
        tomorrow = local_day(timezone.now()) + timedelta(days=1)
        return self.client.post(url, {"starts_on": f"{tomorrow}", "why": "vì", **fields})


class AccessTests(DeskTestCase):
    def test_is_for_supervisors_to_change_and_auditors_to_see(self):
        look = [
            url_of("wordingchange_changelist"),
            url_of("wording", *SLOT),
            url_of("wordingchange_change", self.change.pk),
        ]
        write = url_of("wording_write", *SLOT)
        people = [(self.supervisor, 200, 200), (a_member(StaffRole.AUDITOR), 200, 404)]
        people += [(a_member(role), 404, 404) for role in (StaffRole.AGENT, StaffRole.OPERATOR)]
        people += [(a_link(account=self.notice.account).user, 302, 302)]
        for person, to_look, to_write in people:
            self.sign_in(person)
            for url in look:
                self.assertEqual(self.client.get(url).status_code, to_look, (person, url))
            self.assertEqual(self.client.get(write).status_code, to_write, person)

    def test_lets_nobody_else_decide(self):
        for person in (a_member(StaffRole.AUDITOR), a_member(StaffRole.AGENT)):
            self.sign_in(person)
            for verb in ("approve", "refuse", "take-back"):
                url = url_of("wordingchange_act", self.change.pk, verb)
                self.assertEqual(self.client.post(url).status_code, 404)
        self.assertEqual(WordingChange.objects.get().state, "waiting")

    def test_knows_nothing_else(self):
        for name, args in [
            ("wording", ("bill_issued", "pigeon", "vi")),
            ("wording", ("bill_issued", "zalo", "en")),
            ("wording_write", ("x", "zalo", "vi")),
            ("wordingchange_change", (0,)),
            ("wordingchange_with", (self.change.pk, 0)),
        ]:
            self.assertEqual(self.client.get(url_of(name, *args)).status_code, 404, (name, args))
        url = url_of("wordingchange_act", self.change.pk, "delete")
        self.assertEqual(self.client.post(url).status_code, 404)


class PreviewTests(DeskTestCase):
    def test_shows_a_made_up_notice_in_each_case(self):
        page = self.client.get(url_of("wording", *SLOT))
        self.assertContains(page, "12.701.525")
        self.assertContains(page, "Kỳ này quý khách không phải trả tiền.")
        self.assertNotContains(page, "701.525\u00a0đ. Hạn thanh toán: 05/11/2026")

    def test_with_a_real_notice_opens_its_account_for_a_reason(self):
        urls = (
            url_of("wording_with", *SLOT, self.notice.pk),
            url_of("wordingchange_with", self.change.pk, self.notice.pk),
        )
        for url in urls:
            self.assertNotContains(self.client.get(url), "701.525")
        opened(self.notice.account, by=self.supervisor)
        for url, words in zip(urls, ("Tiền điện kỳ 10/2026", "Kỳ 10/2026: "), strict=True):
            page = self.client.get(url)
            self.assertContains(page, words)
            self.assertContains(page, "701.525")
        self.assertTrue(Look.objects.filter(page=f"notice {self.notice.pk}").exists())

    def test_offers_and_shows_notices_of_the_own_company_alone(self):
        elsewhere = a_member(StaffRole.SUPERVISOR, unit=a_unit(code="PE01"))
        self.sign_in(elsewhere)
        page = self.client.get(url_of("wording", *SLOT))
        self.assertNotContains(page, self.notice.account.number)
        url = url_of("wording_with", *SLOT, self.notice.pk)
        self.assertEqual(self.client.get(url).status_code, 404)


class ChangingTests(DeskTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.write = url_of("wording_write", "bill_issued", "sms", "vi")

    def test_looks_at_words_before_anybody_is_asked(self):
        page = self.post(self.write, text="Kỳ {{ month }} {{ code }}", preview="1")
        self.assertContains(page, "Ky 10/2026 ABCD2345")
        self.assertContains(page, "1 part(s)")
        self.assertEqual(WordingChange.objects.count(), 1)

    def test_says_what_to_mend_and_keeps_what_was_typed(self):
        for more in ({}, {"preview": "1"}):
            page = self.post(self.write, text="{{ totall }} <b>", **more)
            self.assertContains(page, "There is no “totall”")
            self.assertContains(page, "{{ totall }} &lt;b&gt;")
        page = self.post(self.write, text="{{ code }}", starts_on="2020-01-01")
        self.assertContains(page, "has passed")
        self.assertEqual(WordingChange.objects.count(), 1)

    def test_takes_two_people_and_can_be_taken_back(self):
        asked = self.post(self.write, text="Kỳ {{ month }} {{ code }}")
        made = WordingChange.objects.get(channel="sms")
        here = url_of("wordingchange_change", made.pk)
        self.assertRedirects(asked, here)
        self.assertNotContains(self.client.get(here), "Approve: send it like this")
        approve = url_of("wordingchange_act", made.pk, "approve")
        self.client.post(approve)
        self.assertEqual(WordingChange.objects.get(pk=made.pk).state, "waiting")

        self.sign_in(self.other)
        self.assertContains(self.client.get(url_of("wordingchange_changelist")), "vì")
        self.assertContains(self.client.get(here), "Approve: send it like this")
        self.client.post(approve)
        self.assertEqual(WordingChange.objects.get(pk=made.pk).state, "approved")
        self.assertContains(self.client.get(here), "Go back to the words before")
        self.client.post(url_of("wordingchange_act", made.pk, "take-back"))
        self.assertEqual(WordingChange.objects.get(pk=made.pk).state, "taken_back")
        self.assertContains(
            self.client.get(url_of("wording", "bill_issued", "sms", "vi")), "Taken back"
        )


class CheckTests(DeskTestCase):
    def ask(self, code: str) -> Any:
        return self.client.post(url_of("notice_check"), {"code": code})

    def setUp(self) -> None:
        super().setUp()
        self.dispatch = a_dispatch(notice=self.notice, channel="zalo")
        with provider() as fake:
            dispatching.send_batch(channel="zalo", at=NOON)
        [self.message] = fake.sent
        self.agent = a_member(StaffRole.AGENT)
        self.sign_in(self.agent)

    def test_leads_to_the_exact_words_behind_a_reason_that_is_kept(self):
        here = url_of("notice_change", self.notice.pk)
        self.assertRedirects(self.ask(" abcd-2345 "), here)
        self.assertNotContains(self.client.get(here), self.message.text)
        opened(self.notice.account, by=self.agent)
        page = self.client.get(here)
        self.assertContains(page, self.message.text)
        self.assertContains(page, self.dispatch.address[-4:])
        self.assertNotContains(page, self.dispatch.address)
        looks = Look.objects.filter(user=self.agent, page=f"notice {self.notice.pk}")
        self.assertEqual(looks.count(), 1)

    def test_says_no_to_any_other_code(self):
        for typed in ("ZZZZ9999", "x" * 500, "\0A", "%", "' OR 1=1"):
            self.assertContains(self.ask(typed), "No, we know no message")

    def test_says_yes_and_no_more_of_a_customer_of_another_company(self):
        self.sign_in(a_member(StaffRole.OFFICER, unit=a_unit(code="PE01")))
        page = self.ask("ABCD2345")
        self.assertContains(page, "Yes, this message is from us.")
        for secret in (self.notice.account.number, self.notice.account.holder_name, "701.525"):
            self.assertNotContains(page, secret)

    def test_is_for_staff_alone(self):
        self.sign_in(a_link(account=self.notice.account).user)
        self.assertEqual(self.ask("ABCD2345").status_code, 302)
