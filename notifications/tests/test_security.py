from datetime import timedelta
from itertools import count

from django.conf import settings
from django.test import TestCase
from django.utils import translation

from customers.models import AccountEvent, ContactPoint, User
from customers.services import events
from customers.tests.factories import (
    NOON,
    a_contact,
    a_link,
    a_relative_contact,
    a_staff_user,
    a_superuser,
    a_user,
    an_account,
    an_sms_retention,
)
from notifications import security, sms
from notifications.channels.zalo.templates import LIMITS, has_link_or_phone
from notifications.models import Channel, Dispatch, Kind, KindPolicy, Notice, Run
from notifications.queries import proof
from notifications.services import claiming, planning, rendering
from notifications.services.routing import climb

from .factories import a_preference

Happened = AccountEvent.Kind
REPLACED = ContactPoint.Suspended.REPLACED
HOUR = timedelta(hours=1)
_numbers = count(1)


def happened(**fields: object) -> AccountEvent:
    """A login was linked at NOON."""
    account = fields.pop("account", None) or an_account()
    given = {"account": account, "kind": Happened.LINKED, "at": NOON}
    return events.record(**(given | fields))


def linked(**fields: object) -> AccountEvent:
    """A login ``intruder…@example.vn`` was linked as a household member."""
    account = fields.pop("account", None) or an_account()
    user = a_user(email=f"intruder{next(_numbers)}@example.vn")
    link = a_link(account=account, user=user, role="household")
    return happened(account=account, by=user, link=link, **fields)


def ways(event: AccountEvent) -> dict[tuple[str, str], str]:
    found = Dispatch.objects.filter(notice__event=event).exclude(channel="inbox")
    return {(d.channel, d.address): d.status for d in found}


class PlanSecurityTests(TestCase):
    def test_tells_each_change_once(self):
        event = linked()
        first = planning.plan_due(at=NOON)
        again = planning.plan_due(at=NOON + timedelta(minutes=1))
        assert [(plan.subject, plan.notices) for plan in first] == [("2026-11-02", 1)]
        assert again == []
        notice = Notice.objects.get(event=event)
        assert (notice.kind, notice.subject) == (Kind.SECURITY, f"event-{event.pk}")
        assert notice.dispatches.filter(channel="inbox", status="accepted").count() == 1

    def test_adds_nothing_when_run_again(self):
        linked()
        planning.plan_urgent(at=NOON)
        assert planning.plan_urgent(at=NOON) == []

    def test_tells_two_changes_of_one_address_in_two_notices(self):
        account = an_account()
        happened(account=account)
        happened(account=account, kind=Happened.LINK_FROZEN)
        planning.plan_due(at=NOON)
        assert Notice.objects.filter(account=account).count() == 2

    def test_leaves_out_what_is_nobodys_danger_and_what_is_old(self):
        happened(kind=Happened.INVITATION_CLOSED)
        happened(at=NOON - timedelta(days=8))
        assert planning.plan_due(at=NOON) == []

    def test_has_words_for_every_kind_but_the_declined_invitation(self):
        assert set(Happened) - set(security.TOLD) == {Happened.INVITATION_CLOSED}

    def test_goes_everywhere_at_once(self):
        account = an_account(has_app=True)
        a_contact(account=account, kind="zalo", value="+84912000001")
        a_contact(account=account, kind="email", value="hanh@example.vn", verified_at=NOON)
        a_contact(account=account, kind="email", value="hanh2@example.vn")
        agreed = a_contact(account=account, value="+84912000003")
        an_sms_retention(account=account, contact=agreed)
        a_contact(account=account, value="+84912000004")
        event = happened(account=account)
        planning.plan_due(at=NOON)
        assert ways(event) == {
            ("zalo", "+84912000001"): "queued",
            ("email", "hanh@example.vn"): "queued",
            ("email", "hanh2@example.vn"): "queued",
            ("sms", "+84912000003"): "queued",
        }

    def test_goes_where_it_was_switched_off(self):
        account = an_account()
        a_contact(account=account, kind="email", value="hanh@example.vn")
        a_preference(account=account, channel="email", kind=Kind.SECURITY)
        event = happened(account=account)
        planning.plan_due(at=NOON)
        assert ways(event) == {("email", "hanh@example.vn"): "queued"}

    def test_does_not_go_to_a_relative(self):
        account = an_account()
        a_relative_contact(account=account)
        event = happened(account=account)
        planning.plan_due(at=NOON)
        assert ways(event) == {}

    def test_puts_an_account_that_nobody_can_reach_on_the_call_list(self):
        event = happened()
        planning.plan_due(at=NOON)
        assert Notice.objects.get(event=event).reach == Notice.Reach.UNREACHABLE

    def test_balances_in_the_proof_although_one_account_is_told_twice(self):
        account = an_account()
        for kind in (Happened.LINKED, Happened.LINK_FROZEN):
            happened(account=account, kind=kind)
        happened()
        planning.plan_due(at=NOON)
        found = proof(run=Run.objects.get(), user=a_superuser())
        assert (found.accounts, found.balances) == (3, True)

    def test_leaves_other_kinds_to_their_chain(self):
        everywhere = KindPolicy.objects.filter(everywhere=True)
        assert list(everywhere.values_list("kind", flat=True)) == [Kind.SECURITY]


