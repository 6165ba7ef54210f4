"""Agreements that a file brings: two people answer for them, and no bank detail is left behind."""

from datetime import date, timedelta
from typing import Any
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from customers.models import (
    Account,
    AccountEvent,
    Arrangement,
    AutoDebit,
    ContactPoint,
    Load,
    LoadNote,
    MonthEndReading,
    ReadingDayChange,
    RelativeContact,
    SmsRetention,
    StaffRole,
    User,
)
from customers.services import arrangements, loads
from customers.services.loads import files, working
from customers.tests.agreed import confirm
from customers.tests.factories import a_contact, a_member, an_account
from customers.tests.loading import loaded
from portal.lib.importing import resource_of
from portal.lib.periods import local_day
from portal.tests.loading import Loading

RESOURCE = resource_of("arrangements")
Kind, State = Arrangement.Kind, Arrangement.State
HEADINGS = {
    "number": "Mã khách hàng",
    "kind": "Loại thỏa thuận",
    "reference": "Số văn bản",
    "agreed_on": "Ngày văn bản",
    "starts_on": "Từ ngày",
    "ends_on": "Đến ngày",
    "source": "Nguồn",
    "bank": "Ngân hàng",
    "bank_account": "Số tài khoản",
    "bank_holder": "Chủ tài khoản",
    "relative_name": "Tên người thân",
    "relative_phone": "Di động người thân",
    "relation": "Quan hệ",
    "sms_phone": "Số nhận SMS",
}
BANK = "0011001234567"
CARD = "9704 3601 2345 6789"
PHONE = "+84903123456"


def a_row(kind: str, account: Account | str, **cells: str) -> dict[str, str]:
    """A whole row of a kind; ``cells`` change it."""
    own = {
        "TRICH NO": {"bank": "Vietcombank", "bank_account": BANK, "bank_holder": "NGUYEN THI HANH"},
        "GHI CUOI THANG": {},
        "NGUOI THAN": {"relative_name": "Nguyễn Văn Bình", "relative_phone": "0903 123 456"},
        "GIU SMS": {"sms_phone": "0903.123.456", "ends_on": "31/12/2099"},
    }[kind]
    number = account if isinstance(account, str) else account.number
    word = {"number": number, "kind": kind, "reference": "12/BB-ĐL", "agreed_on": "03/02/2025"}
    return {**word, **own, **cells}


def csv(*rows: dict[str, str]) -> bytes:
    lines = [";".join(HEADINGS.values())]
    lines += [";".join(row.get(name, "") for name in HEADINGS) for row in rows]
    return "\n".join(lines).encode()


class Agreements(Loading):
    """An operator brings, a supervisor lets in."""

    kind = "arrangements"

    def setUp(self) -> None:
        super().setUp()
        self.account = an_account(reading_day=12)

    def see(self, *rows: dict[str, str], **more: Any) -> Load:
        return self.preview(self.kind, csv(*rows), **more)

    def let_in(self, load: Load) -> Load:
        load = self.apply(load)
        self.assertEqual(load.state, "waiting")
        loads.release(load=load, by=self.other, at=timezone.now())
        return self.work(load)

    def load(self, *rows: dict[str, str], **more: Any) -> Load:
        load = self.let_in(self.see(*rows, **more))
        self.assertEqual(load.state, "done", load.why)
        return load

    def why(self, load: Load) -> dict[str, str]:
        """By column, why its rows were refused."""
        found = LoadNote.objects.filter(load=load, kind="refused")
        return dict(found.values_list("column", "why"))

    def refused(self, column: str, *rows: dict[str, str]) -> str:
        """The reason why the last row is refused, and nothing of it recorded."""
        before = Arrangement.objects.count()
        load = self.see(*rows)
        self.assertEqual((load.created, load.refused), (len(rows) - 1, 1), self.why(load))
        self.assertEqual(list(self.why(load)), [column])
        self.assertEqual(Arrangement.objects.count(), before)
        return self.why(load)[column]


