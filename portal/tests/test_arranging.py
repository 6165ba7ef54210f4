"""Before an arrangement is recorded: what is told next, as things are and with it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.models import Bill
from billing.tests.factories import a_bill, payments_known
from customers.models import (
    Account,
    Arrangement,
    ConsentText,
    ContactPoint,
    RelativeContact,
    StaffRole,
)
from customers.services import arrangements, consent_texts
from customers.services.arrangements import Terms
from customers.tests.factories import (
    a_contact,
    a_link,
    a_member,
    a_unit,
    a_user,
    an_account,
    opened,
)
from customers.tests.test_desk_arranging import answers, detail, page, record
from notifications.models import ChannelPrice, DirectMessage, Dispatch, Kind, Notice
from notifications.services.planning import bills, payments, security
from notifications.tests.factories import a_dispatch, a_notice
from portal.lib.periods import DAY, local_day, start_of
from portal.site import foreseen
from portal.site.foreseen_words import said

pytestmark = pytest.mark.django_db
K = Arrangement.Kind


@pytest.fixture
def agent(client: Client) -> Any:
    agent = a_member(StaffRole.AGENT)
    client.force_login(agent)
    return agent


@pytest.fixture
def account(agent: Any) -> Account:
    """Read on the 12th, with Zalo, and an unpaid bill that is due in ten days."""
    account = opened(an_account(reading_day=12), by=agent)
    a_contact(account=account, kind=ContactPoint.Kind.ZALO, value="+84903123456")
    today = local_day(timezone.now())
    bill = a_bill(
        account=account,
        month=(today.replace(day=1) - timedelta(days=1)).replace(day=1),
        issued_on=today - timedelta(days=1),
        due_on=today + timedelta(days=10),
    )
    payments_known(at=timezone.now(), unit=account.unit)
    bills.plan_bills(month=bill.month, at=timezone.now())
    return account


def terms(**changes: Any) -> Terms:
    today = local_day(timezone.now())
    given = {"starts_on": today, "review_on": today + timedelta(days=365), "reference": "CG1"}
    return Terms(**{**given, **changes})


def rows() -> dict[str, int]:
    """How many rows every table of ours has, history included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )
        names = [name for (name,) in cursor.fetchall()]
        counts = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            counts[name] = cursor.fetchone()[0]
    return counts


def shown(client: Client, account: Account, kind: str, **changes: str) -> Any:
    return client.post(page(account, kind), answers(kind, **changes))


class TestBeforeSaving:
    def test_shows_the_next_three_as_things_are_and_records_nothing(self, client, account):
        found = client.get(page(account, K.AUTO_DEBIT)).context
        assert [one.what for one in found["before"]] == [
            str(Kind.PAYMENT_REMINDER.label), str(Kind.PAYMENT_OVERDUE.label),
            str(Kind.BILL_ISSUED.label),
        ]  # fmt: skip
        assert found["after"] is None

    @pytest.mark.parametrize("kind", K.values)
    def test_writes_nothing_at_all(self, client, account, kind):
        client.get(page(account, kind))
        before = rows()
        response = shown(client, account, kind)
        assert response.context["shown"]
        assert rows() == before
        account.refresh_from_db()
        assert account.reading_day == 12

    def test_with_auto_debit_everyone_is_warned_and_nobody_reminded(self, client, account):
        reminder = str(Kind.PAYMENT_REMINDER.label)
        found = shown(client, account, K.AUTO_DEBIT).context
        assert reminder in [one.what for one in found["before"]]
        assert found["after"][0].what == str(Kind.SECURITY.label)
        assert reminder not in [one.what for one in found["after"]]

    def test_with_sms_kept_it_goes_there_where_zalo_is_silent_and_shows_its_end_alone(
        self, client, account
    ):
        response = shown(client, account, K.SMS_RETENTION, phone="0911222333")
        ways = [way.text for one in response.context["after"] for way in one.ways]
        assert any("2333" in way for way in ways)
        assert not any("2333" in way.text for one in response.context["before"] for way in one.ways)
        figures = response.content.decode().split('<form method="post" class="card script"')[0]
        assert "911222333" not in figures

    def test_a_relative_is_told_of_bills_and_not_of_changes_of_access(self, client, account):
        found = shown(client, account, K.RELATIVE_CONTACT).context["after"]
        told = {one.what: " ".join(way.text for way in one.ways) for one in found}
        assert "2333" not in told[str(Kind.SECURITY.label)]
        assert "2333" in told[str(Kind.PAYMENT_REMINDER.label)]

    def test_keeps_the_text_and_the_answers_on_the_page(self, client, account):
        response = shown(client, account, K.AUTO_DEBIT, note="gọi lại buổi chiều")
        text = response.context["form"].text
        for part in (*text.sentences, "gọi lại buổi chiều", 'name="text" value="1"'):
            assert part in response.content.decode()

    def test_what_is_recorded_is_what_was_shown(self, client, account):
        asked = answers(K.SMS_RETENTION, phone="0903123456")
        seen = client.post(page(account, K.SMS_RETENTION), asked).context["shown"]
        other = {**asked, "phone": "0911222333", "shown": seen}
        response = client.post(page(account, K.SMS_RETENTION), other)
        assert response.status_code == 200
        assert response.context["shown"] not in ("", seen)
        assert not account.arrangements.exists()

    def test_says_before_what_would_be_refused(self, client, account):
        a_contact(account=account, value="+84911222333")
        response = shown(client, account, K.RELATIVE_CONTACT)
        assert list(response.context["form"].errors) == ["address"]
        assert not response.context["shown"]

    def test_says_that_somebody_has_to_ring_where_nothing_reaches_them(self, client, agent):
        account = opened(an_account(has_app=False), by=agent)
        before = client.get(page(account, K.AUTO_DEBIT)).context["before"]
        assert [one.is_told for one in before] == [False] * len(before) != []


