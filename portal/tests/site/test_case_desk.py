"""Cases at the desk: the queue, the page of one with its steps, the mail, the reason to open."""

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from customers.models import (
    AccountLink,
    AnswerTemplate,
    Arrangement,
    Case,
    CaseLine,
    Look,
    RelativeContact,
    StaffRole,
    User,
)
from customers.services import cases
from customers.tests.factories import (
    NOON,
    a_case,
    a_contact,
    a_link,
    a_look,
    a_member,
    a_relative_contact,
    a_unit,
    a_user,
    an_account,
    opened,
    opened_login,
)
from notifications.models import DirectMessage

LIST = reverse("admin:customers_case_changelist")
HOUR = timedelta(hours=1)


def at_desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(case: Case) -> str:
    return reverse("admin:customers_case_change", args=[case.pk])


def step(case: Case, verb: str) -> str:
    return reverse("admin:customers_case_act", args=[case.pk, verb])


class DeskTests(TestCase):
    """An agent, their colleague, an officer of the company and one of another; who asked."""

    has_opened = True
    """Whether the staff gave a reason for opening the account just now."""

    def setUp(self) -> None:
        self.unit = a_unit()
        self.account = an_account(unit=self.unit, holder_name="Đỗ Đức Yến")
        self.agent, self.colleague = a_member(StaffRole.AGENT), a_member(StaffRole.AGENT)
        self.officer = a_member(StaffRole.OFFICER, unit=self.unit)
        self.elsewhere = a_member(StaffRole.OFFICER, unit=a_unit(code="PE77"))
        self.holder = a_link(account=self.account, user=a_user(name="Yến")).user
        EmailAddress.objects.create(user=self.holder, email=self.holder.email, verified=True)
        self.at = timezone.now()
        self.case = a_case(account=self.account, asked_by=self.holder, made_at=self.at)
        staff = (self.agent, self.colleague, self.officer, self.elsewhere)
        for one in staff if self.has_opened else ():
            opened(self.account, by=one)

    def act(self, verb: str, by: User, **typed: Any) -> Any:
        answer = at_desk(by).post(step(self.case, verb), typed, follow=True)
        self.case.refresh_from_db()
        return answer

    def get(self, by: User, query: str = "") -> Any:
        return at_desk(by).get(page(self.case) + query)


class QueueTests(DeskTests):
    def listed(self, by: User, **query: str) -> set[str]:
        answer = at_desk(by).get(LIST, query)
        return {case.number for case in answer.context["cl"].result_list}

    def test_holds_what_there_is_to_do_soonest_due_first(self):
        late = a_case(account=self.account, due_at=self.at - HOUR, made_at=self.at - 2 * HOUR)
        a_case(account=self.account, unit=self.unit)
        shown = at_desk(self.agent).get(LIST).context["cl"].result_list
        self.assertEqual([case.pk for case in shown], [late.pk, self.case.pk])

    def test_is_narrowed_to_own_free_overdue_and_the_company(self):
        at = self.at
        own = a_case(account=self.account, state="taken", owner=self.agent, taken_at=at, made_at=at)
        theirs = a_case(account=self.account, state="taken", owner=self.colleague, taken_at=at)
        lapsed = a_case(account=self.account, state="taken", owner=self.colleague,
                        taken_at=at - 13 * HOUR, made_at=at)  # fmt: skip
        handed = a_case(account=self.account, unit=self.unit, made_by=self.agent)
        closed = a_case(account=self.account, state="closed", outcome="done", closed_at=at,
                        closed_by=self.agent)  # fmt: skip
        expected = {
            "own": {own},
            "free": {self.case, lapsed},
            "overdue": {theirs},
            "company": {handed},
            "mine": {handed},
            "closed": {closed},
            "": {self.case, own, theirs, lapsed},
        }
        for queue, found in expected.items():
            with self.subTest(queue):
                numbers = {case.number for case in found}
                self.assertEqual(self.listed(self.agent, queue=queue), numbers)
        self.assertEqual(self.listed(self.officer), {handed.number})
        self.assertEqual(self.listed(self.officer, queue="company"), {handed.number})

    def test_finds_a_number_as_it_was_heard(self):
        a_case(account=self.account, number="01010101")
        self.assertEqual(self.listed(self.agent, q="o1ol-olol"), {"01010101"})
        self.assertEqual(self.listed(self.elsewhere, q="o1ol-olol"), set())

    def test_says_in_words_and_with_a_mark_how_long_there_is(self):
        for left, tone, words in (
            (50 * HOUR, "wait", "còn 2 ngày"),
            (3 * HOUR, "warning", "còn 2 giờ"),
            (-5 * HOUR, "error", "quá hạn 5 giờ"),
        ):
            due_at = timezone.now() + left
            made = a_case(account=self.account, due_at=due_at, made_at=due_at - 99 * HOUR)
            answer = at_desk(self.agent).get(LIST, {"q": made.number})
            self.assertContains(answer, f"tag--{tone}")
            self.assertContains(answer, words)

    def test_is_counted_on_the_first_page(self):
        a_case(account=self.account, due_at=self.at - HOUR, made_at=self.at - 2 * HOUR)
        a_case(account=self.account, unit=self.unit, made_at=self.at)
        for by, wait, overdue in ((self.agent, 2, 1), (self.officer, 1, 0), (self.elsewhere, 0, 0)):
            work = at_desk(by).get(reverse("admin:index")).context["work"]
            counts = {one.url: one.count for one in work}
            self.assertEqual(counts.get(LIST, 0), wait)
            self.assertEqual(counts.get(f"{LIST}?queue=overdue", 0), overdue)