class OldContactTests(TestCase):
    """Who was replaced just now may be the rightful one."""

    def told(self, *, ago: timedelta, why: str = REPLACED) -> str:
        account = an_account()
        a_contact(
            account=account, kind="email", value="old@example.vn",
            suspended_at=NOON - ago, suspended_why=why,
        )  # fmt: skip
        event = happened(account=account, kind=Happened.CONTACT_CHANGED, detail="E-mail n•••@x.vn")
        planning.plan_due(at=NOON)
        return ways(event)["email", "old@example.vn"]

    def test_hears_of_it_for_72_hours(self):
        assert self.told(ago=timedelta(0)) == "queued"
        assert self.told(ago=72 * HOUR - timedelta(seconds=1)) == "queued"

    def test_hears_of_it_when_the_customer_changed_it_here(self):
        assert self.told(ago=HOUR, why=ContactPoint.Suspended.CHANGED) == "queued"

    def test_hears_nothing_later(self):
        assert self.told(ago=72 * HOUR) == "suppressed"

    def test_hears_nothing_when_it_was_stopped_for_another_reason(self):
        not_mine = ContactPoint.Suspended.NOT_MINE
        for why in (not_mine, ContactPoint.Suspended.NOT_APPROVED, "550 no such mailbox", ""):
            assert self.told(ago=HOUR, why=why) == "suppressed"

    def test_is_judged_again_when_it_is_sent(self):
        assert self.told(ago=71 * HOUR) == "queued"
        soon = claiming.claim(channel="email", at=NOON, limit=1)
        assert len(soon.claims) == 1
        Dispatch.objects.filter(channel="email").update(status="queued", lease_until=None)
        late = claiming.claim(channel="email", at=NOON + HOUR, limit=1)
        assert late.claims == []
        assert Dispatch.objects.get(channel="email").reason == "suspended"

    def test_hears_of_no_bill(self):
        assert self.told(ago=HOUR) == "queued"
        Notice.objects.update(kind=Kind.BILL_ISSUED)
        assert claiming.claim(channel="email", at=NOON, limit=1).claims == []


