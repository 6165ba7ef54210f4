"""What linked people get is nobody's proof, says no more than they may read, and comes once."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyTestCase

from billing.tests.factories import OCTOBER, a_bill, a_stop
from customers.models import Account, AccountLink, Right, User
from customers.tests.factories import (
    NOON,
    a_contact,
    a_link,
    a_relative_contact,
    a_user,
    an_account,
    an_sms_retention,
)
from notifications import queries
from notifications.channels import Unavailable, Undeliverable
from notifications.models import Dispatch, Filling, Kind, KindPolicy, Notice, OwnChoice
from notifications.services import (
    claiming,
    dispatching,
    dry_run,
    guarding,
    own_choices,
    planning,
    sweeping,
)
from notifications.services.planning import payments
from notifications.tests.factories import (
    a_preference,
    an_own_choice,
)
from notifications.tests.fakes import provider
from notifications.tests.test_linked_people import (
    DAY,
    MINUTE,
    SON,
    LinkedCase,
    Reach,
    Role,
    Status,
    copies,
    plan,
    proven,
    sent,
)
from notifications.tests.test_receipts import event, record


class ProofTests(LinkedCase):
    """What a linked person got tells nothing about whether the holder knows."""

    def setUp(self) -> None:
        super().setUp()
        self.choose()
        plan()

    def deliver(self) -> None:
        sent()
        record(event(copies()[0], "delivered"))
        assert copies()[0].status == Status.DELIVERED

    def test_lifts_the_copy_and_not_the_notice(self) -> None:
        self.deliver()
        assert self.reach() == Reach.TRYING

    def test_does_not_stop_the_holders_ladder(self) -> None:
        self.deliver()
        sweeping.sweep(at=NOON + 10 * DAY)
        assert Dispatch.objects.get(channel="email").status == Status.QUEUED

    def test_keeps_the_holder_on_the_call_list(self) -> None:
        Dispatch.objects.filter(recipient="linked").update(due_at=NOON + 11 * DAY)
        for at in (NOON, NOON + MINUTE):
            sent(Undeliverable("unknown"), at=at)
        sweeping.sweep(at=NOON + 10 * DAY)  # nobody opened the inbox
        assert self.reach() == Reach.UNREACHABLE
        sent(at=NOON + 11 * DAY)
        record(event(copies()[0], "seen"), at=NOON + 11 * DAY)
        run = Notice.objects.get().run
        staff = a_user(is_staff=True, is_superuser=True)
        assert [n.reach for n in queries.call_list(run=run, user=staff)] == [Reach.UNREACHABLE]
        assert queries.proof(run=run, user=staff).balances

    def test_is_told_apart_from_a_notice_that_nobody_proves(self) -> None:
        self.deliver()
        Notice.objects.update(reach=Reach.DELIVERED, reached_by="zalo")
        run = Notice.objects.get().run
        assert queries.proof(run=run, user=a_user(is_staff=True, is_superuser=True)).unproven == 1

    def test_goes_on_for_them_when_the_holder_was_reached(self) -> None:
        [own] = Dispatch.objects.filter(recipient="holder", channel="zalo")
        record(event(own, "delivered"))
        assert SON in dict(sent())

    def test_counts_nothing_toward_what_the_holders_notice_may_cost(self) -> None:
        Dispatch.objects.filter(recipient="linked").update(price=10_000)
        Dispatch.objects.filter(channel="email").update(price=10)
        KindPolicy.objects.filter(kind=Kind.BILL_ISSUED).update(price_ceiling=1_000)
        sent()
        sweeping.sweep(at=NOON + 10 * DAY)
        assert Dispatch.objects.get(channel="email").status == Status.QUEUED

    def test_leaves_nobody_waiting_for_their_receipt(self) -> None:
        sent()
        assert copies()[0].silent_at is None

    def test_is_no_earlier_notice_for_the_guard_of_stops(self) -> None:
        self.deliver()
        Dispatch.objects.exclude(recipient="linked").delete()
        stop = a_stop(bill=self.bill)
        assert "notices" in guarding.judge([stop.pk], at=NOON)[stop.pk]

    def test_does_not_make_them_the_first_channel_of_a_dry_run(self) -> None:
        self.contact.delete()
        self.mail.delete()
        Account.objects.update(has_app=False)
        AccountLink.objects.exclude(role=Role.RELATIVE).delete()
        change = dry_run.Change(kinds=[Kind.BILL_ISSUED], channels=["email"])
        found = dry_run.run(change, at=NOON + DAY)
        [group] = found.groups
        assert group.before == "inbox"


class RefusedAddressTests(LinkedCase):
    def setUp(self) -> None:
        super().setUp()
        self.choose("email")
        plan()

    def test_is_not_used_again(self) -> None:
        Dispatch.objects.exclude(recipient="linked").delete()
        sent(Undeliverable("550 5.1.1 no such user"))
        assert copies()[0].status == Status.FAILED
        assert not OwnChoice.objects.get(channel="email").wanted
        assert OwnChoice.objects.get(link=self.neighbour).wanted

    def test_is_not_used_again_after_a_complaint(self) -> None:
        sent()
        record(event(copies()[0], "failed", detail="complaint"))
        assert not OwnChoice.objects.get(channel="email").wanted

    def test_is_used_again_after_a_failure_of_the_message_alone(self) -> None:
        Dispatch.objects.exclude(recipient="linked").delete()
        sent(Undeliverable("refused", message_only=True))
        assert OwnChoice.objects.get(channel="email").wanted


class TotalsTests(LinkedCase):
    """Who sees the months alone is told use and amount alone."""

    def setUp(self) -> None:
        super().setUp()
        self.link.rights = [Right.TOTALS, Right.NOTICES]
        self.link.save()
        self.choose("email")

    def told(self) -> str:
        return dict(sent())["con@example.vn"]

    def test_says_use_and_amount_and_not_what_is_due_or_how_it_is_paid(self) -> None:
        plan()
        text = self.told()
        assert "kWh" in text
        assert Notice.objects.get().code in text
        for hidden in ("Hạn", f"{self.bill.due_on:%d/%m/%Y}", "trả", self.account.holder_name):
            assert hidden not in text
        kept = Filling.objects.get(dispatch__recipient="linked")
        assert "due_on" not in kept.filled

    def test_says_all_to_who_sees_the_bills(self) -> None:
        self.link.rights = [Right.BILLS, Right.NOTICES]
        self.link.save()
        plan()
        assert f"{self.bill.due_on:%d/%m/%Y}" in self.told()

    def test_says_less_when_it_is_repeated_after_the_right_was_taken(self) -> None:
        self.link.rights = [Right.BILLS, Right.TOTALS, Right.NOTICES]
        self.link.save()
        plan()
        Dispatch.objects.exclude(recipient="linked").delete()
        with provider(Unavailable("?", ambiguous=True), deduplicates=True):
            dispatching.send_batch(channel="email", at=NOON)
        self.link.rights = [Right.TOTALS, Right.NOTICES]
        self.link.save()
        [(_address, text)] = sent(at=NOON + 20 * MINUTE)
        assert "Hạn" not in text

    def test_tells_them_nothing_by_zalo_and_nothing_else_about_money(self) -> None:
        self.choose("zalo")
        plan()
        for kind in own_choices.ABOUT_MONEY:
            for channel in ("zalo", "email"):
                may = own_choices.may_be_told(self.link.opens, kind=kind, channel=channel)
                assert may == ((kind, channel) == ("bill_issued", "email"))
        assert [copy.channel for copy in copies()] == ["email"]


RIGHTS = st.sets(st.sampled_from(list(Right)), min_size=1)
LINKS = st.fixed_dictionaries(
    {
        "role": st.sampled_from([Role.HOUSEHOLD, Role.RELATIVE, Role.VIEWER]),
        "state": st.sampled_from(["active", "active", "frozen", "ended"]),
        "rights": RIGHTS,
        "ends_at": st.sampled_from([None, NOON - DAY, NOON + DAY]),
        "moved_out_on": st.sampled_from([None, date(2026, 10, 5), date(2026, 12, 1)]),
    }
)
KINDS = [Kind.BILL_ISSUED, Kind.PAYMENT_OVERDUE]
CHOICES = st.sets(st.tuples(st.sampled_from(KINDS), st.sampled_from(["zalo", "email"])))
# Whose number and mail the contract has as well, and whether the holder wants them used.
SHARED = st.sets(st.sampled_from(["zalo", "email", "sms", "relative"]))


class WhateverTests(PropertyTestCase):
    """No address gets two copies, and no notice goes to one without the right."""

    @settings(max_examples=40, deadline=None)
    @given(
        planned=LINKS, claimed=LINKS, chosen=CHOICES, shared=SHARED, unwanted=st.booleans(),
        verified=st.booleans(),
    )  # fmt: skip
    def test_choices_keep_to_rights_and_to_one_copy(
        self, planned, claimed, chosen, shared, unwanted, verified
    ) -> None:
        account = an_account()
        a_bill(account=account, due_on=date(2026, 11, 1))
        phone, email = "+84908000001", "nguoi@example.vn"
        user = proven(phone, email)
        link = a_link(
            account=account, user=user, **{**planned, "rights": sorted(planned["rights"])}
        )
        for kind, channel in chosen:
            an_own_choice(link=link, kind=kind, channel=channel)
        self.share(account, shared, phone, email)
        if unwanted:
            a_preference(account=account, channel="zalo")
        planning.plan_bills(month=OCTOBER, at=NOON)
        payments.plan_late(at=NOON)
        AccountLink.objects.filter(pk=link.pk).update(
            **{**claimed, "rights": sorted(claimed["rights"])}
        )
        if not verified:
            User.objects.filter(pk=user.pk).update(phone_verified_at=None)
        link.refresh_from_db()
        told = self.everything_sent()
        addresses = [(notice, address) for notice, _r, _c, address in told]
        assert len(addresses) == len(set(addresses)), addresses
        for notice, recipient, channel, _address in told:
            if recipient == "linked":
                assert self.may(link, Notice.objects.get(pk=notice), channel, verified), claimed

    def share(self, account, shared, phone: str, email: str) -> None:
        a_contact(account=account, kind="zalo", value=phone if "zalo" in shared else "+84909000001")
        if "email" in shared:
            a_contact(account=account, kind="email", value=email)
        if "sms" in shared:
            an_sms_retention(account=account, contact=a_contact(account=account, value=phone))
        if "relative" in shared and "sms" not in shared:
            contact = a_contact(account=account, owner="relative", value=phone)
            a_relative_contact(account=account, contact=contact)

    def everything_sent(self) -> list[tuple[int, str, str, str]]:
        claims = [
            (claim, channel)
            for channel in ("zalo", "email")
            for claim in claiming.claim(channel=channel, at=NOON, limit=100).claims
        ]
        by_pk = Dispatch.objects.in_bulk([claim.dispatch for claim, _channel in claims])
        return [
            (claim.notice, by_pk[claim.dispatch].recipient, channel, claim.address.lower())
            for claim, channel in claims
        ]

    def may(self, link: AccountLink, notice: Notice, channel: str, verified: bool) -> bool:
        """The rule in other words than SQL's."""
        return (
            link.role != Role.VIEWER
            and link.state == "active"
            and (link.ends_at is None or link.ends_at > NOON)
            and (link.moved_out_on is None or link.moved_out_on > NOON.date())
            and own_choices.may_be_told(link.opens, kind=notice.kind, channel=channel)
            and link.own_choices.filter(kind=notice.kind, channel=channel, wanted=True).exists()
            and (verified or channel == "email")
        )
