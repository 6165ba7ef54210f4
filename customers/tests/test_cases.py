"""Cases: written down, taken by one, handed over, answered, closed, opened again."""

from datetime import timedelta
from typing import Any

from django.test import TestCase

from customers.models import AccountLink, Case, CaseKind, CaseLine, CaseTerms, StaffRole, User
from customers.services import cases
from customers.tests.factories import (
    NOON,
    a_case,
    a_link,
    a_member,
    a_unit,
    a_user,
    an_account,
)
from portal.lib import spoken

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKED = "Hóa đơn tháng 10 cao quá."


def recorded(by: User, **fields: Any) -> Case:
    given = {"kind": "bill", "via": "call", "from_whom": "holder", "asked": ASKED, **fields}
    account = given.pop("account", None) or an_account()
    return cases.record(account=account, by=by, at=given.pop("at", NOON), **given)


class RecordTests(TestCase):
    def setUp(self) -> None:
        self.agent = a_member(StaffRole.AGENT)

    def test_gives_it_a_number_that_can_be_read_out(self):
        case = recorded(self.agent)
        self.assertEqual(len(case.number), 8)
        self.assertLessEqual(set(case.number), set(spoken.ALPHABET))
        self.assertRegex(case.spoken_number, r"^\w{4}-\w{4}$")
        self.assertEqual(spoken.read(case.spoken_number.lower()), case.number)

    def test_is_due_by_the_terms_of_its_kind_and_day(self):
        CaseTerms.objects.create(kind="outage", valid_from=NOON.date() + DAY, hours=2)
        for kind, at, hours in (
            ("bill", NOON, 72),
            ("outage", NOON, 4),
            ("outage", NOON + DAY, 2),
        ):
            with self.subTest(kind, hours=hours):
                case = recorded(self.agent, kind=kind, at=at)
                self.assertEqual(case.due_at, at + timedelta(hours=hours))

    def test_has_terms_for_every_kind(self):
        for kind in CaseKind:
            self.assertGreater(cases.due_at(kind=kind, at=NOON), NOON)

    def test_puts_it_into_the_queue_of_who_records_it(self):
        unit = a_unit()
        officer = a_member(StaffRole.OFFICER, unit=unit)
        self.assertIsNone(recorded(self.agent).unit)
        self.assertEqual(recorded(officer, account=an_account(unit=unit)).unit, unit)

    def test_is_for_who_sees_the_account_and_may_record(self):
        elsewhere = a_member(StaffRole.OFFICER, unit=a_unit(code="PE77"))
        link = a_link()
        for by in (elsewhere, a_member(StaffRole.AUDITOR), link.user, a_user()):
            with self.assertRaises(cases.NotAllowed):
                recorded(by, account=link.account)
        with self.assertRaises(cases.NotAllowed):
            recorded(self.agent, via="site")
        self.assertFalse(Case.objects.exists())

    def test_keeps_no_bank_or_identity_number_also_over_two_lines(self):
        for asked in ("Thẻ 9704 1234 5678 9012", "số\n0123 4567\n8901 2345", "CCCD 079203001234"):
            with self.subTest(asked), self.assertRaises(cases.NumberInText):
                recorded(self.agent, asked=asked)
        recorded(self.agent, asked="Gọi lại 0903 123 456, mã PE04010000001")

    def test_keeps_what_grows_when_it_is_cleaned(self):
        case = recorded(self.agent, asked="\u0958" * 1000, reference="\u0958" * 40)
        self.assertEqual((len(case.asked), len(case.reference)), (1000, 40))

    def test_wants_words_and_keeps_their_lines(self):
        for asked in ("", "  \n\u200b "):
            with self.assertRaises(cases.SaysNothing):
                recorded(self.agent, asked=asked)
        case = recorded(self.agent, asked="  Một.\n\n\n\nHai \u200b. ")
        self.assertEqual(case.asked, "Một.\n\nHai .")