class StepTests(DeskTests):
    def test_go_from_the_agent_to_the_officer_to_the_customer(self):
        self.act("take", self.agent)
        self.act("hand-over", self.agent, note="cần xem công tơ")
        self.assertEqual((self.case.unit, self.case.state), (self.unit, "new"))
        self.assertContains(self.get(self.officer), "cần xem công tơ")
        self.act("take", self.officer)
        answer = self.act("answer", self.officer, outcome="answered", text="Công tơ đúng.")
        self.assertContains(answer, "Email đang được gửi đi")
        self.assertEqual((self.case.state, self.case.closed_by), ("closed", self.officer))
        stayed = self.get(self.agent)
        self.assertContains(stayed, "Công tơ đúng.")
        self.assertContains(stayed, str(self.officer))

    def test_are_offered_only_where_they_would_work(self):
        def offered(by: User) -> set[str]:
            body = self.get(by).content.decode()
            return {verb for verb in ("take", "give-back", "hand-over", "answer", "ask", "reopen",
                                      "recall") if step(self.case, verb) in body}  # fmt: skip

        supervisor, auditor = a_member(StaffRole.SUPERVISOR), a_member(StaffRole.AUDITOR)
        for one in (supervisor, auditor):
            opened(self.account, by=one)
        self.assertEqual(offered(self.agent), {"take"})
        self.assertEqual(offered(auditor), set())
        self.act("take", self.agent)
        self.assertEqual(offered(self.agent), {"give-back", "hand-over", "answer", "ask"})
        self.assertEqual(offered(self.colleague), set())
        self.act("hand-over", self.agent)
        self.assertEqual(offered(self.agent), set())
        self.assertEqual(offered(supervisor), {"recall"})
        self.act("take", self.officer)
        self.act("answer", self.officer, outcome="done", text="Xong.")
        self.assertEqual(offered(self.officer), {"reopen"})

    def test_are_closed_to_the_customer_strangers_and_another_company(self):
        Case.objects.update(unit=self.unit)
        for user in (self.holder, a_user(), self.elsewhere):
            self.assertIn(at_desk(user).get(page(self.case), follow=True).status_code, (403, 404))
            for verb in ("take", "give-back", "hand-over", "answer", "ask", "reopen", "recall"):
                answer = at_desk(user).post(step(self.case, verb), follow=True)
                self.assertIn(answer.status_code, (403, 404), verb)
        self.assertEqual(Case.objects.get().state, "new")

    def test_of_who_only_looks_or_of_no_verb_are_nothing(self):
        auditor = a_member(StaffRole.AUDITOR)
        opened(self.account, by=auditor)
        self.assertEqual(at_desk(auditor).post(step(self.case, "take")).status_code, 404)
        self.assertEqual(at_desk(self.agent).post(step(self.case, "erase")).status_code, 404)

    def test_keep_what_was_typed_where_something_is_missing(self):
        self.act("take", self.agent)
        for typed, missing in (
            ({"text": "Đã kiểm tra kỹ.", "outcome": ""}, "outcome"),
            ({"text": "Thẻ 9704123456789012", "outcome": "done"}, "text"),
            ({"text": " ", "outcome": "done"}, "text"),
        ):
            answer = self.act("answer", self.agent, **typed)
            self.assertIn(missing, answer.context["form"].errors)
            self.assertContains(answer, typed["text"])
        self.assertEqual(self.case.state, "taken")
        self.assertFalse(CaseLine.objects.exists() or DirectMessage.objects.exists())


