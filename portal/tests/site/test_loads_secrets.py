"""Numbers of bank accounts and cards in files: nowhere in clear, at no step."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import SimpleTestCase
from django.urls import reverse
from django.utils import timezone
from hypothesis import assume, given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from rest_framework.test import APIClient

from customers.models import AutoDebit, Load, LoadRow
from customers.services import loads
from customers.services.loads import files, inbox, tending
from customers.tests.factories import an_account
from portal.lib import spreadsheets
from portal.lib.importing import resource_of
from portal.lib.sealed import unseal
from portal.tests.site.test_loads_arrangements import (
    BANK,
    CARD,
    HEADINGS,
    Agreements,
    a_row,
    csv,
)

RESOURCE = resource_of("arrangements")
OTHER, SHORTENED = "19036512345678", "190365123456000000"
SECRETS = tuple(re.sub(r"\D", "", text) for text in (BANK, CARD, OTHER, SHORTENED))


def squeezed(text: str) -> str:
    """Without what people write between digits."""
    return re.sub(r"[ .\-]", "", text)


def hits(text: str) -> list[str]:
    """The secrets that stand in a text, with or without their zeros in front."""
    found = squeezed(text)
    return [secret for secret in SECRETS if secret.lstrip("0") in found]


def tables() -> Iterator[tuple[str, str]]:
    """Every row of the database as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            for (row,) in cursor.fetchall():
                yield table, row


