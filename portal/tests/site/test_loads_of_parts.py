"""Files about parts of accounts, as loads: meters, contacts and registrations, chunk by chunk."""

import json
import os
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from billing.tests.factories import a_read
from customers.models import (
    Account,
    ContactPoint,
    Load,
    LoadChange,
    LoadNote,
    Look,
    Meter,
    Registration,
    StaffRole,
)
from customers.services.loads import inbox
from customers.tests.factories import a_contact, a_member, a_meter, a_unit, a_user, an_account
from portal.tests.loading import Loading

METERS = "Mã khách hàng,Số công tơ,Hệ số nhân,Số chữ số,Ngày treo,Ngày tháo"
CONTACTS = "Mã khách hàng,Loại liên hệ,Giá trị,Của ai,Ngừng dùng"
REGISTRATIONS = "Mã khách hàng,Kênh,Đăng ký,Từ ngày"
TABLES = (Account, Meter, ContactPoint, Registration)


def file(head: str, *rows: str) -> bytes:
    return "\n".join((head, *rows)).encode()


def versions() -> list[Any]:
    """The physical versions of all rows: an untouched row keeps its own."""
    with connection.cursor() as cursor:
        found = []
        for model in TABLES:
            cursor.execute(f"SELECT id, ctid::text FROM {model._meta.db_table} ORDER BY id")
            found.append(cursor.fetchall())
        return found


def rows() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in TABLES]


class Parts(Loading):
    def setUp(self) -> None:
        super().setUp()
        unit = a_unit()
        self.accounts = [an_account(number=f"PE010000000{n}", unit=unit) for n in range(10, 40)]

    def load(self, kind: str, content: bytes) -> Load:
        load = self.preview(kind, content, again=True)
        self.assertEqual(load.state, "previewed", load.why)
        load.needs_second = False
        load.save()
        load = self.apply(load)
        self.assertEqual(load.state, "done")
        return load

    def counts(self, load: Load) -> tuple[int, int, int, int]:
        return load.created, load.updated, load.unchanged, load.refused

    def assert_undone(self, load: Load, before: list[Any]) -> None:
        undone = self.undo(load)
        self.assertEqual((undone.state, undone.report["undone"]["kept"]), ("undone", {}))
        self.assertEqual(rows(), before)

    def doubts(self, load: Load) -> list[str]:
        return [one["code"] for one in load.report["doubts"]]

    def changed(self, load: Load) -> set[tuple[str, Any, Any]]:
        changes = load.report["changes"]
        return {(name, was, now) for one in changes for name, was, now in one["fields"]}


class MeterTests(Parts):
    def test_of_rows_far_apart_are_one_exchange_shown_and_taken_back(self) -> None:
        first, last = self.accounts[0], self.accounts[-1]
        old = a_meter(account=first, serial="M1", installed_on=None)
        filler = [f"{one.number},F{one.number},1,6,2020-01-01," for one in self.accounts[1:-1]]
        content = file(
            METERS, f"{last.number},M1,40,5,2026-11-10,", *filler,
            f"{first.number},M1,1,6,2020-01-01,2026-11-10",
            f"{first.number},N1,1,6,2026-11-10,",
        )  # fmt: skip
        before = rows()
        load = self.preview("meters", content)
        self.assertEqual((load.refused, rows()), (0, before))
        self.assertIn(("removed_on", None, "2026-11-10"), self.changed(load))
        load = self.load("meters", content)
        self.assertEqual(self.counts(load), (30, 1, 0, 0))
        in_place = dict(Meter.objects.in_place().values_list("serial", "account"))
        self.assertEqual((in_place["M1"], in_place["N1"]), (last.pk, first.pk))
        old.refresh_from_db()
        self.assertEqual(f"{old.removed_on}", "2026-11-10")
        known = versions()
        again = self.load("meters", content)
        self.assertEqual(self.counts(again), (0, 0, 31, 0))
        self.assertEqual(versions(), known)
        self.assertFalse(LoadChange.objects.filter(load=again).exists())
        self.assert_undone(load, before)

    def test_swapped_between_two_accounts_hang_where_they_hung_after_an_undo(self) -> None:
        first, last = self.accounts[0], self.accounts[-1]
        a_meter(account=first, serial="M1")
        a_meter(account=last, serial="M2")
        before = rows()
        content = file(
            METERS, f"{first.number},M2,1,6,2026-11-10,", f"{last.number},M1,1,6,2026-11-10,"
        )
        load = self.load("meters", content)
        self.assertEqual(self.counts(load), (2, 0, 0, 0))
        self.assert_undone(load, before)

    def test_stay_down_where_the_new_place_has_reads_since(self) -> None:
        first, last = self.accounts[0], self.accounts[-1]
        a_meter(account=first, serial="M1")
        content = file(
            METERS, f"{first.number},M1,1,6,2020-01-01,2026-11-10",
            f"{last.number},M1,1,6,2026-11-10,",
        )  # fmt: skip
        load = self.load("meters", content)
        a_read(meter=Meter.objects.get(account=last))
        undone = self.undo(load)
        self.assertEqual(undone.state, "undone")
        self.assertEqual(undone.report["undone"]["kept"], {"customers_meter": 2})
        self.assertEqual(Meter.objects.in_place().get().account, last)

    def test_of_half_a_city_exchanged_at_once_need_two_people(self) -> None:
        for account in self.accounts:
            a_meter(account=account)
        lines = [f"{one.number},N{one.number},1,6,2026-11-10," for one in self.accounts]
        self.assertNotIn("exchanged", self.doubts(self.preview("meters", file(METERS, lines[0]))))
        load = self.preview("meters", file(METERS, *lines[:15]))
        self.assertEqual(self.doubts(load), ["exchanged"])

    def test_in_odd_rows_are_refused_for_the_field_that_is_wrong(self) -> None:
        number = self.accounts[0].number
        load = self.preview(
            "meters",
            file(
                METERS, f"{number},A1,0,6,2026-11-10,", f"{number},A2,1,3,2026-11-10,",
                f"{number},A3,1,10,2026-11-10,", f"{number},A4,1,6,2099-01-01,",
                f"{number},A5,1,6,2026-11-10,2026-11-09", f"{number},A6,1,6,,",
                f"{number},A7,1,6,2026-11-10,2099-01-01",
            ),
        )  # fmt: skip
        notes = LoadNote.objects.filter(load=load, kind="refused").order_by("row")
        self.assertEqual(
            [note.column for note in notes],
            ["Hệ số nhân", "Số chữ số", "Số chữ số", "Ngày treo", "Ngày tháo", "Ngày treo",
             "Ngày tháo"],
        )  # fmt: skip