class TestForeseenIsWhatIsPlanned:
    """The planner, on the day that was foreseen, tells that kind by those channels."""

    def test_of_a_reminder(self, account):
        first = foreseen.as_things_are(account, at=timezone.now())[0]
        assert first.kind == Kind.PAYMENT_REMINDER
        day = start_of(first.on)
        payments.plan_due_soon(at=day + timedelta(hours=9))
        payments_known(at=day, unit=account.unit)
        payments.plan_due_soon(at=day + timedelta(hours=9))
        notice = Notice.objects.get(account=account, kind=Kind.PAYMENT_REMINDER)
        assert ways(notice.dispatches.all()) == ways(first.ways)

    def test_of_an_arrangement(self, account, agent):
        now = timezone.now()
        given = {"bank": "VCB", "bank_holder": "A", "bank_account": "0011001234567"}
        first = foreseen.with_arrangement(
            arrangements.request_auto_debit,
            account=account, terms=terms(), details=given, by=agent, at=now,
        )[0]  # fmt: skip
        made = arrangements.request_auto_debit(
            account=account, terms=terms(), by=agent, at=now, **given
        )
        arrangements.approve(arrangement=made, by=a_member(StaffRole.SUPERVISOR), at=now)
        security.plan_due(at=timezone.now())
        notice = Notice.objects.get(account=account, kind=Kind.SECURITY)
        assert ways(notice.dispatches.all()) == ways(first.ways)


def ways(dispatches: Any) -> set[tuple[str, str, str]]:
    return {(one.channel, one.address, one.status) for one in dispatches}


class TestFigures:
    def test_of_month_end_reading_days_steps_and_days_to_pay(self, client, account):
        figures = client.get(page(account, K.MONTH_END_READING)).context["figures"]
        values = " ".join(value for _label, value in figures.facts)
        assert "03/" in values
        assert "05/" in values
        assert len(figures.steps) in (5, 6)

    def test_of_auto_debit_from_when_the_bank_pays_and_which_bill_first(self, client, account):
        today = local_day(timezone.now())
        Bill.objects.update(paid_at=timezone.now())
        values = self.of_auto_debit(client, account)
        assert f"{today + DAY * 2:%d/%m/%Y}" in values[0]
        assert values[1:] == ["hóa đơn kế tiếp"]
        a_bill(account=account, month=date(2026, 6, 1), total=111_111, due_on=today)
        a_bill(account=account, month=date(2026, 7, 1), total=222_222, due_on=today + DAY * 2)
        a_bill(account=account, month=date(2026, 8, 1), total=333_333, due_on=today + DAY * 9)
        _from_when, by_hand, by_bank = self.of_auto_debit(client, account)
        assert "111.111" in by_hand
        assert "222.222" in by_bank

    def of_auto_debit(self, client: Client, account: Account) -> list[str]:
        figures = client.get(page(account, K.AUTO_DEBIT)).context["figures"]
        return [value for _label, value in figures.facts]

    def test_of_sms_the_price_a_year_from_last_years_notices(self, client, account):
        ChannelPrice.objects.create(channel="sms", starts_on=local_day(timezone.now()), price=450)
        now = timezone.now()
        for months in range(1, 13):
            at = now - timedelta(days=30 * months)
            a_notice(account=account, kind=Kind.BILL_ISSUED, subject=f"{months}", planned_at=at)
        figures = client.get(page(account, K.SMS_RETENTION)).context["figures"]
        # Twelve of these, and the bill of the fixture.
        assert f"{13 * 450:,}".replace(",", ".") in figures.facts[0][1]

    def test_of_sms_the_plan_where_nobody_was_told_for_a_year(self, client, account):
        ChannelPrice.objects.create(channel="sms", starts_on=local_day(timezone.now()), price=450)
        figures = client.get(page(account, K.SMS_RETENTION)).context["figures"]
        assert f"{24 * 450:,}".replace(",", ".") in figures.facts[0][1]

    def test_of_sms_the_last_one_that_arrived(self, client, account):
        arrived = timezone.now() - timedelta(days=40)
        notice = a_notice(account=account, subject="long-ago")
        a_dispatch(notice=notice, channel="sms", status=Dispatch.Status.DELIVERED,
                   delivered_at=arrived)  # fmt: skip
        a_dispatch(notice=a_notice(), channel="sms", status=Dispatch.Status.DELIVERED,
                   delivered_at=timezone.now())  # fmt: skip
        figures = client.get(page(account, K.SMS_RETENTION)).context["figures"]
        assert f"{timezone.localtime(arrived):%d/%m/%Y}" in figures.facts[2][1]


