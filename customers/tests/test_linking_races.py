"""Many at once at the same code, request, login or address, on a database that many talk to."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from unittest.mock import patch

from django.db import connection
from django.test import TransactionTestCase

from customers.models import AccountEvent, AccountLink, LinkRequest
from customers.services import linking
from customers.services.linking import answering
from customers.tests.factories import NOON, a_link, a_user
from customers.tests.linking import Proof, a_home, answer, ask, asked, wrong

Done = Callable[[int], object]


def at_once(times: int, work: Done) -> Counter[str]:
    """Do ``work`` so often at the same moment; count how it went, by the refusal's name."""
    start = Barrier(times)

    def one(place: int) -> str:
        connection.ensure_connection()
        start.wait()
        try:
            work(place)
        except linking.LinkingError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(times) as pool:
        return Counter(pool.map(one, range(times)))


class RaceTests(TransactionTestCase):
    serialized_rollback = True

    def test_twenty_redemptions_of_one_code_make_one_link(self):
        """T04."""
        request, code = asked(a_home())
        outcomes = at_once(20, lambda _place: answer(request, code))
        self.assertEqual(outcomes, {"done": 1, "Gone": 19})
        self.assertEqual(AccountLink.objects.count(), 1)
        linked = AccountEvent.objects.filter(kind=AccountEvent.Kind.LINKED)
        self.assertEqual(linked.count(), 1)

    def test_of_sixty_wrong_codes_at_once_five_are_compared(self):
        """T01, T05: also the right code is dead afterwards."""
        request, code = asked(a_home())
        compared = []
        real = answering.contact_hash

        def counted(*args: object) -> str:
            compared.append(1)
            return real(*args)

        with patch.object(answering, "contact_hash", counted):
            outcomes = at_once(60, lambda _place: answer(request, wrong(code)))
        self.assertEqual(len(compared), 5)
        self.assertEqual(outcomes, {"WrongCode": 4, "Gone": 56})
        with self.assertRaises(linking.Gone):
            answer(request, code)

    def test_of_four_logins_with_a_code_each_one_becomes_the_holder(self):
        account = a_home()
        agent, made = a_user(), []
        for _one in range(3):
            made.append(asked(account))
        letter = linking.issue_letter(account=account, by=agent, reference="CG-1", at=NOON)[1]
        made.append((asked(account, proof=Proof.LETTER)[0], letter))
        outcomes = at_once(4, lambda place: answer(*made[place]))
        self.assertEqual(outcomes, {"done": 4})
        self.assertEqual(AccountLink.objects.get().role, "holder")
        waiting = LinkRequest.objects.filter(state=LinkRequest.State.WAITING)
        self.assertEqual(waiting.count(), 3)

    def test_of_five_logins_with_the_same_letter_one_is_linked(self):
        account = a_home()
        letter = linking.issue_letter(account=account, by=a_user(), reference="CG-1", at=NOON)[1]
        requests = [
            ask(account, proof=Proof.LETTER, network=str(place), at=NOON - timedelta(minutes=9))
            for place in range(5)
        ]
        outcomes = at_once(5, lambda place: answer(requests[place], letter))
        self.assertEqual(outcomes, {"done": 1, "WrongCode": 4})
        self.assertEqual(AccountLink.objects.count(), 1)

    def test_of_twenty_requests_of_one_login_five_are_taken(self):
        user = a_user()
        numbers = [f"PE040000000{place:02d}" for place in range(20)]
        outcomes = at_once(20, lambda place: ask(numbers[place], user=user))
        self.assertEqual(outcomes, {"done": 5, "TooMany": 15})

    def test_of_twenty_requests_for_one_code_five_are_taken_and_three_are_sent(self):
        account = a_home()
        users = [a_user() for _one in range(20)]
        outcomes = at_once(20, lambda place: ask(account, user=users[place]))
        self.assertEqual(outcomes, {"done": 5, "TooMany": 15})
        keys = list(LinkRequest.objects.values_list("pk", flat=True))
        at_once(5, lambda place: linking.prepare(request=keys[place], at=NOON))
        self.assertEqual(LinkRequest.objects.exclude(sent_at=None).count(), 3)

    def test_one_request_prepared_ten_times_at_once_sends_one_code(self):
        request = ask(a_home())
        sent = []
        at_once(10, lambda _place: sent.append(linking.prepare(request=request.pk, at=NOON)))
        self.assertEqual(sum(one is not None for one in sent), 1)

    def test_a_login_with_nineteen_addresses_gets_one_more(self):
        user = a_user()
        for _one in range(19):
            a_link(user=user)
        made = [asked(a_home(), user=user) for _one in range(4)]
        outcomes = at_once(4, lambda place: answer(*made[place]))
        self.assertEqual(outcomes, {"done": 1, "TooManyAddresses": 3})

    def test_the_holders_yes_and_no_at_once_leave_one_answer(self):
        account = a_home()
        holder = a_link(account=account).user
        for _one in range(3):
            request, _code = asked(account, proof=Proof.HOLDER)

            def decide(place: int, request: LinkRequest = request) -> None:
                if place % 2:
                    linking.refuse(request=request, by=holder, at=NOON)
                    return
                linking.accept(
                    request=request, by=holder, role="viewer", rights=["totals"], at=NOON
                )

            outcomes = at_once(4, decide)
            self.assertEqual(outcomes, {"done": 1, "NotWaiting": 3})
