"""Linked people who chose to be told too: by their right alone, once, and as nobody's proof.

Three people: the holder, a son who is linked and chose, and a neighbour who is linked elsewhere.
"""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.test import TestCase

from billing.tests.factories import OCTOBER, a_bill
from customers.models import AccountLink, Right, User
from customers.services import links
from customers.tests.factories import (
    NOON,
    a_contact,
    a_link,
    a_relative_contact,
    a_user,
    an_account,
    an_sms_retention,
    prove,
)
from notifications import trace
from notifications.admin.decisions import decided_words
from notifications.models import Dispatch, Kind, KindPolicy, Notice, OwnChoice
from notifications.services import (
    dispatching,
    own_choices,
    planning,
    sweeping,
)
from notifications.services.planning import thresholds
from notifications.tests.factories import (
    a_notice,
    a_passing,
    a_preference,
    a_threshold,
    an_outage,
    an_own_choice,
)
from notifications.tests.fakes import provider

Role, Status, Reach = AccountLink.Role, Dispatch.Status, Notice.Reach
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SON, NEIGHBOUR, DAUGHTER = "+84907000001", "+84907000002", "+84907000003"


def proven(phone: str, email: str) -> User:
    return prove(a_user(phone=phone, email=email))


def plan() -> planning.Plan:
    return planning.plan_bills(month=OCTOBER, at=NOON)


def copies() -> list[Dispatch]:
    """What goes to linked people, by channel."""
    found = Dispatch.objects.filter(recipient="linked").select_related("notice")
    return list(found.order_by("channel", "pk"))


def sent(*answers: Any, at=NOON) -> list[tuple[str, str]]:
    """Addresses and words of everything that goes out now."""
    with provider(*answers) as fake:
        for channel in ("zalo", "email", "sms"):
            dispatching.send_batch(channel=channel, at=at)
    return [(message.address, message.text) for message in fake.sent]


