"""Several notices to one address in one mail: each judged, kept and proved as if it went alone."""

from datetime import timedelta
from unittest.mock import patch

from django.db import IntegrityError, transaction
from django.test import TestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyTestCase

from billing.tests.factories import a_bill
from customers.models import ContactPoint
from customers.tests.factories import NOON, a_contact, a_link, an_account
from notifications import channels, trace
from notifications.channels import Unavailable, Undeliverable
from notifications.models import Dispatch, Kind, KindPolicy, Notice, Preference
from notifications.services import (
    claiming,
    dispatching,
    fillings,
    pacing,
    planning,
    receipts,
    reconciling,
    rendering,
    settling,
    sweeping,
    unsubscribing,
)
from notifications.services.reconciling import Taken
from notifications.tests.factories import a_dispatch, a_notice, no_quiet_hours
from notifications.tests.fakes import provider
from notifications.tests.test_promises import let_leases_run_out
from notifications.tests.test_receipts import event

Status = Dispatch.Status
HOUSE = "chu.nha@example.vn"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def a_bill_mail(address: str = HOUSE, **fields) -> Dispatch:
    """A mail about an account's bill of October, to an address that other accounts have too."""
    account = an_account()
    contact = a_contact(
        account=account, kind="email", value=address, owner=fields.pop("owner", "holder")
    )
    notice = fields.pop("notice", None) or a_notice(account=account, **fields.pop("about", {}))
    return a_dispatch(notice=notice, channel="email", contact=contact, **fields)


def bills(number: int, **fields) -> list[Dispatch]:
    return [a_bill_mail(**fields) for _ in range(number)]


def send(*answers, at=NOON) -> list:
    with provider(*answers) as fake:
        dispatching.send_batch(channel="email", at=at)
    return fake.sent


def fresh(dispatches: list[Dispatch]) -> list[Dispatch]:
    return [Dispatch.objects.get(pk=one.pk) for one in dispatches]


def statuses(dispatches: list[Dispatch]) -> list[str]:
    return [one.status for one in fresh(dispatches)]


def outcomes(dispatch: Dispatch) -> list[str]:
    return list(dispatch.attempts.order_by("number").values_list("outcome", flat=True))


def receipt(reference: str, word: str = "delivered", **fields):
    [one, *_] = Dispatch.objects.all()
    return event(one, word, **{"provider": "smtp", "reference": reference, **fields})


def hear(reference: str, word: str = "delivered", **fields) -> None:
    receipts.record(events=[receipt(reference, word, **fields)], raw="", at=NOON + MINUTE)


