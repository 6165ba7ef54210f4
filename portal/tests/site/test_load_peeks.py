"""What the page of a load shows of people: only what the reader may see, and written down."""

from datetime import timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from billing.models import Bill
from billing.tests.factories import a_bill, a_read
from customers.models import Account, ContactPoint, Load, Look, Protection, StaffRole, User
from customers.services import loads, looks
from customers.services.loads import steps
from customers.tests.factories import a_member, a_meter, a_unit, an_account
from portal.lib.importing import resource_of
from portal.tests.loading import Loading, account_row, accounts

BILLS = (
    "Mã khách hàng,Kỳ,Từ ngày,Đến ngày,Chỉ số đầu,Chỉ số cuối,Sản lượng (kWh),Số hộ,Tiền điện,"
    "Thuế suất,Tiền thuế GTGT,Tổng tiền,Ngày phát hành,Hạn thanh toán"
)


def label(name: str) -> str:
    """What a field of bills is called."""
    return str({field.name: field for field in Bill._meta.concrete_fields}[name].verbose_name)


class Peeking(Loading):
    def setUp(self) -> None:
        super().setUp()
        self.account = an_account(unit=a_unit(code="PE01"))

    def bill(self) -> Load:
        """A file that changes every figure of the account's bill."""
        a_bill(account=self.account)
        row = (
            f"{self.account.number},10/2026,2026-10-01,2026-10-31,0,100,100,1,200000,8,16000,216000,"
            "2026-11-01,2026-11-10"
        )
        return self.preview("bills", f"{BILLS}\n{row}".encode())

    def page(self, load: Load, *, by: User | None = None) -> Any:
        self.client.force_login(by or self.operator)
        return self.client.get(reverse("admin:customers_load_change", args=[load.pk]))

    def protect(self) -> None:
        Protection.objects.create(
            account=self.account, why="press", by=self.other, at=timezone.now()
        )


class OldValuesTests(Peeking):
    def test_of_a_protected_account_are_hidden_and_nothing_is_written_down(self) -> None:
        self.protect()
        page = self.page(self.bill())
        changes = page.context["changes"]
        self.assertTrue(changes)
        self.assertEqual({change.before for change in changes}, {"•••"})
        self.assertNotContains(page, "701.525")
        self.assertFalse(Look.objects.exists())

    def test_are_shown_as_people_write_them_and_each_account_is_written_down_once(self) -> None:
        load = self.bill()
        for _time in range(2):
            page = self.page(load)
        shown = {change.field: (change.before, change.after) for change in page.context["changes"]}
        self.assertEqual(shown[label("total")], ("701.525", "216.000"))
        self.assertEqual(shown[label("due_on")], ("05/11/2026", "10/11/2026"))
        self.assertEqual(shown[label("index_to_wh")], ("32.190\xa0kWh", "100\xa0kWh"))
        look = Look.objects.get()
        self.assertEqual(
            (look.account, look.user, look.reason), (self.account, self.operator, "load")
        )

    def test_open_no_more_of_the_account(self) -> None:
        self.page(self.bill())
        at = timezone.now()
        self.assertIsNone(looks.standing(user=self.operator, subject=self.account, at=at))

    def test_of_reads_are_hidden_through_their_meter(self) -> None:
        self.protect()
        day = timezone.localdate() - timedelta(days=3)
        read = a_read(meter=a_meter(account=self.account, serial="77"), day=day)
        head = "Mã khách hàng,Số công tơ,Ngày,Chỉ số,Chất lượng"
        content = f"{head}\n{self.account.number},77,{day},{read.index_wh // 1000 + 1},TT"
        changes = self.page(self.preview("reads", content.encode())).context["changes"]
        self.assertEqual({(c.row, c.before) for c in changes}, {(self.account.number, "•••")})


class RefusedValuesTests(Peeking):
    def refused(self) -> Load:
        row = account_row(self.account.number, "S1", phone="09031234567890")
        return self.preview("accounts", accounts(row))

    def values(self, load: Load, by: User) -> list[str]:
        return [note.before for note in self.page(load, by=by).context["refused"]]

    def test_are_shown_to_whoever_brought_the_file_and_masked_for_others(self) -> None:
        load = self.refused()
        self.assertEqual(self.values(load, self.operator), ["09031234567890"])
        self.assertEqual(self.values(load, self.other), ["••••7890"])

    def test_are_not_shown_by_loading_the_file_of_a_colleague_once_more(self) -> None:
        load, at = self.refused(), timezone.now()
        steps.step("cancel", load=load, said={}, by=self.other, at=at)
        anew = self.work(steps.step("again", load=load, said={}, by=self.other, at=at))
        self.assertEqual(self.values(anew, self.other), ["••••7890"])