class WorkTests(TestCase):
    def setUp(self) -> None:
        self.agent, self.colleague = a_member(StaffRole.AGENT), a_member(StaffRole.AGENT)
        self.unit = a_unit()
        self.officer = a_member(StaffRole.OFFICER, unit=self.unit)
        self.case = recorded(self.agent, account=an_account(unit=self.unit))

    def take(self, by: User, *, at: Any = NOON) -> Case:
        return cases.take(case=self.case, by=by, at=at)

    def answer(self, by: User, *, at: Any = NOON, **given: Any) -> CaseLine:
        words = {"outcome": "answered", "text": "Đã kiểm tra.", **given}
        return cases.close(case=self.case, by=by, at=at, **words)

    def hand_over(self, by: User, to: Any, note: str = "") -> Case:
        return cases.hand_over(case=self.case, to=to, note=note, by=by, at=NOON)

    def now(self) -> Case:
        return Case.objects.get(pk=self.case.pk)

    def test_is_of_one_person_for_twelve_hours(self):
        self.take(self.agent)
        with self.assertRaises(cases.Taken):
            self.take(self.colleague, at=NOON + 11 * HOUR)
        self.take(self.colleague, at=NOON + 12 * HOUR)
        self.assertEqual(self.now().owner, self.colleague)

    def test_is_answered_by_whoever_has_it_and_by_nobody_else(self):
        for by in (self.agent, self.colleague):
            with self.assertRaises(cases.NotYours):
                self.answer(by)
        self.take(self.agent)
        with self.assertRaises(cases.NotYours):
            self.answer(self.colleague)
        with self.assertRaises(cases.NotYours):
            self.answer(self.agent, at=NOON + 12 * HOUR)
        line = self.answer(self.agent)
        case = self.now()
        self.assertEqual(
            (case.state, case.outcome, case.closed_by), ("closed", "answered", self.agent)
        )
        self.assertEqual((line.kind, line.text, line.by), ("answer", "Đã kiểm tra.", self.agent))

    def test_is_closed_with_an_outcome_and_words(self):
        self.take(self.agent)
        for given, refused in (
            ({"outcome": ""}, cases.NoOutcome),
            ({"outcome": "settled"}, cases.NoOutcome),
            ({"text": " \n "}, cases.NoAnswer),
            ({"text": "Số thẻ 9704123456789012"}, cases.NumberInText),
        ):
            with self.subTest(given), self.assertRaises(refused):
                self.answer(self.agent, **given)
        self.assertEqual(self.now().state, "taken")
        self.assertFalse(CaseLine.objects.exists())

    def test_goes_to_the_company_in_charge_and_back(self):
        self.take(self.agent)
        with self.assertRaises(cases.NotElsewhere):
            self.hand_over(self.agent, a_unit(code="PE77"))
        with self.assertRaises(cases.NotElsewhere):
            self.hand_over(self.agent, None)
        self.hand_over(self.agent, self.unit, "cần đọc lại công tơ")
        case = self.now()
        self.assertEqual((case.unit, case.state, case.owner), (self.unit, "new", None))
        self.assertEqual(case.lines.get().note, "cần đọc lại công tơ")
        self.take(self.officer)
        self.hand_over(self.officer, None)
        self.assertIsNone(self.now().unit)

    def test_handed_over_leaves_the_agents_queue_and_stays_readable(self):
        queue = Case.objects.in_queue_of
        self.assertIn(self.case, queue(self.agent))
        self.assertNotIn(self.case, Case.objects.visible_to(self.officer))
        self.take(self.agent)
        self.hand_over(self.agent, self.unit)
        self.assertNotIn(self.case, queue(self.agent))
        self.assertIn(self.case, queue(self.officer))
        self.assertIn(self.case, Case.objects.visible_to(self.agent))
        for step in (self.take, self.answer):
            with self.assertRaises(cases.NotAllowed):
                step(self.agent)

    def test_of_one_company_is_nothing_to_another(self):
        elsewhere = a_member(StaffRole.OFFICER, unit=a_unit(code="PE77"))
        Case.objects.filter(pk=self.case.pk).update(unit=self.unit)
        self.case.refresh_from_db()
        self.assertNotIn(self.case, Case.objects.visible_to(elsewhere))
        for by in (elsewhere, a_user(), a_link(account=self.case.account).user):
            with self.assertRaises(cases.NotAllowed):
                self.take(by)

    def test_is_not_worked_on_by_who_only_looks(self):
        for role in (StaffRole.AUDITOR, StaffRole.OPERATOR):
            with self.assertRaises(cases.NotAllowed):
                self.take(a_member(role))

    def test_is_not_worked_on_by_who_asked(self):
        self.case = a_case(account=self.case.account, asked_by=self.agent)
        with self.assertRaises(cases.NotAllowed):
            self.take(self.agent)

    def test_left_lying_is_fetched_back_by_a_supervisor_of_the_city(self):
        self.take(self.agent)
        self.hand_over(self.agent, self.unit)
        for by in (self.agent, self.officer, a_member(StaffRole.SUPERVISOR, unit=self.unit)):
            with self.assertRaises(cases.NotAllowed):
                cases.recall(case=self.case, note="", by=by, at=NOON)
        cases.recall(case=self.case, note="gấp", by=a_member(StaffRole.SUPERVISOR), at=NOON)
        self.assertIsNone(self.now().unit)

    def test_keeps_no_number_in_the_note_of_a_hand_over(self):
        self.take(self.agent)
        with self.assertRaises(cases.NumberInText):
            self.hand_over(self.agent, self.unit, "TK 0071001234567")
        self.assertIsNone(self.now().unit)

    def test_stands_still_while_it_waits_for_the_customer(self):
        due_at = self.case.due_at
        self.take(self.agent)
        cases.ask_customer(case=self.case, text="Chỉ số bao nhiêu?", by=self.agent, at=NOON + HOUR)
        case = self.now()
        self.assertEqual((case.state, case.owner), ("waiting", self.agent))
        self.assertNotIn(case, Case.objects.overdue(at=due_at + DAY))
        self.take(self.colleague, at=NOON + 31 * HOUR)
        self.assertEqual(self.now().due_at, due_at + 30 * HOUR)

    def test_asked_twice_waits_since_the_first_question(self):
        self.take(self.agent)
        for hours in (1, 2):
            at = NOON + hours * HOUR
            cases.ask_customer(case=self.case, text="Chỉ số?", by=self.agent, at=at)
        self.assertEqual(self.now().waiting_since, NOON + HOUR)

    def test_is_opened_again_within_seven_days_and_due_anew(self):
        self.take(self.agent)
        self.answer(self.agent)
        with self.assertRaises(cases.TooLate):
            cases.reopen(case=self.case, by=self.agent, at=NOON + 7 * DAY + HOUR)
        later = NOON + 6 * DAY
        cases.reopen(case=self.case, by=self.agent, at=later)
        case = self.now()
        self.assertEqual((case.state, case.outcome, case.closed_at), ("new", "", None))
        self.assertEqual(case.due_at, later + 72 * HOUR)

    def test_leaves_each_step_in_the_history_under_its_hand_and_no_words(self):
        self.take(self.agent)
        self.hand_over(self.agent, self.unit)
        self.take(self.officer)
        self.answer(self.officer)
        rows = list(self.case.history.order_by("history_id"))
        self.assertEqual([row.state for row in rows], ["new", "taken", "new", "taken", "closed"])
        hands = [self.agent, self.agent, self.agent, self.officer, self.officer]
        self.assertEqual([row.history_user_id for row in rows], [one.pk for one in hands])
        self.assertNotIn("asked", {field.name for field in Case.history.model._meta.fields})


class CustomerTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.holder = a_link(account=self.account).user
        self.home = a_link(account=self.account, role=AccountLink.Role.HOUSEHOLD).user
        self.relative = a_link(account=self.account, role=AccountLink.Role.RELATIVE).user
        self.viewer = a_link(account=self.account, role=AccountLink.Role.VIEWER).user
        self.stranger = a_link().user
        self.agent = a_member(StaffRole.AGENT)

    def ask(self, by: User, **fields: Any) -> Case:
        given = {"account": self.account, "kind": "bill", "asked": ASKED, "at": NOON, **fields}
        return cases.ask(by=by, **given)

    def test_write_into_the_city_queue_as_themselves(self):
        case = self.ask(self.holder)
        self.assertEqual((case.via, case.asked_by, case.unit), ("site", self.holder, None))
        self.assertEqual(case.from_whom, "holder")
        self.assertEqual(self.ask(self.relative).from_whom, "relative")

    def test_write_about_addresses_alone_whose_notices_they_see_and_where_they_live(self):
        left = a_link(account=self.account, role="household", moved_out_on=NOON.date()).user
        ended = a_link(account=self.account, role="household", ends_at=NOON - DAY).user
        for by in (self.viewer, self.stranger, a_user(), left, ended, self.agent):
            with self.assertRaises(cases.NotAllowed):
                self.ask(by)

    def test_without_an_address_ask_for_help_with_linking_alone(self):
        for kind in CaseKind:
            if kind == CaseKind.LINKING:
                self.assertIsNone(self.ask(self.stranger, account=None, kind=kind).account)
            else:
                with self.assertRaises(cases.NotAllowed):
                    self.ask(self.stranger, account=None, kind=kind)

    def test_have_ten_open_ones_of_an_address(self):
        made = [self.ask(by) for by in (self.holder, self.relative) for _ in range(5)]
        with self.assertRaises(cases.TooMany):
            self.ask(self.home)
        cases.settle(case=made[0], by=self.holder, at=NOON)
        self.ask(self.home)
        for _ in range(10):
            self.ask(self.stranger, account=None, kind="linking")
        with self.assertRaises(cases.TooMany):
            self.ask(self.stranger, account=None, kind="linking")

    def test_see_all_of_an_address_where_they_may_act_and_else_their_own(self):
        mine, theirs = self.ask(self.holder), self.ask(self.relative)
        called = recorded(self.agent, account=self.account)
        seen = {
            self.holder: {mine, theirs, called},
            self.home: {mine, theirs, called},
            self.relative: {theirs},
            self.viewer: set(),
            self.stranger: set(),
        }
        for user, expected in seen.items():
            self.assertEqual(set(Case.objects.visible_to(user)), expected, user)

    def test_see_nothing_of_an_address_once_the_link_is_over(self):
        case = self.ask(self.relative)
        AccountLink.objects.filter(user=self.relative).update(state="ended", ends_at=NOON)
        self.assertNotIn(case, Case.objects.visible_to(self.relative))

    def test_who_moved_in_see_nothing_from_before(self):
        case = self.ask(self.holder)
        AccountLink.objects.filter(user=self.holder).update(moved_out_on=(NOON + 5 * DAY).date())
        after = a_link(account=self.account, moved_in_on=(NOON + 5 * DAY).date()).user
        self.assertNotIn(case, Case.objects.visible_to(after))
        self.assertIn(case, Case.objects.visible_to(self.holder))

    def test_add_a_line_and_bring_back_what_waited_for_them(self):
        case = self.ask(self.holder)
        cases.take(case=case, by=self.agent, at=NOON)
        cases.ask_customer(case=case, text="Chỉ số?", by=self.agent, at=NOON)
        case = cases.reply(case=case, text="12345", by=self.home, at=NOON + DAY)
        self.assertEqual((case.state, case.owner), ("new", None))
        self.assertEqual(case.due_at, NOON + 96 * HOUR)

    def test_add_a_line_and_leave_it_with_whoever_works_on_it(self):
        case = self.ask(self.holder)
        cases.take(case=case, by=self.agent, at=NOON)
        case = cases.reply(case=case, text="Thêm nữa", by=self.holder, at=NOON)
        self.assertEqual((case.state, case.owner), ("taken", self.agent))

    def test_open_it_again_by_a_line_within_seven_days(self):
        case = self.ask(self.holder)
        cases.settle(case=case, by=self.holder, at=NOON)
        with self.assertRaises(cases.TooLate):
            cases.reply(case=case, text="Chưa xong", by=self.holder, at=NOON + 8 * DAY)
        self.assertFalse(CaseLine.objects.exists())
        case = cases.reply(case=case, text="Chưa xong", by=self.holder, at=NOON + DAY)
        self.assertEqual(case.state, "new")

    def test_write_thirty_lines_at_most(self):
        case = self.ask(self.holder)
        for _ in range(cases.MOST_LINES):
            cases.reply(case=case, text="a", by=self.holder, at=NOON)
        with self.assertRaises(cases.TooManyLines):
            cases.reply(case=case, text="a", by=self.holder, at=NOON)

    def test_settle_what_they_may_act_on_and_once(self):
        case = self.ask(self.holder)
        for by in (self.relative, self.stranger, self.agent):
            for step in (cases.settle, lambda **given: cases.reply(text="x", **given)):
                with self.assertRaises(cases.NotAllowed):
                    step(case=case, by=by, at=NOON)
        case = cases.settle(case=case, by=self.holder, at=NOON)
        self.assertEqual((case.outcome, case.closed_by), ("settled", self.holder))
        with self.assertRaises(cases.Closed):
            cases.settle(case=case, by=self.holder, at=NOON)