class KindsTests(Agreements):
    def test_records_a_mandate_that_pays_after_the_day_to_undo_it(self) -> None:
        load = self.load(a_row("TRICH NO", self.account))
        made = AutoDebit.objects.get()
        self.assertEqual((made.state, made.mandate), (State.IN_FORCE, "active"))
        self.assertEqual((made.bank, made.bank_account), ("Vietcombank", BANK))
        self.assertEqual(made.bank_account_end, "4567")
        self.assertEqual((made.reference, made.agreed_on), ("12/BB-ĐL", date(2025, 2, 3)))
        self.assertEqual((made.authorised_by, made.load), ("form", load))
        self.assertGreater(made.first_debit_on, local_day(timezone.now()))

    def test_says_what_a_bank_has_listed(self) -> None:
        self.load(a_row("TRICH NO", self.account, source="Ngân hàng", bank="vcb"))
        made = AutoDebit.objects.get()
        self.assertEqual((made.bank, made.authorised_by), ("Vietcombank", "bank_file"))

    def test_moves_the_reading_day_and_keeps_the_one_so_far(self) -> None:
        self.load(a_row("GHI CUOI THANG", self.account))
        self.account.refresh_from_db()
        self.assertEqual(self.account.reading_day, 31)
        self.assertEqual(MonthEndReading.objects.get().old_day, 12)
        change = ReadingDayChange.objects.get()
        self.assertEqual((change.before, change.after), (12, 31))

    def test_lets_a_relative_wait_for_their_own_yes_and_an_approval(self) -> None:
        self.load(a_row("NGUOI THAN", self.account, relation="con"))
        made = RelativeContact.objects.get()
        self.assertEqual((made.state, made.decided_by, made.relation), ("requested", None, "child"))
        self.assertIsNotNone(made.contact.suspended_at)
        with self.assertRaises(arrangements.NotConfirmed):
            arrangements.approve(arrangement=made, by=self.other, at=timezone.now())
        confirm(made, by=self.operator, at=timezone.now())
        with self.assertRaises(arrangements.SamePerson):
            arrangements.approve(arrangement=made, by=self.operator, at=timezone.now())
        arrangements.approve(arrangement=made, by=self.other, at=timezone.now())
        self.assertIsNone(ContactPoint.objects.get().suspended_at)

    def test_puts_the_number_of_an_sms_in_use(self) -> None:
        self.load(a_row("GIU SMS", self.account))
        made = SmsRetention.objects.get()
        self.assertEqual((made.state, made.contact.value), (State.IN_FORCE, PHONE))
        self.assertEqual(made.ends_on, date(2100, 1, 1))
        self.assertIsNone(made.contact.suspended_at)
        self.assertTrue(made.why_no_relative)

    def test_begins_on_the_day_of_loading_where_it_began_before(self) -> None:
        load = self.load(a_row("TRICH NO", self.account, starts_on="01/03/2025"))
        today = local_day(timezone.now())
        self.assertEqual(Arrangement.objects.get().starts_on, today)
        note = LoadNote.objects.get(load=load, kind="remark")
        self.assertEqual((note.column, note.before), ("Từ ngày", "01/03/2025"))

    def test_begins_later_where_that_was_agreed_on(self) -> None:
        later = local_day(timezone.now()) + timedelta(days=40)
        self.load(a_row("TRICH NO", self.account, starts_on=f"{later:%d/%m/%Y}"))
        made = AutoDebit.objects.get()
        self.assertEqual((made.starts_on, made.first_debit_on), (later, later))

    def test_leaves_behind_what_the_desk_leaves(self) -> None:
        """But for who said it and when, a row and its history are those of the desk."""
        other, today = an_account(reading_day=12), local_day(timezone.now())
        terms = arrangements.Terms(
            starts_on=today, review_on=today + timedelta(days=365), reference="12/BB-ĐL",
            said_via="counter", agreed_on=date(2025, 2, 3),
        )  # fmt: skip
        debit = arrangements.request_auto_debit(
            account=other, terms=terms, bank="Vietcombank", bank_holder="NGUYEN THI HANH",
            bank_account=BANK, by=self.operator, at=timezone.now(),
        )  # fmt: skip
        arrangements.approve(arrangement=debit, by=self.other, at=timezone.now())
        reading = arrangements.request_month_end_reading(
            account=other, terms=terms, by=self.operator, at=timezone.now()
        )
        self.load(a_row("TRICH NO", self.account), a_row("GHI CUOI THANG", self.account))
        for model, desks in ((AutoDebit, debit), (MonthEndReading, reading)):
            by_file = model.objects.get(account=self.account)
            unlike = {"id", "arrangement_ptr", "account", "load", "requested_at", "decided_at"}
            unlike |= {"bank_account"}
            desks = model.objects.get(pk=desks.pk)
            for field in model._meta.concrete_fields:
                if field.name not in unlike:
                    name = field.attname
                    self.assertEqual(getattr(by_file, name), getattr(desks, name), name)
            (history,) = model.history.filter(arrangement_ptr=by_file.pk)
            self.assertEqual(history.history_user_id, self.operator.pk)
            self.assertFalse(hasattr(history, "bank_account"))
            events = AccountEvent.objects.filter(account__in=[self.account, other])
            told = events.filter(detail=model.KIND).values_list("kind", "by")
            self.assertEqual(len(told), 2)
            self.assertEqual(len(set(told)), 1)