def kept(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file below a folder, workbooks unpacked."""
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            yield path.name, content.decode(errors="replace")
            if zipfile.is_zipfile(BytesIO(content)):
                with zipfile.ZipFile(path) as book:
                    for name in book.namelist():
                        yield f"{path.name}/{name}", book.read(name).decode(errors="replace")


class Secrets(Agreements):
    @pytest.fixture(autouse=True)
    def logged(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("DEBUG")
        self.caplog = caplog

    def pages(self, load: Load) -> Iterator[tuple[str, str]]:
        url = reverse("admin:customers_load_change", args=[load.pk])
        for who in (self.operator, self.other):
            self.client.force_login(who)
            yield f"page for {who.pk}", self.client.get(url).content.decode()

    def assert_silent(self, load: Load) -> None:
        places = [*tables(), *kept(Path(settings.LOADS_DIR)), *self.pages(load)]
        places.append(("log", self.caplog.text))
        self.assertGreater(len(places), 20)
        found = {place for place, text in places if hits(text)}
        self.assertEqual(found, set(), load.state)

    def workbook(self, *rows: dict[str, Any]) -> bytes:
        book, out = Workbook(), BytesIO()
        book.active.append(list(HEADINGS.values()))
        for row in rows:
            book.active.append([row.get(name) for name in HEADINGS])
        book.save(out)
        return out.getvalue()


class CanaryTests(Secrets):
    def test_good_rows_leave_nothing_in_clear_at_any_step(self) -> None:
        b = an_account()
        content = csv(
            a_row("TRICH NO", self.account), a_row("TRICH NO", b, bank_account="1903 6512.345-678")
        )
        load = self.bring(self.kind, content)
        self.assert_silent(load)
        load = self.work(load)
        self.assertEqual(LoadRow.objects.count(), 2)
        self.assert_silent(load)
        load = self.let_in(load)
        self.assertEqual(load.created, 2)
        self.assert_silent(load)
        made = AutoDebit.objects.values_list("bank_account", flat=True)
        self.assertEqual(set(made), {BANK, OTHER})

    def test_rows_are_read_again_after_a_crash_without_a_trace(self) -> None:
        load = self.see(a_row("TRICH NO", self.account))
        LoadRow.objects.all().delete()
        self.let_in(load)
        self.assertEqual(AutoDebit.objects.get().bank_account, BANK)

    def test_refused_rows_leave_nothing_either(self) -> None:
        rows = [
            a_row("TRICH NO", self.account, bank_account=CARD),
            a_row("TRICH NO", self.account, reference=CARD),
            a_row("TRICH NO", self.account, bank_holder=f"NGUYEN {BANK}"),
            a_row("TRICH NO", self.account, bank=OTHER),
            a_row("TRICH NO", self.account, bank=CARD, bank_account="Vietcombank"),
            a_row("TRICH NO", OTHER),
            a_row("TRICH NO", "PE04019999999"),
            a_row("NGUOI THAN", self.account, relative_phone=OTHER),
            a_row("NGUOI THAN", self.account, bank_account=BANK),
            a_row("TRICH NO", self.account, agreed_on=BANK),
            a_row("TRICH NO", self.account, bank_account=SHORTENED),
            a_row("TRICH NO", self.account, bank_account="1.1001E+10"),
            a_row("GIU SMS", self.account, ends_on=OTHER),
        ]
        load = self.see(*rows)
        self.assertEqual((load.refused, load.created), (len(rows), 0), self.why(load))
        self.assertTrue(files.mending_path(load.pk).exists())
        self.assert_silent(load)

    def test_cells_that_a_spreadsheet_took_for_numbers_are_refused_and_not_repeated(self) -> None:
        rows = [a_row("TRICH NO", self.account) | {"bank_account": cell} for cell in (
            19036512345678, 19036512345678.0, 9704360123456789, True
        )]  # fmt: skip
        load = self.preview(self.kind, self.workbook(*rows))
        self.assertEqual((load.refused, load.created), (4, 0))
        self.assertEqual(set(self.why(load)), {"Số tài khoản"})
        self.assert_silent(load)

    def test_a_file_without_headings_is_refused_without_its_cells(self) -> None:
        content = f"Mã khách hàng;Số tài khoản;{BANK};{CARD}\n".encode()
        load = self.preview(self.kind, content)
        self.assertEqual(load.state, "refused")
        self.assert_silent(load)
        unused = csv(a_row("TRICH NO", self.account)).replace(b"\n", f";{CARD}\n".encode(), 1)
        self.assert_silent(self.preview(self.kind, unused))

    def test_two_rows_that_differ_are_refused_without_their_cells(self) -> None:
        rows = [a_row("TRICH NO", self.account, bank_account=one) for one in (BANK, OTHER)]
        load = self.see(*rows)
        self.assertEqual((load.refused, load.created), (2, 0))
        self.assert_silent(load)

    def test_a_look_for_them_would_find_them(self) -> None:
        """The canary sings where something is in clear."""
        Load.objects.create(
            kind="x", sha256="1", name=f"x {BANK}", size=1, source="desk", made_at=timezone.now()
        )
        self.assertIn("customers_load", {place for place, text in tables() if hits(text)})


class MendingTests(Secrets):
    def test_the_workbook_leaves_bank_accounts_to_be_typed_again(self) -> None:
        load = self.load(
            a_row("TRICH NO", "PE04019999999"),
            a_row("TRICH NO", self.account),
            a_row("NGUOI THAN", "PX"),
        )
        path = files.mending_path(load.pk)
        book = load_workbook(path)
        heads = [cell.value for cell in book.active[1]]
        account, bank = heads.index("Mã khách hàng") + 1, heads.index("Số tài khoản") + 1
        phone = heads.index("Di động người thân") + 1
        self.assertEqual(book.active.cell(2, bank).value, "•••")
        self.assertEqual(book.active.cell(3, phone).value, "0903 123 456")
        self.assert_silent(load)

        other = an_account()
        book.active.cell(2, account).value = other.number
        book.active.delete_rows(3)
        book.save(self.tmp_path / "x.xlsx")
        again = self.preview(self.kind, (self.tmp_path / "x.xlsx").read_bytes(), mends=load)
        self.assertEqual(list(self.why(again)), ["Số tài khoản"])
        book.active.cell(2, bank).value = OTHER
        book.save(self.tmp_path / "x.xlsx")
        again = self.preview(self.kind, (self.tmp_path / "x.xlsx").read_bytes(), mends=load)
        self.let_in(again)
        self.assertEqual(AutoDebit.objects.get(account=other).bank_account, OTHER)


class KeptTests(Secrets):
    def test_a_workbook_is_opened_in_memory_alone(self) -> None:
        load = self.bring(self.kind, self.workbook(a_row("TRICH NO", self.account)))
        with patch("tempfile.TemporaryFile", side_effect=AssertionError):
            self.assertEqual(self.work(load).created, 1)

    def test_the_folder_keeps_no_file(self) -> None:
        folder = self.tmp_path / "inbox" / self.kind
        folder.mkdir(parents=True)
        (folder / "x.csv").write_bytes(csv(a_row("TRICH NO", self.account)))
        with (
            self.settings(LOADS_INBOX=str(self.tmp_path / "inbox")),
            pytest.MonkeyPatch.context() as patch,
        ):
            patch.setattr(inbox, "QUIET_FOR", -1.0)
            (load,) = inbox.pick_up(at=timezone.now())
        self.assertEqual([path for path in folder.rglob("*") if path.is_file()], [])
        load = self.work(load)
        self.assertEqual((load.state, load.created), ("previewed", 1))
        self.assert_silent(load)

    def test_the_api_keeps_it_sealed(self) -> None:
        client = APIClient()
        client.force_authenticate(self.operator)
        file = SimpleUploadedFile("x.csv", csv(a_row("TRICH NO", self.account)))
        answer = client.post(f"/api/v1/kinds/{self.kind}/loads/", {"file": file})
        load = self.work(Load.objects.get(pk=answer.json()["id"]))
        self.assertEqual(load.created, 1)
        self.assert_silent(load)

    def test_whoever_keeps_it_in_clear_leaves_no_clear_copy(self) -> None:
        kept = files.keep([csv(a_row("TRICH NO", self.account))])
        load, _new = loads.take(
            kind=self.kind, name="x", kept=kept, source="desk", by=self.operator, at=timezone.now()
        )
        self.assertEqual(self.let_in(self.work(load)).created, 1)
        self.assert_silent(load)

    def test_brought_as_another_kind_later_it_leaves_no_clear_copy_either(self) -> None:
        load = self.load(a_row("TRICH NO", self.account))
        self.preview("payments", csv(a_row("TRICH NO", self.account)))
        self.assert_silent(load)

    def test_a_file_of_another_kind_goes_in_though_brought_as_a_secret_one_too(
        self,
    ) -> None:
        content = self.payments(self.payment(self.account, "GD1"))
        load = self.bring("payments", content)
        self.bring(self.kind, content)
        load = self.apply(self.work(load))
        self.assertEqual((load.state, load.created), ("done", 1), load.why)
        self.assertFalse(files.path(load.sha256).exists())

    def test_what_is_kept_goes_when_its_load_is_forgotten(self) -> None:
        load = self.load(a_row("TRICH NO", self.account))
        path = files.path(load.sha256, is_secret=True)
        self.assertTrue(path.exists())
        tending.tidy(at=timezone.now())
        self.assertTrue(path.exists())
        tending.tidy(at=timezone.now() + Load.UNDOABLE * 2)
        self.assertFalse(path.exists())

    def test_what_is_longer_than_a_browser_may_send_is_refused(self) -> None:
        with self.settings(LOAD_MOST_BYTES={"desk": 10, "inbox": 10**6, "command": 10**6}):
            load = self.see(a_row("TRICH NO", self.account))
        self.assertEqual(load.state, "refused")

    def test_other_kinds_are_kept_as_they_come(self) -> None:
        load = self.bring("payments", self.payments())
        self.assertEqual(files.path(load.sha256).read_bytes(), self.payments())


spelled = st.sampled_from(["", " ", ".", "-", "–"])
numbers = st.text("0123456789", min_size=9, max_size=19).filter(lambda text: text[0] not in "08")
names = st.sampled_from([name for name in HEADINGS if name != "kind"])


class AnyColumnTests(SimpleTestCase):
    """Wherever a person puts a number of a bank or a card, and however they write it."""

    def read(self, row: dict[str, Any]) -> Any:
        cells = [row.get(name, "") for name in HEADINGS]
        sheet = spreadsheets.Sheet("", "csv", tuple(HEADINGS.values()), 1, [(2, cells)])
        return RESOURCE.table.read(sheet, at=timezone.now())

    @given(names, numbers, spelled)
    def test_nothing_of_it_is_repeated(self, name: str, number: str, mark: str) -> None:
        # In a column of phones nine digits are one that has lost its zero, whatever they were.
        assume(len(number) > 11 or not name.endswith("phone"))
        row = a_row("TRICH NO", "PE04010000001", **{name: mark.join(number)})
        parsed = self.read(row)
        said = [refusal.value for refusal in parsed.refused]
        said += [text for one in parsed.remarks for text in (one.before, one.after)]
        for text in said:
            self.assertNotIn(number, re.sub(r"\D", "", text))

    @given(st.text("0123456789", min_size=6, max_size=15))
    def test_a_text_of_digits_is_sealed_with_its_zeros(self, number: str) -> None:
        (row,) = self.read(a_row("TRICH NO", "PE04010000001", bank_account=number)).rows
        self.assertNotEqual(row.values["bank_account"], number)
        self.assertEqual(unseal(row.values["bank_account"]), number)

    @given(st.one_of(st.integers(), st.floats(), st.booleans()))
    def test_a_number_cell_is_never_taken(self, cell: Any) -> None:
        parsed = self.read(a_row("TRICH NO", "PE04010000001") | {"bank_account": cell})
        self.assertEqual((parsed.rows, len(parsed.refused)), ([], 1))

    @given(st.dates(), st.dates())
    def test_an_agreement_ends_after_it_begins(self, first: Any, last: Any) -> None:
        days = {"starts_on": first, "ends_on": last}
        parsed = self.read(a_row("TRICH NO", "PE04010000001") | days)
        for row in parsed.rows:
            self.assertLess(row.values["starts_on"], row.values["ends_on"])
        if last < first:
            self.assertEqual(parsed.rows, [])