class GatheringTests(TestCase):
    def setUp(self) -> None:
        no_quiet_hours()

    def test_five_bills_of_one_landlord_are_one_mail(self):
        five = bills(5)
        [mail] = send()
        self.assertEqual(statuses(five), [Status.ACCEPTED] * 5)
        [digest] = {one.digest for one in fresh(five)}
        self.assertEqual(mail.reference, digest.hex)
        self.assertEqual(len({one.provider_ref for one in fresh(five)}), 1)
        self.assertEqual([outcomes(one) for one in five], [["accepted"]] * 5)
        self.assertTrue(mail.subject.startswith("5 thông báo trong một email"))
        self.assertNotIn(digest, [one.reference for one in fresh(five)])

    def test_each_stands_in_it_in_its_own_words_which_are_kept(self):
        three = bills(3)
        [mail] = send()
        for one in three:
            [(_, filling)] = fillings.sent(one.notice)
            words = rendering.again(filling)
            self.assertIn(words.text, mail.text)
            self.assertIn(words.subject, mail.text)
            self.assertIn(one.notice.code, mail.html)
        self.assertEqual(mail.html.count("<html"), 1)
        self.assertEqual(mail.html.count("</body>"), 1)

    def test_a_lone_one_is_the_mail_it_always_was(self):
        lone = a_bill_mail()
        [mail] = send()
        self.assertEqual(mail.reference, lone.reference.hex)
        self.assertIsNone(fresh([lone])[0].digest)
        self.assertNotIn("trong một email", mail.subject)

    def test_other_addresses_kinds_and_recipients_go_apart(self):
        bills(2)
        a_bill_mail("nguoi.khac@example.vn")
        a_bill_mail(about={"kind": Kind.PAYMENT_REMINDER})
        a_bill_mail(recipient="linked", reason="own_choice")
        with provider() as fake:
            dispatching.send_batch(channel="email", at=NOON)
        # The linked one has no link in force: it is put aside, and changes nothing for the others.
        self.assertEqual(len(fake.sent), 3)
        self.assertEqual(Dispatch.objects.exclude(digest=None).count(), 2)

    def test_at_most_twenty_in_one(self):
        bills(41)
        mails = send()
        self.assertEqual(len(mails), 3)
        sizes = [
            Dispatch.objects.filter(digest=one).count()
            for one in set(Dispatch.objects.exclude(digest=None).values_list("digest", flat=True))
        ]
        self.assertEqual(sizes, [20, 20])
        self.assertEqual(Dispatch.objects.filter(status="accepted").count(), 41)

    def test_brings_along_what_waits_for_company_but_no_repeat_before_its_turn(self):
        first, waiting = a_bill_mail(), a_bill_mail(due_at=NOON + 20 * MINUTE)
        resting = a_bill_mail(due_at=NOON + 20 * MINUTE, tries=1)
        self.assertEqual(len(send()), 1)
        self.assertEqual(
            statuses([first, waiting, resting]), ["accepted", "accepted", Status.QUEUED]
        )

    def test_zalo_and_kinds_without_it_stay_single(self):
        for _ in range(2):
            account = an_account()
            contact = a_contact(account=account, kind="zalo", value="+84912000777")
            a_dispatch(notice=a_notice(account=account), contact=contact)
        with provider() as fake:
            dispatching.send_batch(channel="zalo", at=NOON)
        self.assertEqual(len(fake.sent), 2)
        KindPolicy.objects.update(digest_within=None)
        bills(2)
        self.assertEqual(len(send()), 2)

    def test_a_member_that_may_not_go_is_left_out(self):
        paid = a_bill_mail(about={"kind": Kind.PAYMENT_OVERDUE})
        two = bills(2, about={"kind": Kind.PAYMENT_OVERDUE})
        type(paid.notice.bill).objects.filter(pk=paid.notice.bill_id).update(paid_at=NOON)
        KindPolicy.objects.filter(kind=Kind.PAYMENT_OVERDUE).update(
            priority=6, digest_within=30 * MINUTE
        )
        [mail] = send()
        self.assertNotIn(paid.notice.code, mail.text)
        [one] = fresh([paid])
        self.assertEqual((one.status, one.reason, one.digest), ("cancelled", "settled", None))
        hear(mail.reference)
        self.assertEqual(statuses([paid, *two]), ["cancelled", "delivered", "delivered"])

    def test_each_call_is_written_down_for_all_that_it_carries_before_it_is_made(self):
        three = bills(3)
        batch = claiming.claim(channel="email", at=NOON, limit=1)
        self.assertEqual((len(batch.claims), batch.calls), (3, 1))
        self.assertEqual([outcomes(one) for one in three], [[""]] * 3)

    def test_pace_counts_messages(self):
        bills(5)
        with (
            patch.object(pacing, "take", return_value=10),
            patch.object(pacing, "give_back") as given,
        ):
            claiming.claim(channel="email", at=NOON, limit=10)
        given.assert_called_once_with(channel="email", number=9)

    def test_one_that_cannot_be_made_stays_out_and_no_receipt_of_the_others_lifts_it(self):
        broken, *good = bills(3)
        right = rendering._message

        def fails(claim, *given, **named):
            if claim.dispatch == broken.pk:
                raise ValueError
            return right(claim, *given, **named)

        with patch.object(rendering, "_message", fails):
            [mail] = send()
        self.assertEqual(statuses([broken, *good]), ["queued", "accepted", "accepted"])
        hear(mail.reference)
        self.assertEqual(statuses([broken, *good]), ["queued", "delivered", "delivered"])
        [alone] = send(at=NOON + DAY)
        self.assertEqual(alone.reference, broken.reference.hex)

    def test_only_a_channel_that_does_not_know_our_reference_digests(self):
        found = {name: channels.get(name) for name in channels.names()}
        self.assertEqual([name for name, one in found.items() if one.digests], ["email"])
        self.assertFalse(any(one.digests and one.deduplicates for one in found.values()))


