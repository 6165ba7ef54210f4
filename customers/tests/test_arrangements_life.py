"""From the review to the end: confirmed again, expired, ended, and what the table refuses."""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.test import TestCase

from customers.models import AccountEvent, Arrangement, Renewal, ReviewTerms, WorkItem
from customers.services import arrangements
from customers.services.arrangements.errors import NoReference
from customers.tests.factories import (
    NOON,
    a_contact,
    a_month_end_reading,
    a_staff_user,
    an_account,
    an_arrangement,
    an_auto_debit,
    an_sms_retention,
)
from portal.lib.periods import local_day

State, Mandate = Arrangement.State, Arrangement.Mandate
TODAY = local_day(NOON)
NEXT_YEAR = TODAY + timedelta(days=365)
LATE = TODAY - timedelta(days=31)


def renewed(made: Arrangement, **fields: Any) -> Arrangement:
    """``made`` confirmed again in a call of NOON, unless ``fields`` say otherwise."""
    word = {"review_on": NEXT_YEAR, "reference": "CG-77", **fields.pop("word", {})}
    known = {"by": a_staff_user(), "at": NOON, "reviewed_on": made.review_on, **fields}
    return arrangements.renew(arrangement=made, word=arrangements.Word(**word), **known)


class RenewTests(TestCase):
    def test_moves_the_review_and_keeps_who_said_it(self):
        made = an_sms_retention(review_on=TODAY)
        agent = a_staff_user()
        word = {"said_by": "relative", "said_via": "letter"}
        self.assertEqual(renewed(made, by=agent, word=word).review_on, NEXT_YEAR)
        kept = Renewal.objects.get(arrangement=made)
        self.assertEqual((kept.reviewed_on, kept.review_on), (TODAY, NEXT_YEAR))
        self.assertEqual((kept.said_by, kept.said_via, kept.by), ("relative", "letter", agent))
        event = AccountEvent.objects.get(account=made.account)
        self.assertEqual(event.kind, AccountEvent.Kind.ARRANGEMENT_RENEWED)

    def test_brings_back_what_expired_and_takes_it_off_the_list(self):
        made = an_sms_retention(review_on=LATE)
        arrangements.keep(at=NOON)
        again = renewed(made)
        self.assertEqual((again.state, again.closed_at), (State.IN_FORCE, None))
        self.assertEqual(WorkItem.objects.get().outcome, "renewed")

    def test_needs_one_who_saw_the_review_that_is_due(self):
        made = an_sms_retention(review_on=TODAY)
        renewed(made)
        with self.assertRaises(arrangements.AlreadyRenewed):
            renewed(made, reviewed_on=TODAY)

    def test_needs_a_call_and_a_later_day_within_a_year(self):
        made = an_sms_retention(review_on=TODAY)
        refused = [
            (NoReference, {"reference": " "}),
            (arrangements.ArrangementError, {"review_on": TODAY}),
            (arrangements.ArrangementError, {"review_on": TODAY + timedelta(days=367)}),
        ]
        for error, word in refused:
            with self.subTest(word), self.assertRaises(error):
                renewed(made, word=word)

    def test_is_for_what_holds_alone(self):
        for state in (State.REQUESTED, State.REFUSED, State.UNDONE, State.ENDED):
            with self.subTest(state), self.assertRaises(arrangements.NotInForce):
                renewed(an_sms_retention(state=state))

    def test_does_not_revive_what_the_bank_closed(self):
        for mandate in (Mandate.CANCELLED, Mandate.EXPIRED):
            with self.subTest(mandate), self.assertRaises(arrangements.MandateOver):
                renewed(an_auto_debit(mandate=mandate))


