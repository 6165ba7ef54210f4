"""Two agents on one account: each is told of the other, and nothing is recorded over."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Account, Arrangement, Look, StaffRole, User
from customers.services import arrangements, looks
from customers.tests.factories import (
    a_look,
    a_member,
    an_account,
    an_auto_debit,
    an_sms_retention,
    opened,
)
from customers.tests.test_desk_arranging import answers, page, record
from portal.lib.said import hour

pytestmark = pytest.mark.django_db
K = Arrangement.Kind
CHANGED = "hãy xem lại"


@pytest.fixture
def account() -> Account:
    return an_account(reading_day=12)


@pytest.fixture
def lan() -> User:
    return a_member(StaffRole.AGENT, name="Lê Thị Lan")


@pytest.fixture
def minh(client: Client) -> User:
    minh = a_member(StaffRole.AGENT, name="Trần Văn Minh")
    client.force_login(minh)
    return minh


def look(account: Account, by: User, **fields: Any) -> datetime:
    at: datetime = fields.setdefault("at", timezone.now() - timedelta(minutes=3))
    fields = {"page": "account", "reason": Look.Reason.CALL, "reference": "123"} | fields
    a_look(account=account, user=by, **fields)
    return at


def colleagues(client: Client, account: Account) -> list[str]:
    found: list[str] = client.get(
        reverse("admin:customers_account_change", args=[account.pk])
    ).context["colleagues"]
    return found


class TestColleagues:
    def test_is_told_to_the_second_with_the_time_and_the_call(self, client, account, lan, minh):
        at = look(account, lan)
        opened(account, by=minh)
        [said] = colleagues(client, account)
        assert said == f"Lê Thị Lan đã mở trang này lúc {hour(at)} (cuộc gọi 123)"

    def test_is_told_to_the_first_at_the_next_page(self, client, account, lan, minh):
        opened(account, by=minh)
        assert colleagues(client, account) == []
        look(account, lan)
        assert len(colleagues(client, account)) == 1

    def test_names_each_colleague_once_by_the_newest_look(self, client, account, lan, minh):
        opened(account, by=minh)
        look(account, lan, reference="122", at=timezone.now() - timedelta(minutes=9))
        look(account, lan, reference="123")
        look(account, a_member(StaffRole.AGENT), reason="counter", reference="Q7")
        said = colleagues(client, account)
        assert len(said) == 2
        assert "122" not in "".join(said)

    def test_is_over_after_fifteen_minutes(self, client, account, lan, minh):
        look(account, lan, at=timezone.now() - timedelta(minutes=15, seconds=1))
        opened(account, by=minh)
        assert colleagues(client, account) == []

    def test_is_nobody_of_another_account_nor_whoever_reviews(self, client, account, lan, minh):
        look(an_account(), lan)
        look(account, a_member(StaffRole.AUDITOR), reason=Look.Reason.REVIEW, reference="")
        opened(account, by=minh)
        assert colleagues(client, account) == []

    def test_is_told_where_an_arrangement_is_recorded(self, client, account, lan, minh):
        look(account, lan)
        opened(account, by=minh)
        said = client.get(page(account, K.AUTO_DEBIT)).content.decode()
        assert "Lê Thị Lan" in said

    def test_costs_one_question(self, account, lan, minh, django_assert_num_queries):
        look(account, lan)
        with django_assert_num_queries(1):
            looks.others_lately(user=minh, account=account, at=timezone.now())


class TestRecordingOverAnother:
    @pytest.fixture
    def shown(self, client: Client, account: Account, minh: User) -> dict[str, str]:
        """What the page is posted with to record an SMS agreement, before anybody came."""
        opened(account, by=minh)
        asked = answers(K.SMS_RETENTION)
        found = client.post(page(account, K.SMS_RETENTION), asked).context
        return asked | {name: found[name] for name in ("shown", "seen")}

    def post(self, client: Client, account: Account, said: dict[str, str]) -> Any:
        return client.post(page(account, K.SMS_RETENTION), said)

    def test_is_refused_with_the_time_and_keeps_the_answers(self, client, account, lan, shown):
        at = timezone.now()
        an_auto_debit(account=account, state="requested", requested_by=lan, requested_at=at)
        response = self.post(client, account, shown)
        assert not account.arrangements.filter(kind=K.SMS_RETENTION).exists()
        text = response.content.decode()
        assert f"lúc {hour(at)}: {CHANGED}" in text
        assert shown["why_no_relative"] in text

    def test_goes_on_once_it_was_looked_at_again(self, client, account, lan, shown):
        an_auto_debit(account=account, state="requested", requested_by=lan)
        fresh = self.post(client, account, shown).context
        again = self.post(client, account, shown | {"seen": fresh["seen"]})
        assert again.status_code == 302
        assert account.arrangements.filter(kind=K.SMS_RETENTION).exists()

    @pytest.mark.parametrize("seen", ["", "x"])
    def test_is_refused_without_the_state_that_was_seen(self, client, account, shown, seen):
        self.post(client, account, shown | {"seen": seen})
        assert not account.arrangements.exists()

    def test_is_refused_before_it_is_shown_what_would_change(self, client, account, shown):
        an_auto_debit(account=account, state="requested")
        asked = {name: value for name, value in shown.items() if name != "shown"}
        assert not self.post(client, account, asked).context["shown"]

    def test_says_no_time_of_what_a_bank_changed(self, client, account, minh):
        debit = an_auto_debit(account=account)
        seen = arrangements.state_of(account)
        Arrangement.objects.filter(pk=debit.pk).update(mandate="failed")
        with pytest.raises(arrangements.ChangedMeanwhile) as refused:
            arrangements.refuse_changed(account=account, state=seen)
        assert refused.value.at is None

    @pytest.mark.parametrize(
        "change",
        [
            {"state": "undone", "closed_at": timezone.now(), "mandate": "cancelled"},
            {"review_on": "2027-10-01"},
            {"mandate": "suspended"},
            {"ends_on": "2027-01-01"},
        ],
    )
    def test_is_another_state_after_any_change(self, account, change):
        debit = an_auto_debit(account=account)
        seen = arrangements.state_of(account)
        assert seen == arrangements.state_of(account)
        Arrangement.objects.filter(pk=debit.pk).update(**change)
        assert seen != arrangements.state_of(account)

    def test_is_not_disturbed_by_another_account(self, client, account, minh):
        opened(account, by=minh)
        an_sms_retention()
        assert record(client, account, K.AUTO_DEBIT).status_code == 302
