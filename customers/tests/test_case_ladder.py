"""The ladder of a case's states: of the services and of the database, step by step."""

from datetime import timedelta
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.test import TestCase

from customers.models import Case, CaseLine, User
from customers.services import cases
from customers.tests.factories import NOON, a_case, a_staff_user, a_unit, a_user, an_account
from portal.lib import spoken

State = Case.State
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OWNED = (State.TAKEN, State.WAITING)


def in_state(state: str, *, owner: User, **fields: Any) -> Case:
    """A case that stands where ``state`` says, by the fields that belong to it."""
    owned = {"owner": owner, "taken_at": NOON} if state in OWNED else {}
    waits = {"waiting_since": NOON} if state == State.WAITING else {}
    closed = {"outcome": "answered", "closed_by": owner, "closed_at": NOON}
    ended = closed if state == State.CLOSED else {}
    return a_case(state=state, **owned, **waits, **ended, **fields)


class LadderTests(TestCase):
    """Every step from every state, against the services' ladder and the database's."""

    def setUp(self) -> None:
        self.owner = a_staff_user("customers.change_case", "customers.view_case",
                                  "customers.view_account")  # fmt: skip
        self.unit = a_unit()

    def test_is_the_same_in_the_database(self):
        for before in State:
            for after in State:
                with self.subTest(f"{before} > {after}"):
                    case = in_state(before, owner=self.owner)
                    wanted = in_state(after, owner=self.owner)
                    given = {
                        name: getattr(wanted, name)
                        for name in ("state", "owner", "taken_at", "waiting_since", "outcome",
                                     "closed_by", "closed_at")
                    }  # fmt: skip
                    rows = Case.objects.filter(pk=case.pk)
                    allowed = before == after or after in Case.LADDER[before]
                    if allowed:
                        self.assertEqual(rows.update(**given, reopened_at=NOON), 1)
                    else:
                        with self.assertRaises(IntegrityError), transaction.atomic():
                            rows.update(**given, reopened_at=NOON)

    def test_lets_each_step_start_where_it_says_and_leaves_all_else_as_it_was(self):
        starts = {
            "take": {State.NEW, State.TAKEN, State.WAITING},
            "give_back": {State.TAKEN, State.WAITING},
            "hand_over": {State.TAKEN, State.WAITING},
            "ask_customer": {State.TAKEN, State.WAITING},
            "close": {State.TAKEN, State.WAITING},
            "reopen": {State.CLOSED},
        }
        more = {
            "hand_over": {"to": self.unit, "note": ""},
            "ask_customer": {"text": "Khi nào?"},
            "close": {"outcome": "done", "text": "Xong."},
        }
        for verb, allowed in starts.items():
            for state in State:
                with self.subTest(f"{verb} from {state}"):
                    account = an_account(unit=self.unit)
                    case = in_state(state, owner=self.owner, account=account)
                    before = Case.objects.filter(pk=case.pk).values().get()
                    step = getattr(cases, verb)
                    given = {"case": case, "by": self.owner, "at": NOON, **more.get(verb, {})}
                    if state in allowed:
                        step(**given)
                        after = Case.objects.get(pk=case.pk).state
                        self.assertIn(after, (state, *Case.LADDER[state]))
                    else:
                        with self.assertRaises(cases.CaseError):
                            step(**given)
                        after_all = Case.objects.filter(pk=case.pk).values().get()
                        self.assertEqual(after_all, before)

    def test_opens_nothing_again_after_seven_days_whoever_writes(self):
        for at in (None, NOON - HOUR, NOON + 7 * DAY + HOUR):
            case = in_state(State.CLOSED, owner=self.owner)
            rows = Case.objects.filter(pk=case.pk)
            with self.subTest(at), self.assertRaises(IntegrityError), transaction.atomic():
                rows.update(state="new", outcome="", closed_by=None, closed_at=None, reopened_at=at)

    def test_keeps_what_was_asked_and_said_as_it_was(self):
        case = a_case()
        line = case.lines.create(kind="answer", text="Xong.", by=self.owner, at=NOON)
        for change in ({"asked": "khác"}, {"number": "00000000"}, {"account": an_account()}):
            with self.assertRaises(DatabaseError), transaction.atomic():
                Case.objects.filter(pk=case.pk).update(**change)
        with self.assertRaises(DatabaseError), transaction.atomic():
            CaseLine.objects.filter(pk=line.pk).update(text="khác")

    def test_wants_an_account_but_for_help_with_linking_of_a_login(self):
        a_case(account=None, kind="linking", asked_by=a_user())
        for fields in (
            {"kind": "bill", "asked_by": a_user()},
            {"kind": "linking"},
            {"kind": "linking", "asked_by": a_user(), "unit": self.unit},
        ):
            with self.subTest(fields), self.assertRaises(IntegrityError), transaction.atomic():
                Case.objects.create(
                    account=None, number=spoken.draw(8), via="site" if "asked_by" in fields
                    else "call", from_whom="other", asked="x", made_at=NOON,
                    made_by=fields.get("asked_by") or self.owner, due_at=NOON + DAY, **fields,
                )  # fmt: skip