class TestTextReadAloud:
    def test_is_kept_by_version_and_shown_again_when_another_is_read(self, client, account):
        record(client, account, K.AUTO_DEBIT)
        made = account.arrangements.get()
        assert made.consent_text.version == 1
        today = local_day(timezone.now())
        consent_texts.write(
            kind=K.AUTO_DEBIT, text="Câu khác.", valid_from=today + timedelta(days=1),
            by=a_member(StaffRole.SUPERVISOR), today=today,
        )  # fmt: skip
        response = client.get(detail(made))
        assert made.consent_text.sentences[0] in response.content.decode()
        assert "Câu khác." not in response.content.decode()

    def test_that_changed_meanwhile_is_read_again(self, client, account):
        ConsentText.objects.create(
            kind=K.AUTO_DEBIT, version=2, valid_from=date(2026, 6, 1), text="Câu mới."
        )
        response = shown(client, account, K.AUTO_DEBIT)
        assert list(response.context["form"].errors) == ["read_aloud"]
        assert "Câu mới." in response.content.decode()

    def test_of_another_day_is_refused_by_the_service_too(self, account, agent):
        old = ConsentText.objects.get(kind=K.MONTH_END_READING)
        ConsentText.objects.create(
            kind=K.MONTH_END_READING, version=2, valid_from=date(2026, 6, 1), text="Câu mới."
        )
        with pytest.raises(arrangements.OldText):
            arrangements.request_month_end_reading(
                account=account, terms=terms(consent_text=old), by=agent, at=timezone.now()
            )

    def test_is_never_changed(self):
        text = ConsentText.objects.first()
        with pytest.raises(Exception, match="written once"):
            ConsentText.objects.filter(pk=text.pk).update(text="khác")

    def test_begins_after_today_and_after_every_other(self):
        today, boss = local_day(timezone.now()), a_member(StaffRole.SUPERVISOR)
        later = today + timedelta(days=9)
        consent_texts.write(kind=K.AUTO_DEBIT, text="A.", valid_from=later, by=boss, today=today)
        for day in (today, later, later - timedelta(days=1)):
            with pytest.raises(consent_texts.BeginsTooEarly):
                consent_texts.write(
                    kind=K.AUTO_DEBIT, text="B.", valid_from=day, by=boss, today=today
                )

    def test_is_written_at_the_desk_by_supervisors_alone(self, client):
        url = reverse("admin:customers_consenttext_add")
        tomorrow = local_day(timezone.now()) + timedelta(days=1)
        given = {"kind": K.AUTO_DEBIT, "valid_from": f"{tomorrow:%d/%m/%Y}", "text": "Một.\n\nHai."}
        client.force_login(a_member(StaffRole.AGENT))
        assert client.post(url, given).status_code == 403
        client.force_login(boss := a_member(StaffRole.SUPERVISOR))
        assert client.post(url, {**given, "valid_from": "01/01/2026"}).status_code == 200
        assert client.post(url, given).status_code == 302
        made = ConsentText.objects.get(kind=K.AUTO_DEBIT, version=2)
        assert (made.sentences, made.written_by) == (["Một.", "Hai."], boss)


class TestAfterSaving:
    def test_reads_back_what_comes_next(self, client, account):
        record(client, account, K.MONTH_END_READING)
        response = client.get(detail(account.arrangements.get()))
        sentences = response.context["coming"]()
        assert len(sentences) == 3
        for sentence in sentences:
            assert sentence.replace("&", "&amp;") in response.content.decode()

    @pytest.mark.parametrize("kind", K.values)
    def test_reads_back_what_was_shown_before_and_writes_nothing(self, client, account, kind):
        expected = shown(client, account, kind).context["after"]
        record(client, account, kind)
        made = account.arrangements.get()
        client.get(detail(made))
        before = rows()
        response = client.get(detail(made))
        assert response.context["coming"]() == said(expected)
        assert rows() == before
        state = made.state
        made.refresh_from_db()
        assert made.state == state

    def test_looks_nothing_up_before_the_reason_was_given(self, client, account):
        record(client, account, K.MONTH_END_READING)
        client.force_login(a_member(StaffRole.SUPERVISOR))
        assert "read_back" not in client.get(detail(account.arrangements.get())).context