class FirstRowsTests(Peeking):
    def first_rows(self, load: Load, by: User) -> Any:
        return self.page(load, by=by).context["first_rows"]

    def test_are_shown_as_they_were_read_to_whoever_brought_the_file_alone(self) -> None:
        rows = [account_row(f"PE0100000000{n}", f"S{n}") for n in range(1, 5)]
        load = self.preview("accounts", accounts(*rows))
        found = self.first_rows(load, self.operator)
        self.assertEqual(found.numbers, ["Dòng 2", "Dòng 3", "Dòng 4"])
        columns = dict(found.columns)
        numbers = ["PE01000000001", "PE01000000002", "PE01000000003"]
        self.assertEqual(columns["Mã khách hàng"], numbers)
        self.assertIsNone(self.first_rows(load, self.other))

    def test_say_days_and_decimals_as_people_write_them(self) -> None:
        head = "Mã khách hàng,Số công tơ,Ngày,Chỉ số,Chất lượng"
        a_meter(account=self.account, serial="77")
        content = f'{head}\n{self.account.number},77,2026-10-09,"1234.5",TT'
        found = self.first_rows(self.preview("reads", content.encode()), self.operator)
        said = dict(found.columns)
        self.assertEqual((said["Ngày"], said["Chỉ số"]), (["09/10/2026"], ["1234,5"]))

    def test_are_not_shown_once_the_file_was_loaded(self) -> None:
        load = self.preview("accounts", accounts(account_row("PE01000000001", "S1")))
        self.assertContains(self.page(load), "Các dòng đầu được đọc như sau")
        loads.confirm(load=load, by=self.operator, at=timezone.now())
        self.work(load)
        self.assertEqual(load.state, Load.State.DONE)
        self.assertIsNone(self.first_rows(load, self.operator))


class ListTests(Peeking):
    def test_names_the_kind_in_words(self) -> None:
        self.bill()
        self.client.force_login(self.operator)
        page = self.client.get(reverse("admin:customers_load_changelist"))
        self.assertContains(page, capfirst(resource_of("bills").label))
        self.assertNotContains(page, ">bills<")

    def test_and_the_first_page_remind_whoever_brought_a_file_and_left_it_open(self) -> None:
        load = self.bill()
        url = reverse("admin:customers_load_changelist")
        for user, there in ((self.operator, True), (self.other, False)):
            self.client.force_login(user)
            own = self.client.get(url, {"open": "own"}).context["cl"].result_list
            self.assertEqual(load in own, there, user)
            work = self.client.get(reverse("admin:index")).context["work"]
            self.assertEqual([w.count for w in work if w.url.endswith("open=own")], [1] * there)
        loads.cancel(load=load, why="", by=self.operator, at=timezone.now())
        self.client.force_login(self.operator)
        self.assertNotContains(self.client.get(reverse("admin:index")), "open=own")

    def test_shows_the_files_of_one_kind(self) -> None:
        load = self.bill()
        self.client.force_login(self.operator)
        url = reverse("admin:customers_load_changelist")
        for kind, there in (("bills", True), ("reads", False)):
            shown = self.client.get(url, {"kind": kind})
            self.assertEqual(load in shown.context["cl"].result_list, there, kind)


class NewContactTests(Peeking):
    def test_of_a_known_account_stand_first_counted_and_masked(self) -> None:
        rows = [
            account_row(self.account.number, "S1", phone="0903123456"),
            account_row("PE01000000777", "S2", phone="0903123457"),
        ]
        load = self.preview("accounts", accounts(*rows))
        page = self.page(load)
        self.assertEqual(load.report["new_contacts"], 1)
        contacts = [
            change
            for change in page.context["changes"]
            if change.what == str(ContactPoint._meta.verbose_name)
        ]
        self.assertEqual([change.row for change in contacts], [self.account.number] * 2)
        self.assertEqual(contacts[1].after, "••••3456")
        self.assertTrue(page.context["new_contacts"].startswith("1 "))
        self.assertFalse(Account.objects.filter(number="PE01000000777").exists())


class LeftOpenTests(Peeking):
    def test_stands_in_the_way_of_the_same_file_for_thirty_days_only(self) -> None:
        content = self.payments(self.payment(self.account, "GD1"))
        load = self.preview("payments", content)
        loads.tidy(at=timezone.now() + timedelta(days=31))
        load.refresh_from_db()
        self.assertEqual((load.state, load.tidied, bool(load.why)), ("cancelled", True, True))
        self.assertNotEqual(self.bring("payments", content), load)

    def test_is_taken_up_by_the_same_command_where_it_was_killed(self) -> None:
        content = self.payments(self.payment(self.account, "GD1"))
        path, out = self.tmp_path / "thanh-toan.csv", StringIO()
        path.write_bytes(content)
        for again in (False, True):
            with self.subTest(again=again):
                Load.objects.all().delete()
                loads.bring(
                    kind="payments", name="x.csv", pieces=[content], source="command",
                    at=timezone.now(),
                )  # fmt: skip
                call_command("import_file", "payments", str(path), again=again, stdout=out)
                self.assertEqual(Load.objects.get().state, "done")

    def test_tells_who_works_for_one_company_nothing_of_refused_files(self) -> None:
        self.work(self.bring("payments", b"\x89PNG\r\n\x1a\n" + bytes(99)))
        Load.objects.update(source="inbox", made_by=None)
        for user, there in ((self.other, 1), (a_member(StaffRole.SUPERVISOR, unit=a_unit()), 0)):
            self.client.force_login(user)
            work = self.client.get(reverse("admin:index")).context["work"]
            self.assertEqual(len([one for one in work if "customers/load" in one.url]), there)