class TwoPeopleTests(Agreements):
    def test_answer_for_every_file(self) -> None:
        load = self.see(a_row("TRICH NO", self.account))
        self.assertTrue(load.needs_second)
        self.assertIn("two_people", [one["code"] for one in load.report["doubts"]])
        self.let_in(load)
        made = Arrangement.objects.get()
        self.assertEqual((made.requested_by, made.decided_by), (self.operator, self.other))

    def test_are_never_one(self) -> None:
        load = self.apply(self.see(a_row("TRICH NO", self.account), by=self.other))
        with self.assertRaises(loads.SamePerson):
            loads.release(load=load, by=self.other, at=timezone.now())
        self.assertFalse(Arrangement.objects.exists())

    def test_are_asked_for_by_the_service_too(self) -> None:
        """Whoever gets past the ladder, by whatever fault, has nothing written."""
        load = self.see(a_row("TRICH NO", self.account))
        Load.objects.filter(pk=load.pk).update(needs_second=False)
        load.refresh_from_db()
        loads.confirm(load=load, by=self.operator, at=timezone.now())
        with self.assertRaises(arrangements.SamePerson):
            working.apply_chunk(load=load, resource=RESOURCE, at=timezone.now())
        self.assertFalse(Arrangement.objects.exists())

    def test_look_at_a_file_from_the_folder(self) -> None:
        kept = files.keep([csv(a_row("TRICH NO", self.account))], is_secret=True)
        load, _new = loads.take(
            kind=self.kind, name="x.csv", kept=kept, source="inbox", at=timezone.now()
        )
        load = self.work(load)
        self.assertEqual((load.state, Arrangement.objects.count()), ("previewed", 0))
        loads.confirm(load=load, by=self.operator, at=timezone.now())
        loads.release(load=load, by=self.other, at=timezone.now())
        self.assertEqual(self.work(load).state, "done")
        made = Arrangement.objects.get()
        self.assertEqual((made.requested_by, made.decided_by), (self.operator, self.other))

    def test_come_from_the_desk_for_a_file_of_the_command_line(self) -> None:
        content = csv(a_row("TRICH NO", self.account))
        load = loaded(self.kind, content)
        self.assertEqual((load.state, Arrangement.objects.count()), ("previewed", 0))
        self.act(load, "confirm", by=self.operator)
        self.act(load, "release", by=self.other)
        self.assertEqual(self.work(load).state, "done")
        made = Arrangement.objects.get()
        self.assertEqual((made.requested_by, made.decided_by), (self.operator, self.other))

    def act(self, load: Load, verb: str, *, by: User) -> int:
        self.client.force_login(by)
        url = reverse("admin:customers_load_act", args=[load.pk, verb])
        return self.client.post(url, {"sure": "1"}).status_code

    def test_are_at_the_desk_an_operator_and_one_who_may_decide(self) -> None:
        load = self.see(a_row("TRICH NO", self.account))
        self.act(load, "confirm", by=self.operator)
        self.assertEqual(self.act(load, "release", by=a_member(StaffRole.OPERATOR)), 403)
        self.assertEqual(self.act(load, "release", by=a_member(StaffRole.AGENT)), 403)
        self.client.force_login(self.other)
        page = self.client.get(reverse("admin:customers_load_change", args=[load.pk]))
        self.assertTrue(page.context["may"]["release"])
        self.act(load, "release", by=self.other)
        self.assertEqual(self.work(load).state, "done")

    def test_are_the_same_by_the_api(self) -> None:
        load = self.apply(self.see(a_row("TRICH NO", self.account)))
        client = APIClient()
        for by, status in ((a_member(StaffRole.OPERATOR), 403), (self.other, 200)):
            client.force_authenticate(by)
            answer = client.post(f"/api/v1/loads/{load.pk}/steps/release/")
            self.assertEqual(answer.status_code, status)

    def test_upload_where_arrangements_are_listed(self) -> None:
        url = reverse("admin:customers_arrangement_import")
        for role, status in ((StaffRole.OPERATOR, 200), (StaffRole.AGENT, 403)):
            self.client.force_login(a_member(role))
            self.assertEqual(self.client.get(url).status_code, status, role)
        self.client.force_login(self.operator)
        page = self.client.get(reverse("admin:customers_arrangement_changelist"))
        self.assertContains(page, url)