class LinkedCase(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.bill = a_bill(account=self.account)
        self.holder = a_link(account=self.account).user
        self.contact = a_contact(account=self.account, kind="zalo")
        self.mail = a_contact(account=self.account, kind="email")
        self.son = proven(SON, "con@example.vn")
        self.link = a_link(account=self.account, user=self.son, role=Role.RELATIVE)
        self.neighbour = a_link(
            account=an_account(), user=proven(NEIGHBOUR, "xom@example.vn"), role=Role.HOUSEHOLD
        )
        an_own_choice(link=self.neighbour)

    def choose(self, channel: str = "zalo", **fields: Any) -> OwnChoice:
        return an_own_choice(link=self.link, channel=channel, **fields)

    def reach(self) -> str:
        return Notice.objects.get().reach


class PlanTests(LinkedCase):
    def test_tells_nobody_who_did_not_choose(self) -> None:
        plan()
        assert copies() == []
        assert sent() != []

    def test_tells_who_chose_at_once_beside_the_holder(self) -> None:
        self.choose("zalo")
        self.choose("email")
        plan()
        assert [(d.channel, d.address, d.status, d.reason) for d in copies()] == [
            ("email", "con@example.vn", "queued", "own_choice"),
            ("zalo", SON, "queued", "own_choice"),
        ]
        chain = Dispatch.objects.filter(recipient="holder").exclude(channel="inbox")
        assert list(chain.order_by("step").values_list("channel", "status")) == [
            ("zalo", "queued"), ("email", "held"),
        ]  # fmt: skip

    def test_tells_it_once_when_planned_again(self) -> None:
        self.choose()
        plan()
        plan()
        assert len(copies()) == 1

    def test_tells_an_address_that_the_contract_has_too_in_the_holders_name_alone(self) -> None:
        self.choose("email")
        self.choose("zalo")
        a_contact(account=self.account, kind="email", value="Con@example.vn".lower())
        an_sms_retention(account=self.account, contact=a_contact(account=self.account, value=SON))
        plan()
        assert copies() == []
        notice = Notice.objects.get()
        shared = [one for one in notice.decision.left_out if "link" in one]
        assert shared == [
            {"link": self.link.pk, "channel": channel, "why": "same_address"}
            for channel in ("email", "zalo")
        ]
        assert str(self.son) in decided_words(notice)

    def test_leaves_an_address_of_an_arrangement_to_it(self) -> None:
        self.choose()
        contact = a_contact(account=self.account, owner="relative", value=SON)
        a_relative_contact(account=self.account, contact=contact)
        plan()
        [dispatch] = Dispatch.objects.filter(address=SON)
        assert dispatch.recipient == "relative"

    def test_never_tells_them_by_sms(self) -> None:
        with self.assertRaises(IntegrityError), transaction.atomic():
            self.choose("sms")

    def test_tells_them_nothing_of_who_sees_the_address(self) -> None:
        self.choose(kind=Kind.SECURITY)
        KindPolicy.objects.filter(kind=Kind.BILL_ISSUED).update(everywhere=True)
        self.choose()
        plan()
        assert copies() == []

    def test_tells_them_nothing_that_needs_the_holders_consent(self) -> None:
        self.choose()
        KindPolicy.objects.filter(kind=Kind.BILL_ISSUED).update(consent="survey")
        plan()
        assert copies() == []

    def test_uses_the_channels_of_the_kind_alone(self) -> None:
        self.choose()
        KindPolicy.objects.filter(kind=Kind.BILL_ISSUED).update(channels=["inbox", "email"])
        plan()
        assert copies() == []


class ClaimTests(LinkedCase):
    """Whatever changes between plan and claim is judged again by the claim."""

    def after(self, **fields: Any) -> str:
        """Why the son is not told once his link has these values; empty if he is."""
        self.choose()
        plan()
        AccountLink.objects.filter(pk=self.link.pk).update(**fields)
        return self.refused()

    def refused(self) -> str:
        told = [address for address, _text in sent()]
        [copy] = copies()
        assert (SON in told) == (copy.status == Status.ACCEPTED), (told, copy.status)
        assert self.contact.value in told
        return "" if copy.status == Status.ACCEPTED else copy.reason

    def test_tells_who_still_may(self) -> None:
        assert self.after() == ""

    def test_tells_nobody_whose_link_ended(self) -> None:
        self.choose()
        plan()
        links.end(link=self.link, by=self.son, at=NOON)
        assert self.refused() == "no_right"

    def test_tells_nobody_whose_link_is_frozen(self) -> None:
        assert self.after(state="frozen") == "no_right"

    def test_tells_nobody_whose_time_is_over(self) -> None:
        assert self.after(ends_at=NOON) == "no_right"

    def test_tells_nobody_who_moved_out(self) -> None:
        assert self.after(moved_out_on=NOON.date()) == "no_right"

    def test_tells_nothing_of_days_after_a_move_that_is_to_come(self) -> None:
        assert self.after(moved_out_on=NOON.date() + DAY) == ""
        outage = an_outage(starts_at=NOON + 3 * DAY, ends_at=NOON + 3.1 * DAY)
        self.choose(kind=Kind.PLANNED_OUTAGE)
        notice = a_notice(account=self.account, kind=Kind.PLANNED_OUTAGE, outage=outage)
        Dispatch.objects.create(
            notice=notice, channel="zalo", address=SON, recipient="linked", step=1,
            status="queued", priority=1, due_at=NOON,
        )  # fmt: skip
        sent()
        assert Dispatch.objects.get(notice=notice).reason == "not_their_days"

    def test_tells_nothing_of_days_before_they_moved_in(self) -> None:
        assert self.after(moved_in_on=self.bill.starts_on + DAY) == "not_their_days"

    def test_tells_nobody_whose_right_was_taken(self) -> None:
        for rights in ([Right.TOTALS, Right.NOTICES], [Right.BILLS, Right.TOTALS]):
            with self.subTest(rights), transaction.atomic():
                assert self.after(rights=rights) == "no_right"
                transaction.set_rollback(True)

    def test_tells_no_viewer(self) -> None:
        assert self.after(role=Role.VIEWER, rights=[*Right]) == "no_right"

    def test_tells_nobody_who_took_it_back(self) -> None:
        self.choose()
        plan()
        own_choices.withdraw(link=self.link, kind=Kind.BILL_ISSUED, channel="zalo", at=NOON)
        assert self.refused() == "no_right"

    def test_tells_nobody_whose_number_is_another_or_not_verified_any_more(self) -> None:
        for changed in ({"phone": "+84907000009"}, {"phone_verified_at": None}, {"is_active": 0}):
            with self.subTest(changed), transaction.atomic():
                self.choose()
                plan()
                User.objects.filter(pk=self.son.pk).update(**changed)
                assert self.refused() == "no_right"
                transaction.set_rollback(True)

    def test_writes_no_mail_to_an_address_that_is_not_verified_any_more(self) -> None:
        self.choose("email")
        plan()
        self.son.emailaddress_set.update(verified=False)
        assert "con@example.vn" not in dict(sent())
        assert copies()[0].reason == "no_right"


class NobodyElseTests(LinkedCase):
    def test_puts_an_account_on_the_call_list_that_only_a_linked_person_is_told_of(self) -> None:
        self.choose()
        AccountLink.objects.filter(role=Role.HOLDER).delete()
        self.contact.delete()
        self.mail.delete()
        Dispatch.objects.all().delete()
        plan()
        assert self.reach() == Reach.TRYING  # the inbox: the son opens it
        sweeping.sweep(at=NOON + 10 * DAY)
        assert self.reach() == Reach.UNREACHABLE

    def test_keeps_a_way_to_the_holder_that_the_law_asks_for(self) -> None:
        """A copy to a linked person is no other way that would be open."""
        self.choose("email")
        self.mail.delete()
        plan()
        a_preference(account=self.account, channel="zalo")
        assert self.contact.value in dict(sent())

    def test_shows_a_copy_to_the_holder_and_to_whom_it_went(self) -> None:
        self.choose()
        other = a_link(account=self.account, role=Role.RELATIVE).user
        plan()
        notice = Notice.objects.get()

        def copies_shown(user: User, *, is_holder: bool = False) -> int:
            steps = trace.steps(notice, reader=user, is_holder=is_holder)
            return sum(step.address.endswith(SON[-4:]) for step in steps)

        assert copies_shown(self.holder, is_holder=True) == 1
        assert copies_shown(self.son) == 1
        assert copies_shown(other) == 0


class ThresholdTests(LinkedCase):
    def test_is_told_at_the_own_number_of_who_set_it(self) -> None:
        link = a_link(account=self.account, user=prove(a_user(phone=DAUGHTER)), role=Role.HOUSEHOLD)
        an_own_choice(link=link, kind=Kind.USE_THRESHOLD)
        self.choose(kind=Kind.USE_THRESHOLD)
        a_threshold(link=link)
        a_passing(link=link)
        thresholds.plan_due(at=NOON)
        assert [one.address for one in copies()] == [DAUGHTER]

    def test_is_told_to_nobody_else(self) -> None:
        self.choose(kind=Kind.USE_THRESHOLD)
        holders = AccountLink.objects.get(user=self.holder)
        a_threshold(link=holders)
        a_passing(link=holders)
        thresholds.plan_due(at=NOON)
        assert Dispatch.objects.filter(channel="zalo").exists()
        assert copies() == []