class ContactTests(Parts):
    def line(self, account: Account, value: str, *, kind: str = "Điện thoại", end: str = "") -> str:
        return f"{account.number},{kind},{value},,{end}"

    def test_are_added_ended_shown_and_taken_back(self) -> None:
        known = a_contact(account=self.accounts[0], value="+84903123456")
        ended = self.line(self.accounts[0], "0903123456", end="x")
        fresh = [self.line(one, f"09123456{n}") for n, one in enumerate(self.accounts, 10)]
        content = file(CONTACTS, *fresh, ended)
        before = rows()
        load = self.preview("contacts", content)
        self.assertEqual(rows(), before)
        self.assertEqual(load.report["new_contacts"], 30)
        self.assertIn(("suspended_why", "", "ended"), self.changed(load))
        load = self.load("contacts", content)
        self.assertEqual(self.counts(load), (30, 1, 0, 0))
        known.refresh_from_db()
        self.assertEqual(known.suspended_why, "ended")
        self.assertFalse(ContactPoint.objects.exclude(verified_at=None).exists())
        versions_ = versions()
        again = self.load("contacts", content)
        self.assertEqual((self.counts(again), versions()), ((0, 0, 31, 0), versions_))
        self.assert_undone(load, before)

    def test_stay_after_an_undo_where_somebody_proved_them_since(self) -> None:
        load = self.load("contacts", file(CONTACTS, self.line(self.accounts[0], "0903123456")))
        ContactPoint.objects.update(source="code", verified_at=load.made_at)
        undone = self.undo(load).report["undone"]
        self.assertEqual(undone["kept"], {"customers_contactpoint": 1})
        self.assertEqual(ContactPoint.objects.count(), 1)

    def test_that_the_contract_names_too_outlive_its_next_export(self) -> None:
        account = self.accounts[0]
        self.load("contacts", file(CONTACTS, self.line(account, "0903123456")))
        head = (
            "Mã khách hàng,Tên khách hàng,Năm sinh,Địa chỉ,Phường/Xã,Điện thoại,Email,Mã đơn vị,"
            "Mục đích,Số hộ,Số công tơ,Hệ số nhân,Ngày ghi,Có app,Theo dõi Zalo"
        )
        row = f"{account.number},Lê An,,1 Lê Lợi,Phường 1,0912345678,,PE01,SHBT,1,M1,1,31,,"
        self.load("accounts", file(head, row))
        in_use = set(ContactPoint.objects.usable().values_list("value", flat=True))
        self.assertEqual(in_use, {"+84903123456", "+84912345678"})

    def test_that_have_slipped_by_a_row_need_two_people(self) -> None:
        for n, account in enumerate(self.accounts, 10):
            a_contact(account=account, value=f"+849123456{n}")
        slipped = [self.line(one, f"09123456{n}") for n, one in enumerate(self.accounts, 11)]
        self.assertEqual(
            self.doubts(self.preview("contacts", file(CONTACTS, *slipped))), ["beside"]
        )
        right = [self.line(one, f"09123456{n}") for n, one in enumerate(self.accounts, 10)]
        self.assertEqual(self.doubts(self.preview("contacts", file(CONTACTS, *right))), [])
        ended = [f"{line}x" for line in right]
        self.assertEqual(self.doubts(self.preview("contacts", file(CONTACTS, *ended))), ["stopped"])


