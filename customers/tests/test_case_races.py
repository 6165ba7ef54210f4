"""Several people at the same case, or one address, at the same moment."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection
from django.test import TransactionTestCase

from customers.models import Case, StaffRole, User
from customers.services import cases
from customers.tests.factories import NOON, a_case, a_link, a_member, an_account


def at_once(deed: Callable[[Any], Any], people: list[Any]) -> Counter[str]:
    """Run ``deed`` for all people at the same moment; count how it went by exception's name."""
    start = Barrier(len(people))

    def one(person: Any) -> str:
        start.wait()
        try:
            deed(person)
        except cases.CaseError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(people)) as pool:
        return Counter(pool.map(one, people))


class RaceTests(TransactionTestCase):
    serialized_rollback = True  # what migrations bring must be there for the tests that follow

    def test_lets_one_of_twenty_take_it(self):
        case = a_case()
        agents = [a_member(StaffRole.AGENT) for _ in range(20)]
        outcomes = at_once(lambda agent: cases.take(case=case, by=agent, at=NOON), agents)
        self.assertEqual(outcomes, {"done": 1, "Taken": 19})
        self.assertEqual(case.history.filter(state="taken").count(), 1)
        self.assertIn(Case.objects.get().owner, agents)

    def test_lets_one_of_answer_and_settlement_close_it(self):
        agent = a_member(StaffRole.AGENT)
        holder = a_link().user
        account = holder.links.get().account
        for _ in range(5):
            case = a_case(account=account, asked_by=holder)
            cases.take(case=case, by=agent, at=NOON)

            def act(person: User, case: Case = case) -> None:
                if person == holder:
                    cases.settle(case=case, by=person, at=NOON)
                else:
                    cases.close(case=case, outcome="done", text="Xong.", by=person, at=NOON)

            self.assertEqual(at_once(act, [agent, holder]), {"done": 1, "Closed": 1})

    def test_lets_ten_of_fifteen_requests_about_an_address_through(self):
        account = an_account()
        people = [a_link(account=account, role="relative").user for _ in range(15)]
        asked = {"account": account, "kind": "bill", "asked": "Xin hỏi.", "at": NOON}
        outcomes = at_once(lambda person: cases.ask(by=person, **asked), people)
        self.assertEqual(outcomes, {"done": 10, "TooMany": 5})
        self.assertEqual(Case.objects.count(), 10)

    def test_of_a_step_and_a_recall_leaves_one_queue(self):
        unit = an_account().unit
        agent, boss = a_member(StaffRole.OFFICER, unit=unit), a_member(StaffRole.SUPERVISOR)
        for _ in range(5):
            case = a_case(account=an_account(unit=unit), unit=unit)

            def act(person: User, case: Case = case) -> None:
                if person == boss:
                    cases.recall(case=case, note="", by=person, at=NOON)
                else:
                    cases.take(case=case, by=person, at=NOON)

            outcomes = at_once(act, [agent, boss])
            self.assertEqual(outcomes["done"] + outcomes["NotAllowed"], 2)
            case.refresh_from_db()
            self.assertEqual((case.unit, case.state, case.owner), (None, "new", None))