class SameAgainTests(Agreements):
    def test_changes_nothing_on_the_same_day_and_later(self) -> None:
        b = an_account()
        rows = [
            a_row("TRICH NO", self.account, starts_on="01/03/2025"),
            a_row("GHI CUOI THANG", self.account),
            a_row("NGUOI THAN", self.account),
            a_row("GIU SMS", b),
        ]
        self.load(*rows)
        before = list(Arrangement.objects.order_by("pk").values())
        again = self.load(*rows, again=True)
        self.assertEqual((again.created, again.unchanged, again.refused), (0, 4, 0))
        with mock.patch.object(timezone, "now", return_value=timezone.now() + timedelta(days=9)):
            later = self.load(*rows, again=True)
        self.assertEqual((later.created, later.unchanged, later.refused), (0, 4, 0))
        self.assertEqual(list(Arrangement.objects.order_by("pk").values()), before)

    def test_is_known_by_what_was_agreed_not_by_its_paper(self) -> None:
        self.load(a_row("TRICH NO", self.account))
        again = self.load(
            a_row("TRICH NO", self.account, reference="99/NH", bank_account=" " + BANK)
        )
        self.assertEqual(again.unchanged, 1)
        self.assertEqual(AutoDebit.objects.get().reference, "12/BB-ĐL")

    def test_is_refused_with_other_terms(self) -> None:
        self.load(
            a_row("TRICH NO", self.account), a_row("NGUOI THAN", self.account),
            a_row("GHI CUOI THANG", self.account),
        )  # fmt: skip
        for kind, cells in (
            ("TRICH NO", {"bank_account": "0011001234568"}),
            ("TRICH NO", {"bank": "BIDV"}),
            ("TRICH NO", {"ends_on": "01/01/2099"}),
            ("NGUOI THAN", {"relative_phone": "0903123457"}),
            ("GHI CUOI THANG", {"ends_on": "01/01/2099"}),
        ):
            with self.subTest(kind=kind, **cells):
                why = self.refused("Mã khách hàng", a_row(kind, self.account, **cells))
                self.assertEqual(why, str(arrangements.AnotherOpen.why))

    def test_does_not_bring_back_what_the_customer_disowned(self) -> None:
        self.load(a_row("TRICH NO", self.account))
        made = Arrangement.objects.get()
        arrangements.disown(arrangement=made, by=None, at=timezone.now())
        again = self.see(a_row("TRICH NO", self.account), again=True)
        self.assertEqual((again.created, list(self.why(again))), (0, ["Số văn bản"]))
        self.load(a_row("TRICH NO", self.account, reference="13/BB-ĐL"))