class MailTests(DeskTests):
    def answered(self, **typed: Any) -> DirectMessage | None:
        self.act("take", self.agent)
        given = {"outcome": "answered", "text": "Hóa đơn của Đỗ Đức Yến đúng.", **typed}
        self.act("answer", self.agent, **given)
        self.assertEqual(self.case.state, "closed")
        return DirectMessage.objects.first()

    def test_tells_the_answer_and_nothing_in_its_subject(self):
        mail = self.answered()
        self.assertEqual((mail.channel, mail.address), ("email", self.holder.email))
        self.assertEqual(mail.purpose, "case")
        self.assertIn("Hóa đơn của Đỗ Đức Yến đúng.", mail.text)
        self.assertIn(self.case.spoken_number, mail.text)
        self.assertEqual(mail.subject, "Trả lời yêu cầu của quý khách")

    def test_is_framed_in_the_language_of_the_answer(self):
        self.assertEqual(self.answered(language="en").subject, "Our answer to your request")

    def test_asks_back(self):
        self.act("take", self.agent)
        self.act("ask", self.agent, text="Chỉ số công tơ là bao nhiêu?")
        self.assertEqual(self.case.state, "waiting")
        self.assertIn("Chỉ số", DirectMessage.objects.get().text)

    def test_goes_to_no_address_that_nobody_confirmed(self):
        EmailAddress.objects.update(verified=False)
        self.assertIsNone(self.answered())

    def test_of_a_call_goes_to_the_holder_where_they_called_themselves(self):
        contact = a_contact(account=self.account, kind="email", verified_at=NOON)
        unproven = {"kind": "email", "account": self.account}
        a_contact(**unproven)
        a_contact(**unproven, owner="relative", verified_at=NOON)
        self.case = a_case(account=self.account, from_whom="relative")
        self.assertIsNone(self.answered())
        self.case = a_case(account=self.account, from_whom="holder")
        self.assertEqual(self.answered().address, contact.value)