class AnsweredTests(TestCase):
    def setUp(self) -> None:
        no_quiet_hours()
        self.three = bills(3)

    def test_not_now_is_asked_again_together_and_counts_as_one_failure(self):
        with patch.object(settling.channel_states, "note") as noted:
            send(Unavailable("down"))
        self.assertEqual(noted.call_args.kwargs["failures"], 1)
        self.assertEqual(statuses(self.three), ["queued"] * 3)
        [mail] = send(at=NOON + MINUTE)
        self.assertEqual({one.digest.hex for one in fresh(self.three)}, {mail.reference})

    def test_a_doubtful_one_is_never_repeated(self):
        send(Unavailable("no answer", ambiguous=True))
        self.assertEqual(statuses(self.three), ["unknown"] * 3)
        self.assertEqual(send(at=NOON + DAY), [])

    def test_an_address_that_is_none_moves_each_on_by_its_own_ladder(self):
        nexts = [
            a_dispatch(notice=one.notice, channel="sms", step=2, status="held")
            for one in self.three[:2]
        ]
        send(Undeliverable("unknown"))
        self.assertEqual(statuses(self.three), ["failed"] * 3)
        self.assertEqual(statuses(nexts), ["queued"] * 2)
        last = Notice.objects.get(pk=self.three[2].notice_id)
        self.assertEqual((last.reach, last.reason), ("unreachable", "exhausted"))
        bad = ContactPoint.objects.filter(kind="email", suspended_at__isnull=False)
        self.assertEqual(bad.count(), 3)

    def test_a_refused_mail_is_asked_for_one_by_one(self):
        [refused] = send(Undeliverable("too long", message_only=True))
        alone = send(at=NOON + MINUTE)
        self.assertEqual(
            {mail.reference for mail in alone}, {one.reference.hex for one in self.three}
        )
        self.assertNotIn(refused.reference, {mail.reference for mail in alone})
        self.assertEqual(statuses(self.three), ["accepted"] * 3)

    def test_a_receipt_lifts_all_of_it_by_either_name(self):
        for named in ("reference", "id"):
            with self.subTest(named), transaction.atomic():
                [mail] = send("mail-1")
                if named == "reference":
                    hear(mail.reference)
                else:
                    hear("", message_id="mail-1")
                self.assertEqual(statuses(self.three), ["delivered"] * 3)
                reaches = set(Notice.objects.values_list("reach", flat=True))
                self.assertEqual(reaches, {"delivered"})
                transaction.set_rollback(True)

    def test_a_bounce_gives_each_its_next_channel(self):
        [mail] = send()
        hear(mail.reference, "failed", detail="5.1.1")
        self.assertEqual(statuses(self.three), ["failed"] * 3)
        self.assertEqual(Notice.objects.filter(reach="unreachable").count(), 3)

    def test_a_sender_that_died_over_it_is_made_good_one_by_one(self):
        batch = claiming.claim(channel="email", at=NOON, limit=9)
        [first] = {claim.sent_as for claim in batch.claims}
        let_leases_run_out()
        sweeping.sweep(at=NOON)
        mails = send()
        self.assertEqual(
            sorted(mail.reference for mail in mails),
            sorted(one.reference.hex for one in self.three),
        )
        self.assertEqual([outcomes(one) for one in self.three], [["lost", "accepted"]] * 3)
        # What went first may have arrived all the same, and then with all of them.
        hear(first.hex)
        self.assertEqual(statuses(self.three), ["delivered"] * 3)

    def test_is_known_again_after_an_older_backup(self):
        batch = claiming.claim(channel="email", at=NOON, limit=9)
        report = [Taken(batch.claims[0].sent_as.hex, HOUSE)]
        done = reconciling.reconcile(channel="email", report=report, at=NOON)
        self.assertEqual((done.accepted, done.unclear), (3, 0))

    def test_one_that_was_claimed_after_the_backup_leaves_none_to_be_copied(self):
        done = reconciling.reconcile(channel="email", report=[Taken("0" * 32, HOUSE)], at=NOON)
        self.assertEqual((done.accepted, done.unclear), (0, 3))

    def test_a_report_that_names_no_address_is_refused_as_copies_could_follow(self):
        with self.assertRaises(reconciling.AddressesMissing):
            reconciling.reconcile(channel="email", report=[Taken("0" * 32)], at=NOON)
        self.assertEqual(statuses(self.three), ["queued"] * 3)

    def test_one_click_ends_this_mail_for_all_that_stood_in_it(self):
        [mail] = send()
        path = mail.headers["List-Unsubscribe"].strip("<>")
        token = path.rstrip("/").rpartition("/")[2]
        ContactPoint.objects.filter(pk=self.three[0].contact_id).update(value="moi@example.vn")
        self.assertTrue(unsubscribing.stop(asked=unsubscribing.read(token), at=NOON))
        left = set(Preference.objects.values_list("account", "kind", "channel", "wanted"))
        self.assertEqual(
            left,
            {(one.notice.account_id, "bill_issued", "email", False) for one in self.three[1:]},
        )

    def test_the_notice_says_that_it_went_with_others(self):
        send()
        link = a_link(account=self.three[0].notice.account)
        [step] = trace.steps(self.three[0].notice, reader=link.user, is_holder=True)
        self.assertEqual(step.beside, 2)
        self.assertIn(self.three[0].notice.code, step.said.text)
        self.assertNotIn(self.three[1].notice.code, step.said.text)