class RefusedTests(Agreements):
    def test_of_an_account_that_is_none_or_has_ended(self) -> None:
        self.refused("Mã khách hàng", a_row("TRICH NO", "PE04019999999"))
        over = an_account(ends_on=local_day(timezone.now()))
        why = self.refused("Mã khách hàng", a_row("TRICH NO", over))
        self.assertEqual(why, str(arrangements.ContractOver.why))

    def test_of_days_that_do_not_fit(self) -> None:
        today = local_day(timezone.now())
        tomorrow, past = today + timedelta(days=1), today - timedelta(days=1)
        for column, kind, cells in (
            ("Ngày văn bản", "TRICH NO", {"agreed_on": f"{tomorrow:%d/%m/%Y}"}),
            ("Ngày văn bản", "TRICH NO", {"agreed_on": ""}),
            ("Số văn bản", "GIU SMS", {"reference": ""}),
            ("Đến ngày", "GIU SMS", {"ends_on": ""}),
            ("Đến ngày", "TRICH NO", {"starts_on": "01/02/2027", "ends_on": "01/01/2027"}),
            ("Đến ngày", "TRICH NO", {"ends_on": f"{past:%d/%m/%Y}"}),
            ("Từ ngày", "GHI CUOI THANG", {"starts_on": f"{tomorrow:%d/%m/%Y}"}),
        ):
            with self.subTest(column=column, **cells):
                self.refused(column, a_row(kind, self.account, **cells))

    def test_of_what_belongs_to_another_kind(self) -> None:
        self.refused("Số tài khoản", a_row("NGUOI THAN", self.account, bank_account=BANK))
        self.refused("Ngân hàng", a_row("TRICH NO", self.account, bank=""))
        self.refused("Ngân hàng", a_row("TRICH NO", self.account, bank="Ngân hàng Sao Hỏa"))
        self.refused("Tên người thân", a_row("NGUOI THAN", self.account, relative_name=""))

    def test_of_a_contact_that_the_desk_refuses(self) -> None:
        User.objects.filter(pk=self.operator.pk).update(phone=PHONE)
        for kind, column in (("NGUOI THAN", "Di động người thân"), ("GIU SMS", "Số nhận SMS")):
            why = self.refused(column, a_row(kind, self.account))
            self.assertEqual(why, str(arrangements.StaffContact.why))
        landline = {"relative_phone": "028 3822 1234"}
        self.refused("Di động người thân", a_row("NGUOI THAN", self.account, **landline))
        a_contact(account=self.account, kind="phone", value="+84903123499")
        own = {"relative_phone": "0903123499"}
        why = self.refused("Di động người thân", a_row("NGUOI THAN", self.account, **own))
        self.assertEqual(why, str(arrangements.HoldersContact.why))

    def test_of_a_fourth_account_of_one_relative_within_the_file(self) -> None:
        rows = [a_row("NGUOI THAN", an_account()) for _n in range(4)]
        why = self.refused("Di động người thân", *rows)
        self.assertEqual(why, str(arrangements.TooManyAccounts.why))
        self.load(*rows[:3])
        self.refused("Di động người thân", rows[3])


class SetsTests(Agreements):
    def queries(self, count: int) -> int:
        rows = []
        for n in range(count):
            account = an_account(reading_day=9)
            phone = f"09{n + count:08}"
            rows += [
                a_row("TRICH NO", account),
                a_row("GHI CUOI THANG", account),
                a_row("NGUOI THAN", account, relative_phone=f"03{n + count:08}"),
                a_row("GIU SMS", account, sms_phone=phone),
            ]
        with self.settings(LOAD_CHUNK=1000):
            load = self.apply(self.see(*rows))
            self.assertEqual(load.created, 4 * count, self.why(load))
            loads.release(load=load, by=self.other, at=timezone.now())
            load.refresh_from_db()
            with CaptureQueriesContext(
                connection,
            ) as found:
                working.apply_chunk(load=load, resource=RESOURCE, at=timezone.now())
            load.refresh_from_db()
        self.assertEqual(load.created, 4 * count)
        return len(found)

    def test_ask_the_database_as_often_for_many_as_for_few(self) -> None:
        self.assertEqual(self.queries(2), self.queries(12))
