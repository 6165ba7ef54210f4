from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from customers.models import Account, AccountEvent, AccountLink, ContactChange, ContactPoint, User
from customers.services import arrangements, contact_points, events, invitations
from customers.tests.factories import (
    a_contact,
    a_link,
    a_member,
    a_staff_user,
    a_user,
    an_account,
    an_auto_debit,
)
from notifications.admin.written import written_words
from notifications.inbox import inbox
from notifications.models import Dispatch, Filling, Kind, Notice, Wording
from notifications.services import (
    claiming,
    dispatching,
    fillings,
    planning,
    refusing,
    whole_codes,
)
from notifications.services.refusing import NotRefusable, refuse
from portal.lib.periods import local_day
from portal.lib.sealed import keyed_hash

from .factories import a_notice
from .fakes import provider

NOW = timezone.now()
DAY = timedelta(days=1)


class Home:
    """A holder of long standing, an intruder linked just now, and the notice of that."""

    def __init__(self, *, kind: str = "linked", role: str = "household", **fields: Any) -> None:
        self.account: Account = an_account()
        self.holder: User = a_user()
        self.holders_link = a_link(account=self.account, user=self.holder)
        self.mail = a_contact(account=self.account, kind="email", value="hanh@example.vn")
        self.intruder: User = a_user()
        self.link = a_link(account=self.account, user=self.intruder, role=role)
        self.event = events.record(
            account=self.account, kind=kind, at=NOW, by=self.intruder, link=self.link, **fields
        )
        planning.plan_due(at=NOW)
        self.notice = Notice.objects.get(event=self.event)

    @property
    def state(self) -> str:
        return AccountLink.objects.get(pk=self.link.pk).state

    def as_user(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client


class RefuseTests(TestCase):
    def test_stops_the_link_and_writes_it_down(self):
        home = Home()
        refuse(notice=home.notice, at=NOW)
        assert home.state == "frozen"
        assert AccountEvent.objects.filter(kind="link_frozen", link=home.link).count() == 1

    def test_is_the_same_the_second_time(self):
        home = Home()
        refuse(notice=home.notice, at=NOW)
        refuse(notice=home.notice, at=NOW)
        assert AccountEvent.objects.filter(kind="link_frozen").count() == 1

    def test_says_no_to_what_stops_nothing(self):
        without_link = a_notice(kind=Kind.SECURITY, subject="2026-11-24")
        for notice in (without_link, a_notice()):
            with self.assertRaises(NotRefusable):
                refuse(notice=notice, at=notice.planned_at)

    def test_says_no_when_the_notice_is_too_old_or_the_link_over(self):
        home = Home()
        with self.assertRaises(NotRefusable):
            refuse(notice=home.notice, at=home.notice.expires_at)
        AccountLink.objects.filter(pk=home.link.pk).update(state="ended")
        home.notice.refresh_from_db()
        with self.assertRaises(NotRefusable):
            refuse(notice=home.notice, at=NOW)

    def test_lets_no_newcomer_stop_the_people_of_the_house(self):
        home = Home()
        old = events.record(
            account=home.account, kind="linked", at=NOW, by=home.holder, link=home.holders_link
        )
        planning.plan_due(at=NOW)
        with self.assertRaises(NotRefusable):
            refuse(notice=Notice.objects.get(event=old), by=home.intruder, at=NOW)

    def test_lets_no_relative_or_viewer_stop_anybody(self):
        home = Home()
        for role in ("relative", "viewer"):
            other = a_user()
            a_link(account=home.account, user=other, role=role)
            with self.assertRaises(NotRefusable):
                refuse(notice=home.notice, by=other, at=NOW)

    def test_writes_no_more_to_a_contact_that_the_intruder_put_in(self):
        home = Home(kind="contact_changed", detail="E-mail n•••@x.vn")
        planted = a_contact(account=home.account, kind="email", value="new@x.vn", source="code")
        self.change(home, value="new@x.vn", applied_at=NOW + DAY)
        waiting = self.change(home, kind="phone", value="+84911222333")
        other = a_notice(account=home.account)
        queued = Dispatch.objects.create(
            notice=other, channel="email", address="new@x.vn", contact=planted,
            step=1, status="queued", priority=0, due_at=NOW,
        )  # fmt: skip

        stopped = refuse(notice=home.notice, at=NOW)

        assert stopped.contacts == 1
        assert not ContactPoint.objects.usable().filter(pk=planted.pk).exists()
        assert ContactPoint.objects.usable().filter(pk=home.mail.pk).exists()
        waiting.refresh_from_db()
        assert waiting.cancelled_at == NOW
        claiming.claim(channel="email", at=NOW, limit=50)
        queued.refresh_from_db()
        assert (queued.status, queued.reason) == ("suppressed", "suspended")

    def change(self, home: Home, *, value: str, **fields: Any) -> ContactChange:
        given = {"kind": "email", "asked_at": NOW, "code_hash": "c", "proven_at": NOW}
        return ContactChange.objects.create(
            user=home.intruder, account=home.account, value=value,
            value_hash=keyed_hash(value), holds_until=NOW + DAY, cancel_hash=keyed_hash(value),
            **(given | fields),
        )  # fmt: skip


class AgainstTheHolderTests(TestCase):
    """What a holder stopped is told, also to a contact replaced just now; it stops no holder."""

    def setUp(self):
        cache.clear()
        self.account = an_account()
        self.holder = a_user()
        self.link = a_link(account=self.account, user=self.holder)
        self.old = a_contact(
            account=self.account, kind="email", value="thief@example.vn",
            suspended_at=NOW - DAY, suspended_why="changed",
        )  # fmt: skip

    def turned(self, kind: str) -> None:
        planning.plan_urgent(at=timezone.now())
        notice = Notice.objects.get(event__kind=kind)
        assert Dispatch.objects.filter(notice=notice, address="thief@example.vn").exists()
        code = whole_codes.whole(notice.code)
        asked = Client().post(reverse("verify_notice"), {"code": code})
        self.assertNotContains(asked, "Không phải tôi</button>")
        Client().post(reverse("refuse_verified"), {"code": code})
        self.link.refresh_from_db()
        assert self.link.state == "active"

    def test_by_the_end_of_an_auto_debit_that_they_did_not_want(self):
        at = timezone.now() - timedelta(hours=1)
        asked = an_auto_debit(account=self.account, state="requested", starts_on=local_day(at))
        made = arrangements.approve(arrangement=asked, by=a_member("supervisor"), at=at)
        arrangements.disown(arrangement=made, by=self.holder, at=timezone.now())
        self.turned("arrangement_ended")

    def test_by_a_contact_that_they_took_off(self):
        contact = a_contact(account=self.account, kind="email", value="kin@example.vn")
        contact_points.disown(contact=contact, by=self.holder, at=timezone.now())
        self.turned("contact_disowned")


class InvitationTests(TestCase):
    """Whoever invites from a stolen login is stopped, and with them the invitation."""

    def test_is_worth_nothing_once_the_inviter_is_stopped(self):
        home = Home()
        by, guest = home.holder, a_user(email="ban@example.vn")
        EmailAddress.objects.create(user=guest, email=guest.email, verified=True)
        invitation = invitations.invite(
            account=home.account, address="ban@example.vn", role="viewer", rights=["totals"],
            link_ends_at=NOW + 30 * DAY, by=by, at=NOW,
        )  # fmt: skip
        planning.plan_due(at=NOW)
        refuse(notice=Notice.objects.get(event__kind="invited"), at=NOW)
        assert AccountLink.objects.get(pk=home.holders_link.pk).state == "frozen"
        with self.assertRaises(invitations.NotWaiting):
            invitations.accept(invitation=invitation, by=guest, at=NOW)

    def test_is_not_stopped_for_who_only_asked(self):
        home = Home()
        asked = events.record(account=home.account, kind="link_asked", at=NOW, by=a_user())
        planning.plan_due(at=NOW)
        with self.assertRaises(NotRefusable):
            refuse(notice=Notice.objects.get(event=asked), at=NOW)


class InboxButtonTests(TestCase):
    def setUp(self):
        cache.clear()
        self.home = Home()
        self.page = reverse("notice", args=[self.home.notice.code])
        self.button = reverse("refuse_notice", args=[self.home.notice.code])

    def test_is_there_for_the_holder_and_stops_the_link(self):
        client = self.home.as_user(self.home.holder)
        self.assertContains(client.get(self.page), "Không phải tôi")
        answer = client.post(self.button, follow=True)
        self.assertContains(answer, "Đã khóa: ")
        self.assertNotContains(answer, "Không phải tôi</button>")
        assert self.home.state == "frozen"

    def test_shows_the_frozen_login_nothing_from_then_on(self):
        intruder = self.home.as_user(self.home.intruder)
        address = reverse("address", args=[self.home.account.number])
        assert intruder.get(address).status_code == 200
        self.home.as_user(self.home.holder).post(self.button)
        assert intruder.get(address).status_code == 404
        assert intruder.get(self.page).status_code == 404
        shown = inbox(Account.objects.visible_to(self.home.intruder), reader=self.home.intruder)
        assert not shown.exists()

    def test_is_closed_to_a_stranger_and_to_staff(self):
        for user in (a_user(), a_staff_user("customers.view_account")):
            assert self.home.as_user(user).post(self.button).status_code == 404
        assert self.home.state == "active"

    def test_asks_a_visitor_to_sign_in(self):
        assert Client().post(self.button).status_code == 302
        assert self.home.state == "active"

    def test_does_nothing_when_a_scanner_opens_it(self):
        client = self.home.as_user(self.home.holder)
        for method in (client.get, client.head):
            assert method(self.button).status_code == 405
        assert self.home.state == "active"

    def test_needs_the_token_of_the_form(self):
        client = Client(enforce_csrf_checks=True)
        client.force_login(self.home.holder)
        assert client.post(self.button).status_code == 403
        assert self.home.state == "active"

    def test_lets_somebody_stop_their_own_login(self):
        intruder = self.home.as_user(self.home.intruder)
        self.assertRedirects(intruder.post(self.button), reverse("inbox"))
        assert self.home.state == "frozen"

    def test_is_not_shown_at_other_notices(self):
        bill = a_notice(account=self.home.account)
        Dispatch.objects.create(
            notice=bill, channel="inbox", address="x", step=0, status="accepted",
            priority=1, due_at=NOW,
        )  # fmt: skip
        page = self.home.as_user(self.home.holder).get(reverse("notice", args=[bill.code]))
        self.assertNotContains(page, "Không phải tôi")


class VerifyButtonTests(TestCase):
    def setUp(self):
        cache.clear()
        self.home = Home()
        self.verify, self.button = reverse("verify_notice"), reverse("refuse_verified")
        self.code = whole_codes.whole(self.home.notice.code)

    def test_is_offered_to_whoever_has_the_code_and_stops_the_link(self):
        client = Client()
        asked = client.post(self.verify, {"code": self.code})
        self.assertContains(asked, "Không phải tôi")
        answer = client.post(self.button, {"code": self.code.lower()})
        self.assertContains(answer, "Đã khóa")
        self.assertContains(answer, "1900 54 54 54")
        assert self.home.state == "frozen"

    def test_answers_the_second_time_as_the_first(self):
        for _ in range(2):
            answer = Client().post(self.button, {"code": self.code})
            self.assertContains(answer, "Đã khóa")

    def test_stops_nothing_for_a_code_that_we_do_not_know(self):
        for code in ("", "ABCD2345", "\x00", "x" * 500):
            answer = Client().post(self.button, {"code": code})
            assert answer.status_code == 200
            self.assertNotContains(answer, "Đã khóa")
        assert self.home.state == "active"

    def test_does_nothing_when_a_scanner_opens_it(self):
        for method in (Client().get, Client().head):
            assert method(self.button, {"code": self.code}).status_code == 405
        assert self.home.state == "active"

    def test_needs_the_token_of_the_form(self):
        client = Client(enforce_csrf_checks=True)
        assert client.post(self.button, {"code": self.code}).status_code == 403
        assert self.home.state == "active"

    def test_lets_nobody_try_codes_for_long(self):
        client = Client()
        answers = [client.post(self.button, {"code": f"ABCD{n:04}"}) for n in range(11)]
        elsewhere = Client(REMOTE_ADDR="198.51.100.7")
        assert elsewhere.post(self.button, {"code": "ABCD2345"}).status_code == 200
        assert [a.status_code for a in answers] == [200] * 10 + [429]
        assert client.post(self.button, {"code": self.code}).status_code == 429
        assert self.home.state == "active"

    def test_says_in_plain_words_when_it_is_too_late(self):
        Notice.objects.update(planned_at=NOW - timedelta(days=9), expires_at=NOW)
        answer = Client().post(self.button, {"code": self.code})
        self.assertContains(answer, "1900 54 54 54")
        self.assertNotContains(answer, "Đã khóa")
        assert self.home.state == "active"

    def test_is_not_given_to_who_reads_the_check_code_on_the_site(self):
        for code in (self.home.notice.code, f"{self.home.notice.code}-ABCDEF"):
            self.assertNotContains(Client().post(self.verify, {"code": code}), "Không phải tôi")
            self.assertNotContains(Client().post(self.button, {"code": code}), "Đã khóa")
        self.assertContains(
            Client().post(self.verify, {"code": self.home.notice.code}), 'role="status"'
        )
        assert self.home.state == "active"

    def test_is_given_to_no_longer_code_of_another_kind(self):
        bill = a_notice(account=self.home.account)
        answer = Client().post(self.verify, {"code": whole_codes.whole(bill.code)})
        self.assertNotContains(answer, 'role="status"')


class WholeCodeTests(TestCase):
    """The code that may stop a link stands in the message that went out, and nowhere else."""

    def setUp(self):
        cache.clear()
        self.home = Home()
        with provider() as fake:
            dispatching.send_batch(channel="email", at=NOW)
        [self.mail] = fake.sent
        self.notice = self.home.notice
        self.code = whole_codes.whole(self.notice.code)
        self.secret = self.code.removeprefix(self.notice.code)

    def test_is_in_the_mail(self):
        for said in (self.mail.text, self.mail.html, self.mail.data["code"]):
            assert self.code in said

    def test_is_hidden_from_everybody_on_the_site(self):
        household = a_user()
        a_link(account=self.home.account, user=household, role="household")
        number = self.home.account.number
        pages = [
            reverse("notice", args=[self.notice.code]),
            reverse("account_notices", args=[number]),
            reverse("api:notices", args=[number]),
        ]
        for user in (self.home.holder, household, self.home.intruder):
            for page in pages:
                answer = self.home.as_user(user).get(page)
                assert answer.status_code == 200, page
                self.assertContains(answer, self.notice.code)
                self.assertNotContains(answer, self.secret)

    def test_is_hidden_at_the_desk(self):
        Dispatch.objects.filter(channel="email").update(status="accepted")
        said = written_words(fillings.sent(self.notice))
        assert f"{self.notice.code}-******" in said
        assert self.secret not in said

    def test_is_kept_nowhere(self):
        assert self.secret[1:] not in str(list(Filling.objects.values()))

    def test_is_shown_as_it_was_sent_to_who_has_it(self):
        Dispatch.objects.filter(channel="email").update(channel="sms")
        Wording.objects.filter(channel="email").update(channel="sms", text="Ma {{ code }}")
        verify = reverse("verify_notice")
        self.assertContains(Client().post(verify, {"code": self.code}), f"Ma {self.code}")
        plain = Client().post(verify, {"code": self.notice.code})
        self.assertContains(plain, f"Ma {self.notice.code}-******")


class ReaderTests(TestCase):
    """Who reads in the inbox that access changed."""

    def readers(self, kind: str) -> set[str]:
        home = Home(kind=kind)
        found = {"holder": home.holder, "meant": home.intruder}
        for role in ("household", "relative", "viewer"):
            found[role] = a_user()
            a_link(account=home.account, user=found[role], role=role)
        found["stranger"] = a_user()
        return {
            who
            for who, user in found.items()
            if inbox(Account.objects.visible_to(user), reader=user).exists()
        }

    def test_are_the_household_and_the_one_it_is_about(self):
        assert self.readers("rights_changed") == {"holder", "household", "meant"}

    def test_are_the_holder_alone_where_somebody_asks_or_takes_data_along(self):
        assert self.readers("link_asked") == {"holder", "meant"}
        assert self.readers("exported") == {"holder", "meant"}

    def test_do_not_lose_their_bills(self):
        home = Home()
        relative = a_user()
        a_link(account=home.account, user=relative, role="relative")
        bill = a_notice(account=home.account)
        Dispatch.objects.create(
            notice=bill, channel="inbox", address="x", step=0, status="accepted",
            priority=1, due_at=NOW,
        )  # fmt: skip
        assert list(inbox([home.account], reader=relative)) == [bill]


class WhoMaySayItTests(TestCase):
    def test_is_the_holder_also_of_a_newer_link_than_anothers(self):
        home = Home()
        assert refusing.may_refuse(home.notice, by=home.holder, at=NOW)

    def test_is_no_holder_who_moved_out_and_they_read_no_more_of_it(self):
        home = Home()
        AccountLink.objects.filter(pk=home.holders_link.pk).update(
            moved_out_on=timezone.localdate(NOW)
        )
        assert not refusing.may_refuse(home.notice, by=home.holder, at=NOW)
        assert not inbox([home.account], reader=home.holder).exists()

    def test_is_nobody_once_a_supervisor_has_lifted_the_stop(self):
        home = Home(kind="link_restored")
        assert not refusing.may_refuse(home.notice, by=home.holder, at=NOW)
