"""Several people at the same arrangement, account or contact at the same moment."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase

from customers.models import (
    Account,
    AccountEvent,
    Arrangement,
    RelativeContact,
    Renewal,
    User,
    WorkItem,
)
from customers.services import arrangements, work
from customers.tests.agreed import TODAY, request
from customers.tests.factories import NOON, a_staff_user, an_account, an_sms_retention

Kind, State = Arrangement.Kind, Arrangement.State


def at_once(deed: Any, people: list[Any]) -> Counter[str]:
    """Run ``deed`` for all people at the same moment; count how it went by exception's name."""
    start = Barrier(len(people))

    def one(person: Any) -> str:
        start.wait()
        try:
            deed(person)
        except (arrangements.ArrangementError, work.WorkError) as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(people)) as pool:
        return Counter(pool.map(one, people))


class RaceTests(TransactionTestCase):
    serialized_rollback = True  # what migrations bring must be there for the tests that follow

    def test_lets_one_of_twenty_approvals_win(self):
        made = request(Kind.AUTO_DEBIT, by=a_staff_user())
        outcomes = at_once(
            lambda person: arrangements.approve(arrangement=made, by=person, at=NOON),
            [a_staff_user() for _ in range(20)],
        )
        self.assertEqual(outcomes, {"done": 1, "NotWaiting": 19})

    def test_lets_one_of_twenty_confirmations_win(self):
        made = an_sms_retention(review_on=TODAY)
        word = arrangements.Word(review_on=TODAY + timedelta(days=300), reference="CG-1")
        outcomes = at_once(
            lambda person: arrangements.renew(
                arrangement=made, reviewed_on=TODAY, word=word, by=person, at=NOON
            ),
            [a_staff_user() for _ in range(20)],
        )
        self.assertEqual(outcomes, {"done": 1, "AlreadyRenewed": 19})
        self.assertEqual(Renewal.objects.count(), 1)

    def test_lets_one_round_of_the_clock_expire_it(self):
        an_sms_retention(review_on=TODAY - timedelta(days=40))
        at_once(lambda _one: arrangements.keep(at=NOON), list(range(5)))
        self.assertEqual(WorkItem.objects.count(), 1)
        self.assertEqual(AccountEvent.objects.count(), 1)

    def test_lets_one_of_twenty_take_a_row_of_the_list(self):
        an_sms_retention(review_on=TODAY)
        arrangements.keep(at=NOON)
        item = WorkItem.objects.get()
        outcomes = at_once(
            lambda person: work.claim(item=item, by=person, at=NOON),
            [a_staff_user() for _ in range(20)],
        )
        self.assertEqual(outcomes, {"done": 1, "Taken": 19})

    def test_lets_one_of_ten_requests_for_one_account_win(self):
        account = an_account(reading_day=12)
        outcomes = at_once(
            lambda person: request(Kind.MONTH_END_READING, by=person, account=account),
            [a_staff_user() for _ in range(10)],
        )
        self.assertEqual(outcomes, {"done": 1, "AlreadyOpen": 9})
        self.assertEqual(Arrangement.objects.get().terms.old_day, 12)

    def test_lets_one_contact_onto_three_of_ten_accounts(self):
        agent = a_staff_user()
        outcomes = at_once(
            lambda account: request(Kind.RELATIVE_CONTACT, by=agent, account=account),
            [an_account() for _ in range(10)],
        )
        self.assertEqual(outcomes, {"done": 3, "TooManyAccounts": 7})
        self.assertEqual(RelativeContact.objects.count(), 3)

    def test_decides_between_approval_and_withdrawal(self):
        agent, supervisor = a_staff_user(), a_staff_user()
        for _ in range(5):
            made = request(Kind.SMS_RETENTION, by=agent)

            def act(person: User, made: Arrangement = made) -> None:
                verb = arrangements.undo if person == agent else arrangements.refuse
                fields = {} if person == agent else {"why": "sai số"}
                verb(arrangement=made, by=person, at=NOON, **fields)

            outcomes = at_once(act, [agent, supervisor])
            self.assertEqual(outcomes["done"], 1, outcomes)

    def test_keeps_the_reading_day_through_an_undo_and_a_new_request_at_once(self):
        agent, supervisor = a_staff_user(), a_staff_user()
        for _ in range(10):
            account = an_account(reading_day=12)
            made = request(Kind.MONTH_END_READING, by=agent, account=account)

            def act(person: User, made: Arrangement = made, account: Account = account) -> None:
                if person == agent:
                    arrangements.undo(arrangement=made, by=person, at=NOON)
                else:
                    request(Kind.MONTH_END_READING, by=person, account=account)

            at_once(act, [agent, supervisor])
            account.refresh_from_db()
            again = account.arrangements.filter(state=State.IN_FORCE).first()
            self.assertEqual(account.reading_day, 31 if again else 12)
            self.assertIn(again and again.terms.old_day, (None, 12))

    def test_waits_for_whoever_is_changing_the_account(self):
        agent, account = a_staff_user(), an_account(reading_day=12)
        made = request(Kind.AUTO_DEBIT, by=agent, account=account)
        verbs = [
            lambda: request(Kind.SMS_RETENTION, by=agent, account=account),
            lambda: arrangements.undo(arrangement=made, by=agent, at=NOON),
            lambda: arrangements.approve(arrangement=made, by=a_staff_user(), at=NOON),
        ]
        for verb in verbs:
            with held(account), self.assertRaises(OperationalError), transaction.atomic():
                connection.cursor().execute("SET LOCAL lock_timeout = '50ms'")
                verb()


@contextmanager
def held(account: Account) -> Iterator[None]:
    """Somebody else's transaction that changes ``account``, open until the block ends."""
    is_held, is_done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Account.objects.select_for_update(no_key=True).get(pk=account.pk)
            is_held.set()
            is_done.wait()
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        is_held.wait()
        try:
            yield
        finally:
            is_done.set()
            holding.result()
