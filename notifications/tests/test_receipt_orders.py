"""Any order, any repetition, before or after our own record: one end, and never a step down."""

import itertools
import uuid
from datetime import timedelta

from django.test import TestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyTestCase

from customers.tests.factories import NOON, a_contact, an_account
from notifications.channels import Unavailable
from notifications.models import Dispatch, Notice
from notifications.services import claiming, receipts, settling, sweeping
from notifications.tests.factories import a_dispatch, a_notice
from notifications.tests.test_receipts import event, record, state

Status, Reach = Dispatch.Status, Notice.Reach

WORDS = ("failed", "delivered", "seen")
ANSWER, DOUBT = "our record: taken", "our record: no answer"
ID = "provider's id"
# By our reference, by the provider's id alone, by both; and what is none of ours.
NAMED = ("reference", "id", "both")
STRANGE = ("unknown reference", "unknown id", "other provider")
TOLD = {"delivered": Reach.DELIVERED, "seen": Reach.SEEN}
HEIGHTS = [Status.DELIVERED, Status.SEEN]

known = st.tuples(st.sampled_from(WORDS), st.sampled_from(NAMED))
strange = st.tuples(st.sampled_from(WORDS), st.sampled_from(STRANGE))


class Life:
    """One dispatch from its claim on, with what its provider says about it."""

    def __init__(self) -> None:
        self.dispatch = a_dispatch()
        [self.claim] = claiming.claim(channel="zalo", at=NOON, limit=1).claims
        self.minutes = itertools.count(1)

    def at(self):
        return NOON + next(self.minutes) * timedelta(seconds=1)

    def settle(self, **ended) -> None:
        result = settling.Result(claim=self.claim, **ended)
        settling.settle(channel="zalo", results=[result], deduplicates=False, at=self.at())

    def hear(self, step) -> None:
        """One step: our own record, or a receipt."""
        if step == ANSWER:
            self.settle(provider_ref=ID)
        elif step == DOUBT:
            self.settle(error=Unavailable("no answer", ambiguous=True))
        else:
            word, named = step
            record(self.receipt(word, named), at=self.at())

    def receipt(self, word: str, named: str):
        fields = {
            "reference": {"message_id": f"x-{self.dispatch.pk}"},
            "id": {"reference": "", "message_id": ID},
            "both": {"message_id": ID},
            "unknown reference": {"reference": uuid.uuid4().hex},
            "unknown id": {"reference": "", "message_id": "nobody's"},
            "other provider": {"provider": "esms"},
        }
        return event(self.dispatch, word, **fields[named])


def height(dispatch: Dispatch) -> int:
    status, reach = state(dispatch)
    if status in HEIGHTS:
        assert reach == TOLD[status]
        return HEIGHTS.index(status) + 1
    assert reach in {Reach.TRYING, Reach.UNREACHABLE}
    return 0


class EveryOrderTests(TestCase):
    def test_of_our_record_and_all_receipts_ends_the_same(self):
        """Each subset of what a provider can say, in each order, our record anywhere among it."""
        for size in range(len(WORDS) + 1):
            for said in itertools.combinations(WORDS, size):
                for order in itertools.permutations([ANSWER, *((w, "reference") for w in said)]):
                    life = Life()
                    below = 0
                    for step in order:
                        life.hear(step)
                        self.assertGreaterEqual(height(life.dispatch), below, order)
                        below = height(life.dispatch)
                    self.assertEqual(state(life.dispatch), expected(said), order)


def expected(said) -> tuple[str, str]:
    """The highest of what was said; a failure only where nothing better was."""
    for word in ("seen", "delivered"):
        if word in said:
            return word, TOLD[word]
    if "failed" in said:
        return Status.FAILED, Reach.UNREACHABLE
    return Status.ACCEPTED, Reach.TRYING


class AnyStoryTests(PropertyTestCase):
    @settings(max_examples=60, deadline=None)
    @given(
        own=st.sampled_from([ANSWER, DOUBT]),
        before=st.lists(known | strange, max_size=4),
        after=st.lists(known | strange, max_size=4),
    )
    def test_ends_with_the_highest_word_said_of_it(self, own, before, after):
        life = Life()
        below = 0
        for step in [*before, own, *after]:
            life.hear(step)
            self.assertGreaterEqual(height(life.dispatch), below)
            below = height(life.dispatch)
        sweeping.sweep(at=life.at())
        # Without an answer the provider's id never became known to us.
        ours = {"reference", "both"} | ({"id"} if own == ANSWER else set())
        # One word under one id is one receipt, kept as it came first.
        first: dict[str, str] = {}
        for word, named in [*before, *after]:
            if named in {"id", "both"}:
                first.setdefault(word, named)
        said = {
            word
            for word, named in [*before, *after]
            if (named if named not in {"id", "both"} else first[word]) in ours
        }
        status, reach = expected(said)
        if own == DOUBT and not said:
            status = Status.UNKNOWN
        self.assertEqual(state(life.dispatch), (status, reach))

    @settings(max_examples=20, deadline=None)
    @given(strangers=st.lists(strange, min_size=1, max_size=6))
    def test_of_strangers_changes_nothing(self, strangers):
        life = Life()
        life.hear(ANSWER)
        before = Dispatch.objects.values().get(pk=life.dispatch.pk)
        for step in strangers:
            life.hear(step)
        sweeping.sweep(at=life.at())
        self.assertEqual(Dispatch.objects.values().get(pk=life.dispatch.pk), before)
        self.assertEqual(receipts.apply_parked(at=life.at()), 0)


class DigestTests(PropertyTestCase):
    """A digest of three: each order of answer and receipts ends as for one alone, for all alike."""

    @settings(max_examples=30, deadline=None)
    @given(
        own=st.sampled_from([ANSWER, DOUBT]),
        before=st.lists(st.sampled_from(WORDS), max_size=3),
        after=st.lists(st.sampled_from(WORDS), max_size=3),
    )
    def test_any_story_ends_alike_for_all_of_it(self, own, before, after):
        three = []
        for _ in range(3):
            account = an_account()
            contact = a_contact(account=account, kind="email", value="chu.nha@example.vn")
            notice = a_notice(account=account)
            three.append(a_dispatch(notice=notice, channel="email", contact=contact))
        claims = claiming.claim(channel="email", at=NOON, limit=3).claims
        [reference] = {claim.sent_as for claim in claims}
        for step in [*before, own, *after]:
            if step == ANSWER:
                ended = {"provider_ref": ID}
            elif step == DOUBT:
                ended = {"error": Unavailable("no answer", ambiguous=True)}
            else:
                fields = {"reference": reference.hex, "message_id": ID}
                record(event(three[0], step, **fields))
                continue
            results = [settling.Result(claim=claim, **ended) for claim in claims]
            settling.settle(channel="email", results=results, deduplicates=False, at=NOON)
        said = {*before, *after}
        status, reach = expected(said)
        if own == DOUBT and not said:
            status = Status.UNKNOWN
        self.assertEqual([state(one) for one in three], [(status, reach)] * 3)