class TemplateTests(DeskTests):
    def template(self, **fields: Any) -> AnswerTemplate:
        given = {"kind": "bill", "name": "Thử", "version": 1, "valid_from": NOON.date(),
                 "text_vi": "Chào {name}, yêu cầu {number}, trước {due}.",
                 "text_en": "Hello {name}: {number}."}  # fmt: skip
        return AnswerTemplate.objects.create(**{**given, **fields})

    def box(self, template: AnswerTemplate, language: str = "vi") -> str:
        answer = self.get(self.agent, f"?template={template.pk}&language={language}")
        return str(answer.context["answer"].initial.get("text", ""))

    def test_fill_the_box_for_this_case(self):
        template = self.template()
        self.act("take", self.agent)
        text = self.box(template)
        self.assertTrue(text.startswith(f"Chào Yến, yêu cầu {self.case.spoken_number}, trước "))
        self.assertNotIn("{", text)
        english = self.box(template, "en")
        self.assertEqual(english, f"Hello Yến: {self.case.spoken_number}.")

    def test_fill_nothing_of_another_kind_or_not_in_force(self):
        self.act("take", self.agent)
        later = timezone.localdate() + timedelta(days=1)
        for fields in ({"kind": "outage"}, {"name": "Sau", "valid_from": later}):
            self.assertEqual(self.box(self.template(**fields)), "")

    def test_are_offered_in_their_newest_version_in_force(self):
        old, new = self.template(), self.template(version=2, valid_from=NOON.date() + 24 * HOUR)
        self.act("take", self.agent)
        offered = self.get(self.agent).context["chooser"].fields["template"].queryset
        self.assertIn(new, offered)
        self.assertNotIn(old, offered)

    def test_that_was_used_is_kept_with_the_words(self):
        template = self.template()
        self.act("take", self.agent)
        self.act("answer", self.agent, outcome="done", text="Xong.", template=str(template.pk))
        self.assertEqual(CaseLine.objects.get().template, template)

    def test_what_a_name_holds_is_filled_in_and_never_read_again(self):
        self.holder.name = "{number} {due}"
        self.holder.save()
        self.act("take", self.agent)
        self.assertIn("Chào {number} {due},", self.box(self.template()))


class ReasonTests(DeskTests):
    has_opened = False

    def setUp(self) -> None:
        super().setUp()
        self.screen = reverse("admin:customers_account_change", args=[self.account.pk])

    def test_is_asked_with_the_case_filled_in(self):
        form = self.get(self.agent).context["form"]
        self.assertEqual(form.initial["reason"], "case")
        self.assertEqual(form.initial["reference"], self.case.spoken_number)
        self.assertFalse(Look.objects.exists())

    def test_is_the_case_itself_for_whoever_has_it_in_hand(self):
        cases.take(case=self.case, by=self.agent, at=timezone.now())
        answer = at_desk(self.agent).get(f"{self.screen}?case={self.case.number}")
        self.assertIn("file", answer.context)
        look = Look.objects.get()
        self.assertEqual((look.reason, look.reference), ("case", self.case.spoken_number))

    def test_is_asked_of_who_has_it_not_or_names_another(self):
        cases.take(case=self.case, by=self.agent, at=timezone.now() - 13 * HOUR)
        other = a_case(account=an_account(unit=self.unit))
        cases.take(case=other, by=self.agent, at=timezone.now())
        for number in (self.case.number, other.number, "", "x", "00000000"):
            with self.subTest(number):
                answer = at_desk(self.agent).get(f"{self.screen}?case={number}")
                self.assertNotIn("file", answer.context)
        self.assertFalse(Look.objects.exists())

    def test_of_a_case_without_an_account_is_given_for_the_login(self):
        self.case = a_case(account=None, kind="linking", asked_by=a_user(), made_at=self.at)
        asked = self.get(self.agent)
        self.assertContains(asked, reverse("admin:customers_case_open",
                                           args=[self.case.asked_by_id]))  # fmt: skip
        opened_login(self.case.asked_by, by=self.agent)
        self.assertContains(self.get(self.agent), self.case.asked)
        self.assertEqual(self.get(self.officer).status_code, 404)


class EndedLinkTests(DeskTests):
    def test_of_who_asked_ends_the_letters_as_well(self):
        AccountLink.objects.filter(user=self.holder).update(state=AccountLink.State.ENDED)
        self.act("take", self.agent)
        self.act("answer", self.agent, outcome="answered", text="Tháng này nóng hơn.")
        self.assertEqual(self.case.state, Case.State.CLOSED)
        self.assertFalse(DirectMessage.objects.exists())