class PlanningTests(TestCase):
    def setUp(self) -> None:
        no_quiet_hours()

    def plan(self, *addresses: str, at=None) -> list[Dispatch]:
        for address in addresses:
            account = an_account()
            a_contact(account=account, kind="email", value=address)
            a_bill(account=account)
        known = set(Dispatch.objects.values_list("pk", flat=True))
        planning.plan_hourly(at=at or self.now)
        found = Dispatch.objects.filter(channel="email").exclude(pk__in=known)
        return list(found.order_by("address", "pk"))

    @property
    def now(self):
        return NOON

    def waits(self, dispatches: list[Dispatch]) -> list[timedelta]:
        return [one.due_at - self.now for one in dispatches]

    def test_several_to_one_address_wait_for_more_and_a_lone_one_does_not(self):
        found = self.plan("a@example.vn", "b@example.vn", "b@example.vn")
        self.assertEqual(self.waits(found), [timedelta(), 30 * MINUTE, 30 * MINUTE])
        [one, other, _] = found
        confirm = KindPolicy.objects.get(kind=Kind.BILL_ISSUED).confirm_within
        self.assertEqual(one.silent_at - self.now, confirm)
        self.assertEqual(other.silent_at - self.now, confirm + 30 * MINUTE)

    def test_one_that_comes_later_joins_what_still_waits(self):
        self.plan("b@example.vn", "b@example.vn")
        [late] = self.plan("b@example.vn")
        self.assertEqual(self.waits([late]), [30 * MINUTE])
        self.assertEqual(len(send(at=NOON + 31 * MINUTE)), 1)

    def test_none_waits_where_the_policy_says_so(self):
        KindPolicy.objects.update(digest_within=None)
        found = self.plan("b@example.vn", "b@example.vn")
        self.assertEqual(self.waits(found), [timedelta()] * 2)


class PolicyTests(TestCase):
    def test_urgent_kinds_go_alone_whoever_writes_the_policy(self):
        for kind in (Kind.DISCONNECTION, Kind.UNPLANNED_OUTAGE, Kind.SECURITY):
            with self.subTest(kind), self.assertRaises(IntegrityError), transaction.atomic():
                KindPolicy.objects.filter(kind=kind).update(priority=6, digest_within=MINUTE)
        with self.assertRaises(IntegrityError), transaction.atomic():
            KindPolicy.objects.filter(kind=Kind.BILL_ISSUED).update(priority=3)

    def test_bills_are_gathered_by_default_and_nothing_else(self):
        found = KindPolicy.objects.exclude(digest_within=None)
        self.assertEqual(
            list(found.values_list("kind", "digest_within")), [("bill_issued", 30 * MINUTE)]
        )


HAPPENS = ("taken", "later", "doubt", "refused", "address", "death")


class AnyStoryTests(PropertyTestCase):
    @settings(max_examples=15, deadline=None)
    @given(
        sizes=st.lists(st.integers(1, 4), min_size=1, max_size=3),
        story=st.lists(st.sampled_from(HAPPENS), max_size=6),
    )
    def test_each_notice_ends_as_if_alone_and_has_no_copy_too_many(self, sizes, story):
        """One by one or together: the same statuses, and never more than two of one notice."""
        together = self.live(sizes, story, digests=True)
        self.assertTrue(all(copies <= 2 for _, copies in together), together)
        # What no provider took is not told as if it was; what one took is never lost.
        for status, copies in together:
            self.assertIn(status, {"accepted", "unknown", "failed"})
            if status == "accepted":
                self.assertGreaterEqual(copies, 1)
        if set(story) <= {"taken", "later"}:
            alone = self.live(sizes, story, digests=False)
            self.assertEqual(together, alone)

    def live(self, sizes, story, *, digests: bool) -> list[tuple[str, int]]:
        no_quiet_hours()
        KindPolicy.objects.filter(kind=Kind.BILL_ISSUED).update(
            digest_within=30 * MINUTE if digests else None
        )
        made = [
            one
            for number, size in enumerate(sizes)
            for one in bills(size, address=f"{digests}-{number}@example.vn".lower())
        ]
        copies = dict.fromkeys((one.notice.code for one in made), 0)
        at = NOON
        for what in [*story, *["taken"] * 4]:
            at += 20 * MINUTE
            if what == "death":
                claiming.claim(channel="email", at=at, limit=2)
                let_leases_run_out()
                sweeping.sweep(at=at)
                continue
            for mail in send(self.answer(what), at=at):
                for code in copies:
                    if what in {"taken", "doubt"} and code in mail.text:
                        copies[code] += 1
        return [(one.status, copies[one.notice.code]) for one in fresh(made)]

    @staticmethod
    def answer(what: str):
        return {
            "taken": lambda message: f"id-{message.reference[:8]}",
            "later": Unavailable("down"),
            "doubt": Unavailable("no answer", ambiguous=True),
            "refused": Undeliverable("no", message_only=True),
            "address": Undeliverable("unknown"),
        }[what]