class ExpireTests(TestCase):
    def test_comes_after_the_grace_and_stays_on_the_list(self):
        for kind in Arrangement.Kind.values:
            made = an_arrangement(kind, review_on=LATE)
            kept = an_arrangement(kind, review_on=LATE + timedelta(days=1))
            arrangements.keep(at=NOON)
            made.refresh_from_db()
            kept.refresh_from_db()
            self.assertEqual((made.state, kept.state), (State.EXPIRED, State.IN_FORCE))
            self.assertEqual(made.closed_by, None)
            self.assertEqual(WorkItem.objects.open().filter(arrangement=made).count(), 1)
            told = AccountEvent.objects.get(account=made.account)
            self.assertEqual(told.kind, AccountEvent.Kind.ARRANGEMENT_EXPIRED)
            self.assertIn(made.get_kind_display(), told.about)

    def test_goes_by_the_terms_of_the_day(self):
        ReviewTerms.objects.create(valid_from=TODAY, ahead_days=5, grace_days=60)
        made = an_sms_retention(review_on=LATE)
        arrangements.keep(at=NOON)
        made.refresh_from_db()
        self.assertEqual(made.state, State.IN_FORCE)

    def test_lists_once_what_is_to_be_confirmed_within_the_days_ahead(self):
        near = an_sms_retention(review_on=TODAY + timedelta(days=30))
        an_sms_retention(review_on=TODAY + timedelta(days=31))
        for _ in range(2):
            arrangements.keep(at=NOON)
        self.assertEqual(WorkItem.objects.get().arrangement_id, near.pk)

    def test_leaves_the_contact_and_the_reading_day_until_somebody_settles_it(self):
        account = an_account(reading_day=31)
        contact = a_contact(account=account, source="agent")
        sms = an_sms_retention(account=account, contact=contact, review_on=LATE)
        month_end = a_month_end_reading(account=account, review_on=LATE, old_day=12)
        arrangements.keep(at=NOON)
        contact.refresh_from_db()
        account.refresh_from_db()
        self.assertEqual((contact.suspended_at, account.reading_day), (None, 31))
        for made in (sms, month_end):
            arrangements.end(arrangement=made, why="silent", by=a_staff_user(), at=NOON)
        contact.refresh_from_db()
        account.refresh_from_db()
        self.assertEqual((contact.suspended_at, account.reading_day), (NOON, 12))

    def test_keeps_its_place_so_that_no_second_one_overlaps(self):
        made = an_sms_retention(review_on=LATE)
        arrangements.keep(at=NOON)
        with self.assertRaises(IntegrityError), transaction.atomic():
            an_sms_retention(account=made.account)

    def test_lets_no_bank_pay(self):
        made = an_auto_debit(review_on=LATE)
        self.assertTrue(Arrangement.objects.paying_on(TODAY + timedelta(days=9)).exists())
        arrangements.keep(at=NOON)
        made.refresh_from_db()
        self.assertEqual((made.state, made.mandate), (State.EXPIRED, Mandate.ACTIVE))
        self.assertFalse(Arrangement.objects.paying_on(TODAY + timedelta(days=9)).exists())

    def test_ends_at_the_agreed_last_day(self):
        made = a_month_end_reading(account=an_account(reading_day=31), old_day=9, ends_on=TODAY)
        arrangements.keep(at=NOON)
        made.refresh_from_db()
        self.assertEqual((made.state, made.closed_why), (State.ENDED, "agreed"))
        self.assertEqual(made.account.reading_day, 9)


class GapTests(TestCase):
    """What was the only way of telling does not go unnoticed."""

    def end(self, made: Arrangement) -> None:
        arrangements.end(arrangement=made, why="asked", by=a_staff_user(), at=NOON)

    def gaps(self) -> int:
        return WorkItem.objects.open().filter(kind=WorkItem.Kind.GAP).count()

    def test_stands_on_the_list_until_there_is_a_way_again(self):
        made = an_sms_retention()
        self.assertEqual(arrangements.left_without(made, day=TODAY), [])
        self.end(made)
        self.assertEqual(self.gaps(), 1)
        a_contact(account=made.account, kind="email")
        arrangements.keep(at=NOON)
        self.assertEqual(self.gaps(), 0)
        self.assertEqual(WorkItem.objects.get().outcome, "mended")

    def test_is_none_where_another_way_is_left(self):
        made = an_sms_retention()
        an_arrangement("relative_contact", account=made.account, review_on=LATE)
        self.end(made)
        self.assertEqual(self.gaps(), 0)

    def test_is_found_when_the_clock_ends_it(self):
        an_sms_retention(ends_on=TODAY)
        arrangements.keep(at=NOON)
        self.assertEqual(self.gaps(), 1)


class TableTests(TestCase):
    """Whoever writes the row, the ladders hold."""

    def test_lets_an_arrangement_climb_as_the_ladder_says(self):
        for before in State.values:
            for after in State.values:
                made = a_month_end_reading(state=before)
                closed = after in (State.UNDONE, State.ENDED, State.EXPIRED)
                self.change(
                    made, before != after and after not in Arrangement.LADDER.get(before, ()),
                    "arrangement_ladder", state=after, closed_at=NOON if closed else None,
                    decided_by=a_staff_user(),
                )  # fmt: skip

    def test_lets_a_mandate_climb_as_the_ladder_says(self):
        for before in Mandate.values[1:]:
            for after in Mandate.values[1:]:
                made = an_auto_debit(mandate=before)
                illegal = before != after and after not in Arrangement.MANDATES.get(before, ())
                self.change(made, illegal, "arrangement_mandate_ladder", mandate=after)

    def change(self, made: Arrangement, illegal: bool, promise: str, **values: Any) -> None:
        rows = Arrangement.objects.filter(pk=made.pk)
        if not illegal:
            rows.update(**values)
            return
        with self.subTest(**values), transaction.atomic():
            with self.assertRaises(IntegrityError) as refused, transaction.atomic():
                rows.update(**values)
            self.assertEqual(refused.exception.__cause__.diag.constraint_name, promise)

    def test_keeps_the_mandate_in_step(self):
        for fields in (
            {"mandate": ""}, {"mandate": "pending"}, {"state": "requested", "mandate": "active"},
            {"state": "ended", "mandate": "active"},
        ):  # fmt: skip
            with self.subTest(fields), self.assertRaises(IntegrityError), transaction.atomic():
                an_auto_debit(**fields)
        with self.assertRaises(IntegrityError), transaction.atomic():
            an_sms_retention(mandate="active")

    def test_wants_a_renewal_to_go_on(self):
        made = an_sms_retention(review_on=date(2026, 12, 1))
        with self.assertRaises(IntegrityError):
            Renewal.objects.create(
                arrangement_id=made.pk, reviewed_on=made.review_on, review_on=made.review_on,
                said_by="holder", said_via="call", reference="CG1", by=a_staff_user(), at=NOON,
            )  # fmt: skip