class RegistrationTests(Parts):
    def test_reach_the_account_and_its_zalo_are_shown_and_taken_back(self) -> None:
        account = self.accounts[0]
        a_contact(account=account, value="+84903123456")
        content = file(
            REGISTRATIONS, f"{account.number},APP,có,2026-11-01",
            f"{account.number},ZALO,có,2026-11-01",
            *(f"{one.number},APP,không,2026-11-01" for one in self.accounts[1:]),
        )  # fmt: skip
        before = rows()
        load = self.preview("registrations", content)
        self.assertIn(("has_app", False, True), self.changed(load))
        load = self.load("registrations", content)
        self.assertEqual(self.counts(load), (31, 0, 0, 0))
        account.refresh_from_db()
        self.assertTrue(account.has_app)
        self.assertTrue(account.contacts.usable().filter(kind="zalo").exists())
        known = versions()
        again = self.load("registrations", content)
        self.assertEqual((self.counts(again), versions()), ((0, 0, 31, 0), known))
        self.assert_undone(load, before)

    def test_that_take_zalo_from_many_need_two_people(self) -> None:
        for account in self.accounts[:3]:
            a_contact(account=account, kind="zalo")
        lines = [f"{one.number},ZALO,không,2026-11-01" for one in self.accounts]
        load = self.preview("registrations", file(REGISTRATIONS, *lines))
        self.assertEqual(self.doubts(load), ["stopped"])


class WhoMayTests(Parts):
    """Three people at the page of each kind: who loads files, other staff, a customer."""

    PAGES = {
        "meters": "customers_meter", "contacts": "customers_contactpoint",
        "registrations": "customers_registration",
    }  # fmt: skip

    def answers(self, user: Any) -> dict[str, int]:
        client = Client()
        client.force_login(user)
        pages = {kind: reverse(f"admin:{name}_import") for kind, name in self.PAGES.items()}
        return {kind: client.get(page).status_code for kind, page in pages.items()}

    def test_is_the_operator_and_the_supervisor_of_no_single_company(self) -> None:
        for user in (self.operator, self.other):
            self.assertEqual(self.answers(user), dict.fromkeys(self.PAGES, 200))
        local = a_member(StaffRole.SUPERVISOR, unit=a_unit(code="PE77"))
        for user in (local, *map(a_member, ("agent", "officer", "auditor"))):
            self.assertEqual(self.answers(user), dict.fromkeys(self.PAGES, 403))
        self.assertTrue(set(self.answers(a_user()).values()) <= {302, 403, 404})

    def test_reads_a_contact_at_the_desk_by_its_end_alone_and_for_a_reason(self) -> None:
        contact = a_contact(account=self.accounts[0], value="+84903123456")
        client = Client()
        client.force_login(a_member(StaffRole.AGENT))
        listed = client.get(reverse("admin:customers_contactpoint_changelist"))
        self.assertNotContains(listed, "3123456")
        page = reverse("admin:customers_contactpoint_change", args=[contact.pk])
        self.assertContains(client.get(page), 'name="reason"')
        why = {"reason": "call", "reference": "CG-0001", "next": page}
        client.post(reverse("admin:customers_account_open", args=[contact.account_id]), why)
        opened = client.get(page)
        self.assertContains(opened, contact.masked)
        self.assertNotContains(opened, "3123456")
        self.assertTrue(Look.objects.filter(page=f"contactpoint {contact.pk}").exists())

    def test_takes_each_kind_by_the_command_line_and_from_the_folder(self) -> None:
        number = self.accounts[0].number
        files_ = {
            "meters": file(METERS, f"{number},M1,1,6,2026-11-10,"),
            "contacts": file(CONTACTS, f"{number},Zalo,0903123456,,"),
            "registrations": file(REGISTRATIONS, f"{number},APP,có,2026-11-01"),
        }
        inbox_ = self.tmp_path / "inbox"
        for kind, content in files_.items():
            path = inbox_ / kind / "tep.csv"
            path.parent.mkdir(parents=True)
            path.write_bytes(content)
            os.utime(path, (0, 0))
            out = StringIO()
            call_command("import_file", kind, str(path), "--dry-run", "--json", stdout=out)
            self.assertEqual(json.loads(out.getvalue())["created"], 1, kind)
        with override_settings(LOADS_INBOX=str(inbox_)):
            taken = inbox.pick_up(at=timezone.now())
        self.assertEqual({load.kind for load in taken}, set(files_))
        self.assertEqual([self.work(load).state for load in taken], ["done"] * 3)