class TestRelativesCode:
    @pytest.fixture
    def relative(self, client, account) -> RelativeContact:
        record(client, account, K.RELATIVE_CONTACT)
        return RelativeContact.objects.get(account=account)

    def send(self, client: Client, relative: RelativeContact) -> str:
        client.post(reverse("admin:customers_arrangement_relative_send", args=[relative.pk]))
        message = DirectMessage.objects.order_by("-pk").first()
        assert message is not None
        return message.text[:6]

    def confirm(self, client: Client, relative: RelativeContact, code: str) -> RelativeContact:
        url = reverse("admin:customers_arrangement_relative_confirm", args=[relative.pk])
        client.post(url, {"code": code})
        relative.refresh_from_db()
        return relative

    def test_goes_to_the_relative_and_makes_the_approval_possible(self, client, account, relative):
        boss = a_member(StaffRole.SUPERVISOR)
        with pytest.raises(arrangements.NotConfirmed):
            arrangements.approve(arrangement=relative, by=boss, at=timezone.now())
        code = self.send(client, relative)
        message = DirectMessage.objects.get()
        assert (message.channel, message.address) == ("sms", "+84911222333")
        assert account.number[-4:] in message.text
        assert self.confirm(client, relative, code).agreed_at
        relative.contact.refresh_from_db()
        assert relative.contact.verified_at == relative.agreed_at
        made = arrangements.approve(arrangement=relative, by=boss, at=timezone.now())
        assert made.state == Arrangement.State.IN_FORCE
        assert relative.power == RelativeContact.Power.ASKS

    def test_is_asked_again_of_who_agreed_to_an_earlier_one(self, client, account, relative):
        self.confirm(client, relative, self.send(client, relative))
        boss = a_member(StaffRole.SUPERVISOR)
        made = arrangements.approve(arrangement=relative, by=boss, at=timezone.now())
        arrangements.end(arrangement=made, why="asked", by=boss, at=timezone.now())
        record(client, account, K.RELATIVE_CONTACT)
        again = account.arrangements.waiting().get()
        with pytest.raises(arrangements.NotConfirmed):
            arrangements.approve(arrangement=again, by=boss, at=timezone.now())

    def test_is_kept_nowhere_and_not_shown(self, client, relative):
        code = self.send(client, relative)
        relative.refresh_from_db()
        assert relative.code_hash
        assert code not in relative.code_hash
        assert code not in client.get(detail(relative)).content.decode()

    def test_that_is_wrong_five_times_is_dead(self, client, relative):
        code = self.send(client, relative)
        wrong = "000000" if code != "000000" else "111111"
        for _try in range(5):
            assert self.confirm(client, relative, wrong).agreed_at is None
        assert self.confirm(client, relative, code).agreed_at is None

    def test_is_sent_once_a_minute(self, client, relative):
        self.send(client, relative)
        self.send(client, relative)
        assert DirectMessage.objects.count() == 1

    def test_of_another_arrangement_is_none(self, client, agent, relative):
        other_account = opened(an_account(unit=relative.account.unit), by=agent)
        record(client, other_account, K.RELATIVE_CONTACT)
        other = RelativeContact.objects.get(account=other_account)
        self.send(client, other)
        code = self.send(client, relative)
        if code != DirectMessage.objects.order_by("pk")[0].text[:6]:
            assert self.confirm(client, other, code).agreed_at is None

    def test_is_not_there_for_staff_of_another_company_or_who_only_look(self, client, relative):
        urls = [
            reverse(f"admin:customers_arrangement_relative_{verb}", args=[relative.pk])
            for verb in ("send", "confirm")
        ]
        others = [
            (a_member(StaffRole.OFFICER, unit=a_unit(code="PE09")), 404),
            (a_member(StaffRole.AUDITOR), 404),
        ]
        for person, status in others:
            client.force_login(person)
            assert [client.post(url).status_code for url in urls] == [status] * 2
        holder = a_user()
        a_link(user=holder, account=relative.account)
        client.force_login(holder)
        assert [client.post(url).status_code for url in urls] == [302] * 2
        assert not DirectMessage.objects.exists()

    def test_asks_for_a_reason_first(self, client, relative):
        client.force_login(a_member(StaffRole.AGENT))
        url = reverse("admin:customers_arrangement_relative_send", args=[relative.pk])
        client.post(url)
        assert not DirectMessage.objects.exists()