class RelativeTests(DeskTests):
    """A relative who may ask about the bills asks by phone, and is answered."""

    def setUp(self) -> None:
        super().setUp()
        contact = a_contact(account=self.account, kind="email", value="con@example.vn",
                            owner="relative", verified_at=NOON)  # fmt: skip
        self.relative = a_relative_contact(
            account=self.account, power=RelativeContact.Power.ASKS, contact=contact
        )
        a_contact(account=self.account, kind="email", value="chu@example.vn", verified_at=NOON)
        url = reverse("admin:customers_case_record", args=[self.account.pk])
        self.assertContains(at_desk(self.agent).get(url), self.relative.relative_name)
        typed = {"kind": "bill", "via": "call", "from_whom": "relative", "asked": "Sao cao?"}
        at_desk(self.agent).post(url, typed)
        self.case = Case.objects.latest("pk")

    def answered(self) -> list[str]:
        self.act("take", self.agent)
        self.act("answer", self.agent, outcome="answered", text="Tháng này nóng hơn.")
        return [message.address for message in DirectMessage.objects.all()]

    def test_reads_the_answer_where_they_said_yes(self):
        self.assertContains(self.get(self.agent), self.relative.relative_name)
        self.assertEqual(self.answered(), ["con@example.vn"])

    def test_is_told_nothing_any_more_once_the_arrangement_is_over(self):
        Arrangement.objects.filter(pk=self.relative.pk).update(
            state=Arrangement.State.ENDED, closed_at=self.at, closed_why="asked"
        )
        self.assertNotContains(self.get(self.agent), self.relative.relative_name)
        self.assertEqual(self.answered(), [])


class RecordTests(DeskTests):
    def setUp(self) -> None:
        super().setUp()
        self.url = reverse("admin:customers_case_record", args=[self.account.pk])

    def test_starts_from_the_account_with_the_number_of_the_call(self):
        a_look(account=self.account, user=self.agent, at=timezone.now(), reference="CG-77")
        screen = reverse("admin:customers_account_change", args=[self.account.pk])
        self.assertContains(at_desk(self.agent).get(screen), self.url)
        initial = at_desk(self.agent).get(self.url).context["form"].initial
        self.assertEqual(initial, {"via": "call", "reference": "CG-77"})

    def test_writes_it_down_and_says_its_number(self):
        typed = {"kind": "outage", "via": "call", "from_whom": "holder", "reference": "CG-77",
                 "asked": "Mất điện từ 8 giờ."}  # fmt: skip
        answer = at_desk(self.agent).post(self.url, typed, follow=True)
        made = Case.objects.latest("pk")
        self.assertEqual((made.asked, made.reference), ("Mất điện từ 8 giờ.", "CG-77"))
        self.assertContains(answer, made.spoken_number)
        screen = at_desk(self.agent).get(self.url.removesuffix("case/") + "change/")
        self.assertContains(screen, made.spoken_number)

    def test_keeps_what_was_typed_where_it_is_refused(self):
        typed = {"kind": "bill", "via": "call", "from_whom": "holder",
                 "asked": "Thẻ 9704123456789012"}  # fmt: skip
        answer = at_desk(self.agent).post(self.url, typed)
        self.assertIn("asked", answer.context["form"].errors)
        self.assertContains(answer, "9704123456789012")
        self.assertEqual(Case.objects.count(), 1)

    def test_of_a_relative_about_bills_needs_an_arrangement_that_lets_them_ask(self):
        typed = {"kind": "bill", "via": "call", "from_whom": "relative", "asked": "Sao cao?"}
        lets = {"nobody": None, "told": RelativeContact.Power.TOLD}
        for subtest, power in lets.items():
            with self.subTest(subtest):
                if power:
                    a_relative_contact(account=self.account, power=power)
                answer = at_desk(self.agent).post(self.url, typed)
                self.assertIn("from_whom", answer.context["form"].errors)
        self.assertEqual(Case.objects.count(), 1)
        outage = {**typed, "kind": "outage", "asked": "Mất điện."}
        at_desk(self.agent).post(self.url, outage)
        self.assertEqual(Case.objects.count(), 2)

    def test_is_for_those_who_record(self):
        operator = a_member(StaffRole.OPERATOR)
        opened(self.account, by=operator)
        for user in (operator, self.elsewhere, self.holder):
            self.assertEqual(at_desk(user).get(self.url, follow=True).status_code, 404)
