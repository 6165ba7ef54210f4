"""What becomes of agreements from a file: customers are told, a wrong file is taken back."""

import re
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from customers.models import AccountEvent, Arrangement, AutoDebit, ContactPoint, Load, StaffRole
from customers.services import arrangements, loads
from customers.services.loads import steps
from customers.services.loads.ladder import NoSecond
from customers.tests.factories import a_contact, a_member, an_account, an_auto_debit
from notifications.models import Dispatch, Notice
from notifications.models import Kind as NoticeKind
from notifications.services import planning, rendering
from portal.lib.periods import DAY, local_day
from portal.tests.site.test_loads_arrangements import Agreements, State, a_row


def said(notice: Notice, channel: str) -> str:
    """Its words without the end of the customer code and the code by which it can be checked."""
    text = rendering.render(notice=notice, channel=channel).text
    return re.sub(r"\b[0-9A-Z]{8}\b", "", text.replace(notice.account.number[-4:], ""))


class UndoTests(Agreements):
    def take_back(self, load: Load, *, at: Any = None) -> Load:
        at = at or timezone.now()
        loads.ask_undo(load=load, by=self.operator, at=at)
        loads.ask_undo(load=load, by=self.other, at=at)
        return self.work(load)

    def test_takes_back_all_that_was_made_as_the_desk_does(self) -> None:
        b = an_account()
        load = self.load(
            a_row("TRICH NO", self.account), a_row("GHI CUOI THANG", self.account),
            a_row("NGUOI THAN", self.account), a_row("GIU SMS", b),
        )  # fmt: skip
        load = self.take_back(load)
        self.assertEqual(load.state, "undone")
        self.assertEqual(load.report["undone"]["taken"], {"customers_arrangement": 4})
        self.assertEqual(set(Arrangement.objects.values_list("state", flat=True)), {"undone"})
        self.account.refresh_from_db()
        self.assertEqual(self.account.reading_day, 12)
        self.assertFalse(ContactPoint.objects.usable().exists())
        ended = AccountEvent.objects.filter(kind="arrangement_ended")
        self.assertEqual(ended.count(), 3)
        self.assertEqual(set(ended.values_list("by", flat=True)), {self.other.pk})

    def test_keeps_what_somebody_ended_since(self) -> None:
        b = an_account()
        load = self.load(a_row("TRICH NO", self.account), a_row("TRICH NO", b))
        first = Arrangement.objects.get(account=b)
        arrangements.end(arrangement=first, why="asked", by=self.other, at=timezone.now())
        load = self.take_back(load)
        self.assertEqual(load.report["undone"]["kept"], {"customers_arrangement": 1})
        first.refresh_from_db()
        self.assertEqual(first.state, "ended")

    def test_is_over_before_a_bank_takes_money(self) -> None:
        load = self.load(a_row("TRICH NO", self.account))
        with self.assertRaises(loads.NotNow):
            self.take_back(load, at=timezone.now() + timedelta(hours=24, minutes=1))
        self.assertEqual(Arrangement.objects.get().state, State.IN_FORCE)

    def test_is_done_by_nobody_who_could_not_have_let_it_in(self) -> None:
        load, at = self.load(a_row("TRICH NO", self.account)), timezone.now()
        colleague = a_member(StaffRole.OPERATOR)
        # Both press at once: each saw it before the other asked.
        steps.step("undo", load=load, said={}, by=self.operator, at=at)
        with self.assertRaises(loads.LoadError):
            steps.step("undo", load=load, said={}, by=colleague, at=at)
        load.refresh_from_db()
        self.assertEqual(load.state, "done")
        steps.step("undo", load=load, said={}, by=self.other, at=at)
        self.assertEqual(self.work(load).state, "undone")

    def test_is_declined_by_nobody_who_could_not_have_let_it_in(self) -> None:
        load, at = self.load(a_row("TRICH NO", self.account)), timezone.now()
        loads.ask_undo(load=load, by=self.operator, at=at)
        load.refresh_from_db()
        colleague = a_member(StaffRole.OPERATOR)
        with self.assertRaises(NoSecond):
            steps.step("decline_undo", load=load, said={}, by=colleague, at=at)
        for by, may in ((colleague, False), (self.operator, False), (self.other, True)):
            self.assertEqual(steps.allowed(load=load, by=by, at=at)["decline_undo"], may)
        steps.step("decline_undo", load=load, said={}, by=self.other, at=at)
        load.refresh_from_db()
        self.assertEqual(load.undo_declined_by, self.other)

    def test_lets_the_right_file_come_after_the_wrong_one(self) -> None:
        self.take_back(self.load(a_row("TRICH NO", self.account)))
        self.load(a_row("TRICH NO", self.account, bank_account="0011001234568"))
        paying = AutoDebit.objects.get(state=State.IN_FORCE)
        self.assertEqual(paying.bank_account, "0011001234568")

    def test_says_at_the_desk_what_it_takes_back(self) -> None:
        load = self.load(a_row("TRICH NO", self.account))
        self.client.force_login(self.operator)
        url = reverse("admin:customers_load_act", args=[load.pk, "undo"])
        page = self.client.post(url)
        self.assertEqual(len(page.context["effects"]), 1)
        self.assertIn("1", page.context["effects"][0])


class ToldTests(Agreements):
    """What customers hear is derived from what was recorded, whichever way it came."""

    def notice(self) -> Notice:
        planning.plan_urgent(at=timezone.now())
        return Notice.objects.filter(account=self.account, kind=NoticeKind.SECURITY).latest("pk")

    def test_of_a_debit_before_the_first_one(self) -> None:
        a_contact(account=self.account, kind="email", value="hanh@example.vn")
        self.load(a_row("TRICH NO", self.account))
        made, today = AutoDebit.objects.get(), local_day(timezone.now())
        notice = self.notice()
        self.assertTrue(Dispatch.objects.filter(notice=notice, channel="email").exists())
        said = rendering.render(notice=notice, channel="email").text
        self.assertIn(f"{made.first_debit_on:%d/%m/%Y}", said)
        self.assertIn("Không phải tôi", said)
        self.assertFalse(AutoDebit.objects.paying_on(today).exists())
        self.assertFalse(AutoDebit.objects.paying_on(made.first_debit_on - DAY).exists())
        self.assertTrue(AutoDebit.objects.paying_on(made.first_debit_on).exists())

    def test_in_the_words_of_the_desk(self) -> None:
        self.load(a_row("TRICH NO", self.account))
        by_file = self.notice()
        by_desk = an_auto_debit(
            account=an_account(reading_day=12), state="requested",
            starts_on=local_day(timezone.now()),
        )  # fmt: skip
        arrangements.approve(arrangement=by_desk, by=self.other, at=timezone.now())
        planning.plan_urgent(at=timezone.now())
        of_desk = Notice.objects.get(account=by_desk.account)
        for channel in ("inbox", "sms", "zalo"):
            self.assertEqual(said(by_file, channel), said(of_desk, channel), channel)

    def test_that_a_wrong_file_was_taken_back(self) -> None:
        load = self.load(a_row("TRICH NO", self.account))
        before = self.notice()
        for by in (self.operator, self.other):
            loads.ask_undo(load=load, by=by, at=timezone.now())
        self.work(load)
        self.assertGreater(self.notice().pk, before.pk)
