"""Needs of a household on the pages of the desk and of its holder, and who never sees them."""

import io
import zipfile
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Account, LetterCode, Look, Need, StaffRole, User
from customers.tests.factories import (
    a_contact_check,
    a_link,
    a_member,
    a_need,
    a_unit,
    a_work_item,
    an_account,
    an_auto_debit,
    opened,
)
from portal.site.privacy import export
from portal.site.privacy.erasing import erase
from portal.site.privacy.person import person_of
from portal.tests.sign_in.people import sign_in_now

pytestmark = pytest.mark.django_db
NOT_RUNG = "Điện thoại: không gọi"
NOT_CUT = "không được cắt khi chưa đến tận nơi"
WHY = ("tiểu đường", "điếc", "mù", "bệnh", "khuyết tật", "blind", "deaf", "disab", "diagnos")
RECORDING = ("agent", "officer", "supervisor")


@pytest.fixture
def account() -> Account:
    return an_account()


def at_desk(client: Client, account: Account, role: str = StaffRole.AGENT) -> User:
    """Somebody of the staff who gave a reason for opening the account."""
    unit = account.unit if role == StaffRole.OFFICER else None
    member = a_member(role, unit=unit)
    opened(account, by=member)
    client.force_login(member)
    return member


def url(name: str, account: Account, *more: int) -> str:
    return reverse(f"admin:customers_{name}", args=[account.pk, *more])


def shown(client: Client, account: Account) -> str:
    return client.get(url("account_change", account)).content.decode()


def answers(kind: str = Need.Kind.NO_CALLS, **changes: str) -> dict[str, str]:
    given = {"kind": kind, "language": "", "said_by": "holder", "read_aloud": "on", "text": "1"}
    return given | changes


class TestCard:
    @pytest.mark.parametrize("role", RECORDING)
    def test_says_what_we_do_to_whoever_talks_to_them(self, client, account, role):
        a_need(account=account)
        at_desk(client, account, role)
        assert NOT_RUNG in shown(client, account)

    @pytest.mark.parametrize("role", ["operator", "auditor"])
    def test_is_not_there_for_others(self, client, account, role):
        a_need(account=account)
        at_desk(client, account, role)
        page = shown(client, account)
        assert account.holder_name in page
        assert NOT_RUNG not in page
        assert 'id="needs"' not in page

    def test_is_shut_to_an_officer_of_another_company(self, client, account):
        officer = a_member(StaffRole.OFFICER, unit=a_unit(code="PE77"))
        need = a_need("keep_supply", account=account)
        client.force_login(officer)
        pages = [
            url("account_change", account),
            url("need_add", account),
            url("need_end", account, need.pk),
            url("need_confirm", account, need.pk),
        ]
        assert [client.get(page).status_code for page in pages] == [404] * 4
        assert [client.post(page, answers()).status_code for page in pages[1:]] == [404] * 3
        assert Need.objects.in_force().count() == 1

    @pytest.mark.parametrize("kind", Need.Kind.values)
    def test_says_of_no_kind_why(self, client, account, kind):
        a_need(kind, account=account)
        at_desk(client, account)
        page = shown(client, account).lower()
        assert [word for word in WHY if word in page] == []

    def test_is_said_on_every_page_from_which_somebody_rings(self, client, account):
        a_need(account=account)
        at_desk(client, account)
        item, check = a_work_item(account=account), a_contact_check(account=account)
        pages = [
            reverse("admin:customers_workitem_change", args=[item.pk]),
            reverse("admin:customers_contactcheck_change", args=[check.pk]),
            reverse("admin:customers_arrangement_change", args=[an_auto_debit(account=account).pk]),
            reverse("admin:customers_linkrequest_at", args=[account.pk]),
            reverse("admin:notifications_notice_tell", args=[account.pk]),
            reverse("admin:customers_account_arrange", args=[account.pk, "sms_retention"]),
        ]
        silent = [page for page in pages if NOT_RUNG not in client.get(page).content.decode()]
        assert silent == []


class TestRecording:
    def test_asks_first_why_the_account_is_opened(self, client, account):
        client.force_login(a_member(StaffRole.AGENT))
        assert "button" in client.get(url("need_add", account)).context
        client.post(url("need_add", account), answers())
        assert not Need.objects.exists()

    @pytest.mark.parametrize("kind", Need.Kind.values)
    def test_keeps_each_kind_with_who_said_it_and_writes_a_look(self, client, account, kind):
        agent = at_desk(client, account)
        told = answers(kind, language="en" if kind == Need.Kind.LANGUAGE else "")
        assert client.post(url("need_add", account), told).status_code == 302
        need = account.needs.get()
        assert (need.kind, need.said_by, need.recorded_by) == (kind, "holder", agent)
        assert Look.objects.filter(account=account, user=agent, page="need").exists()

    @pytest.mark.parametrize("lacking", ["said_by", "read_aloud", "kind", "text"])
    def test_is_refused_without_an_answer(self, client, account, lacking):
        at_desk(client, account)
        given = {name: value for name, value in answers().items() if name != lacking}
        response = client.post(url("need_add", account), given)
        assert response.context["form"].errors
        assert not account.needs.exists()

    def test_says_beside_the_field_why_it_is_refused(self, client, account):
        at_desk(client, account)
        relative = client.post(url("need_add", account), answers(said_by="relative"))
        language = client.post(url("need_add", account), answers(Need.Kind.LANGUAGE))
        assert list(relative.context["form"].errors) == ["said_by"]
        assert list(language.context["form"].errors) == ["language"]

    def test_offers_what_is_not_there_yet(self, client, account):
        a_need("no_calls", account=account)
        at_desk(client, account)
        offered = client.get(url("need_add", account)).context["form"].fields["kind"].choices
        assert {kind for kind, _label in offered} == set(Need.Kind.values) - {"no_calls"}

    @pytest.mark.parametrize("role", ["operator", "auditor"])
    def test_is_nothing_for_others(self, client, account, role):
        at_desk(client, account, role)
        assert client.post(url("need_add", account), answers()).status_code == 404

    def test_ends_and_confirms_on_somebodys_word(self, client, account):
        agent = at_desk(client, account)
        need = a_need("keep_supply", account=account)
        before = need.confirm_by
        for name in ("need_confirm", "need_end"):
            response = client.post(url(name, account, need.pk), {"said_by": ""})
            assert response.context["form"].errors
        client.post(url("need_confirm", account, need.pk), {"said_by": "paper"})
        need.refresh_from_db()
        assert need.confirm_by > before
        client.post(url("need_end", account, need.pk), {"said_by": "holder"})
        need.refresh_from_db()
        assert (need.ended_by, need.ended_said_by) == (agent, "holder")

    def test_takes_no_need_of_another_account(self, client, account):
        at_desk(client, account)
        other = a_need()
        ended = client.post(url("need_end", account, other.pk), {"said_by": "holder"})
        assert ended.status_code == 404