class ClaimTests(TestCase):
    def test_goes_on_although_another_channel_arrived(self):
        account = an_account()
        a_contact(account=account, kind="zalo", value="+84912000001")
        a_contact(account=account, kind="email", value="hanh@example.vn")
        event = happened(account=account)
        planning.plan_due(at=NOON)
        Dispatch.objects.filter(channel="zalo").update(status="delivered")
        climb(notice=Notice.objects.get(event=event).pk, to="delivered", by=Channel.ZALO)
        assert len(claiming.claim(channel="email", at=NOON, limit=5).claims) == 1

    def test_goes_on_although_somebody_opened_the_inbox(self):
        account = an_account()
        a_contact(account=account, kind="email", value="hanh@example.vn")
        event = happened(account=account)
        planning.plan_due(at=NOON)
        Dispatch.objects.filter(channel="inbox").update(status="seen")
        climb(notice=Notice.objects.get(event=event).pk, to="seen", by=Channel.INBOX)
        assert len(claiming.claim(channel="email", at=NOON, limit=5).claims) == 1

    def test_goes_on_although_it_was_switched_off_meanwhile(self):
        account = an_account()
        a_contact(account=account, kind="email", value="hanh@example.vn")
        happened(account=account)
        planning.plan_due(at=NOON)
        a_preference(account=account, channel="email", kind=Kind.SECURITY)
        assert len(claiming.claim(channel="email", at=NOON, limit=5).claims) == 1

    def test_stops_at_an_sms_whose_agreement_ended(self):
        account = an_account()
        agreed = a_contact(account=account, value="+84912000003")
        retention = an_sms_retention(account=account, contact=agreed)
        happened(account=account)
        planning.plan_due(at=NOON)
        retention.ends_on = NOON.date()
        retention.save()
        assert claiming.claim(channel="sms", at=NOON, limit=5).claims == []
        assert Dispatch.objects.get(channel="sms").reason == "no_agreement"


class WordTests(TestCase):
    def words(self, kind: str, channel: str, language: str = "vi") -> rendering.Words:
        event = linked(kind=kind, detail="E-mail h•••@example.vn")
        planning.plan_due(at=NOON)
        notice = Notice.objects.get(event=event)
        return rendering.render(notice=notice, channel=channel, language=language)

    def test_say_in_vietnamese_what_happened_when_and_who(self):
        text = self.words(Happened.LINKED, Channel.EMAIL).text
        assert "Tài khoản đăng nhập i•••@example.vn vừa được liên kết" in text
        assert "02/11/2026 12:00" in text or "12:00 02/11/2026" in text
        assert "Không phải tôi" in text

    def test_say_whom_to_call_also_of_a_stop_that_no_button_takes_back(self):
        for channel in (Channel.EMAIL, Channel.INBOX, Channel.ZALO):
            text = self.words(Happened.LINK_FROZEN, channel).text
            assert settings.HOTLINE in text, channel

    def test_say_it_in_english_to_who_reads_english(self):
        text = self.words(Happened.LINKED, Channel.INBOX, "en").text
        assert "The login i•••@example.vn was linked" in text

    def test_never_name_a_login_or_a_contact_whole(self):
        for kind in security.TOLD:
            for channel in (Channel.EMAIL, Channel.INBOX, Channel.SMS, Channel.ZALO):
                words = self.words(kind, channel)
                text = words.subject + words.text + words.html + str(words.data)
                assert "intruder" not in text
                number = Notice.objects.latest("pk").account.number
                assert number not in text

    def test_hold_no_link_or_phone_number_for_zalo_and_fit_its_template(self):
        for kind in security.TOLD:
            words = self.words(kind, Channel.ZALO)
            assert not has_link_or_phone(words.text), words.text
            assert len(words.data["short"]) <= LIMITS["status"], words.data["short"]
            assert len(words.data["when"]) <= LIMITS["code"]

    def test_fit_one_sms_without_a_link(self):
        for kind in security.TOLD:
            text = self.words(kind, Channel.SMS).text
            assert len(sms.parts(text)) == 1, text
            assert "http" not in text

    def test_call_staff_staff_and_name_no_colleague(self):
        with translation.override("en"):
            assert security.login(a_staff_user(email="minh@dienluc.vn")) == "A member of our staff"
            assert security.login(None) == "Somebody"
            by_phone = User.objects.create(phone="+84903123456")
            assert security.login(by_phone) == "The login ••••3456"