class TestHolder:
    def pages(self, account: Account) -> list[str]:
        need = account.needs.get()
        number = account.number
        return [reverse("needs", args=[number]), reverse("need_end", args=[number, need.pk])]

    def test_sees_and_ends_them(self, client, account):
        a_need(account=account)
        link = a_link(account=account)
        sign_in_now(client, link.user)
        shows, ends = self.pages(account)
        assert NOT_RUNG in client.get(shows).content.decode()
        assert NOT_RUNG in client.get(ends).content.decode()
        client.post(ends)
        need = account.needs.get()
        assert (need.ended_by, need.ended_said_by) == (link.user, "holder")

    @pytest.mark.parametrize("role", ["household", "relative", "viewer", "stranger"])
    def test_alone_does(self, client, account, role):
        a_need(account=account)
        there = None if role == "stranger" else account
        user = a_link(account=there or an_account(), role=role if there else "holder").user
        sign_in_now(client, user)
        shows, ends = self.pages(account)
        assert [client.get(shows).status_code, client.get(ends).status_code] == [404, 404]
        assert client.post(ends).status_code == 404
        assert account.needs.in_force().exists()
        home = client.get(reverse("me")).content.decode()
        assert reverse("needs", args=[account.number]) not in home

    def test_takes_them_along_and_nobody_else_does(self, account):
        a_need("keep_supply", account=account)
        holder, relative = a_link(account=account), a_link(account=account, role="relative")
        assert "keep_supply" in self.file_of(holder.user)
        assert "keep_supply" not in self.file_of(relative.user)

    def file_of(self, user: User) -> str:
        file = io.BytesIO()
        export.write(file, person=person_of(user, at=timezone.now()), at=timezone.now())
        return zipfile.ZipFile(file).read("data.json").decode()

    def test_has_them_erased_with_the_contract(self):
        account = an_account(ends_on=timezone.localdate())
        a_need(account=account)
        erase(user=a_link(account=account).user, at=timezone.now())
        assert not Need.objects.exists()


class TestLargePrint:
    def html(self, client: Client, user: User) -> str:
        client.force_login(user)
        page = client.get("/").content.decode()
        return page[page.index("<html") : page.index(">", page.index("<html"))]

    def test_is_for_the_holder(self, client, account):
        need = a_need("large_print", account=account)
        holder = a_link(account=account).user
        assert 'class="large"' in self.html(client, holder)
        Need.objects.filter(pk=need.pk).update(ended_at=timezone.now())
        assert "class" not in self.html(client, holder)

    @pytest.mark.parametrize("role", ["household", "relative", "viewer"])
    def test_tells_nobody_else_of_it(self, client, account, role):
        a_need("large_print", account=account)
        assert "class" not in self.html(client, a_link(account=account, role=role).user)

    def test_is_for_no_other_need_and_no_other_holder(self, client, account):
        a_need("no_calls", account=account)
        a_need("large_print")
        assert "class" not in self.html(client, a_link(account=account).user)

    def test_costs_no_question_more(self, client, account, django_assert_num_queries):
        a_need("large_print", account=account)
        client.force_login(a_link(account=account).user)
        request: Any = HttpRequest()
        request.session = client.session
        assert request.session.session_key
        assert request.session.keys()
        with django_assert_num_queries(1):
            assert get_user(request).reads_large


class TestLetters:
    def post(self, client: Client, account: Account) -> Any:
        at_desk(client, account)
        page = reverse("admin:customers_linkrequest_letter", args=[account.pk])
        return client.post(page, {"letter_reference": "CG1"})

    def test_are_refused_where_word_goes_by_voice(self, client, account):
        a_need("read_aloud", account=account)
        response = self.post(client, account)
        assert response.context["letter_form"].errors
        assert not LetterCode.objects.exists()

    def test_are_in_large_print_where_that_is_needed(self, client, account):
        assert 'class="large"' not in self.post(client, account).content.decode()
        a_need("large_print", account=account)
        assert 'class="large"' in self.post(client, account).content.decode()
