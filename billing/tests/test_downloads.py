"""Files of the customer's own figures: the same as on the pages, gaps never zero, by the window."""

import os
import re
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from unittest.mock import patch
from xml.etree import ElementTree as Tree

import xmlschema
from django.test import TestCase
from django.urls import reverse
from openpyxl import load_workbook

from billing.tests.factories import a_bill, a_read, some_reads
from customers.models import AccountLink
from customers.tests.factories import NOON, a_link, a_meter, a_user, an_account
from customers.tests.pages import in_english

ATOM, ESPI = "{http://www.w3.org/2005/Atom}", "{http://naesb.org/espi}"
SCHEMA = Path(os.environ.get("ESPI_SCHEMA", "espi.xsd"))
"""The schema as NAESB publishes it; it is not ours to hand out."""
TODAY = NOON + timedelta(days=22)  # 24 November 2026


class FilesTestCase(TestCase):
    """Seven kWh a day from 1 to 10 November, none of the 11th, then 9 kWh for two days."""

    def setUp(self) -> None:
        clock = patch("django.utils.timezone.now", return_value=TODAY)
        clock.start()
        self.addCleanup(clock.stop)
        in_english(self.client)
        self.account = an_account()
        meter = a_meter(account=self.account)
        reads = some_reads(meter=meter, from_day=date(2026, 10, 31), steps_wh=[7_000] * 10)
        a_read(meter=meter, day=date(2026, 11, 12), index_wh=reads[-1].index_wh + 9_000)
        a_read(meter=meter, day=date(2026, 11, 13), index_wh=reads[-1].index_wh + 10_234,
               quality="estimated")  # fmt: skip
        a_bill(account=self.account)
        self.client.force_login(a_link(account=self.account).user)

    def url(self, name: str, form: str = "csv") -> str:
        forms = [form] if name.endswith("_file") else []
        return reverse(name, args=[self.account.number, *forms])

    def get(self, name: str, form: str = "csv") -> bytes:
        answer = self.client.get(self.url(name, form))
        self.assertEqual(answer.status_code, 200)
        return b"".join(answer)


class CsvTests(FilesTestCase):
    def rows(self, name: str) -> list[list[str]]:
        text = self.get(name).decode("utf-8-sig")
        return [line.split(";") for line in text.splitlines()]

    def test_gives_each_day_and_leaves_unknown_ones_empty(self) -> None:
        days = {row[0]: row[1:] for row in self.rows("use_file")}
        self.assertEqual(days["2026-11-01"], ["7,000", "measured"])
        self.assertEqual(days["2026-11-11"], ["", "counted together"])
        self.assertEqual(days["2026-11-13"], ["1,234", "estimated"])
        self.assertEqual(days["2026-10-01"], ["", "missing"])

    def test_gives_each_bill_in_whole_dong(self) -> None:
        head, bill = self.rows("bills_file")
        self.assertEqual(len(head), len(bill))
        self.assertEqual(bill[:4], ["2026-10", "2026-10-01", "2026-10-31", "220"])
        self.assertEqual(bill[6], "701525")


class WorkbookTests(FilesTestCase):
    def test_holds_figures_as_figures_and_days_as_days(self) -> None:
        book = load_workbook(BytesIO(self.get("bills_file", "xlsx")))
        head, bill = book.active.iter_rows(values_only=True)
        self.assertEqual(len(head), len(bill))
        self.assertEqual(bill[:2], ("2026-10", datetime(2026, 10, 1)))
        self.assertEqual((bill[3], bill[6]), (220, 701_525))

    def test_leaves_a_day_empty_of_which_nothing_is_known(self) -> None:
        sheet = load_workbook(BytesIO(self.get("use_file", "xlsx"))).active
        days = {row[0]: row[1] for row in sheet.iter_rows(min_row=2, values_only=True)}
        self.assertIsNone(days[datetime(2026, 11, 11)])
        self.assertEqual(days[datetime(2026, 11, 13)], 1.234)


class GreenButtonTests(FilesTestCase):
    def resources(self, name: str) -> list[Tree.Element]:
        root = Tree.fromstring(self.get("green_button"))
        return root.findall(f"{ATOM}entry/{ATOM}content/{ESPI}{name}")

    def test_counts_the_same_wh_as_the_page(self) -> None:
        values = [
            int(value.text or "")
            for block in self.resources("IntervalBlock")
            for value in block.iter(f"{ESPI}value")
        ]
        self.assertEqual(values, [7_000] * 10 + [9_000, 1_234])

    def test_tells_days_known_together_as_one_reading_of_both(self) -> None:
        lengths = [
            int(reading.findtext(f"{ESPI}timePeriod/{ESPI}duration") or 0)
            for block in self.resources("IntervalBlock")
            for reading in block.findall(f"{ESPI}IntervalReading")
        ]
        self.assertEqual(lengths, [86_400] * 10 + [2 * 86_400, 86_400])

    def test_marks_what_was_estimated(self) -> None:
        marks = [quality.text for block in self.resources("IntervalBlock")
                 for quality in block.iter(f"{ESPI}quality")]  # fmt: skip
        self.assertEqual((marks[0], marks[-1]), ("0", "8"))

    def test_tells_a_bill_in_parts_of_a_dong(self) -> None:
        (summary,) = self.resources("UsageSummary")
        self.assertEqual(summary.findtext(f"{ESPI}billLastPeriod"), "70152500000")

    def test_leaves_out_an_amount_that_the_schema_cannot_hold(self) -> None:
        a_bill(account=self.account, month=date(2026, 9, 1), total=2_000_000_000)
        amounts = [one.findtext(f"{ESPI}billLastPeriod") for one in self.resources("UsageSummary")]
        self.assertEqual(amounts, ["70152500000", None])

    def test_keeps_to_the_published_schema(self) -> None:
        found = Tree.fromstring(self.get("green_button")).findall(f"{ATOM}entry/{ATOM}content/*")
        self.assertGreaterEqual(len(found), 6)
        if not SCHEMA.exists():
            print(f"NOT VALIDATED: there is no {SCHEMA}; name one by ESPI_SCHEMA")  # noqa: T201
            return
        # It imports Atom's schema from beside it and asks nothing of it.
        text = re.sub(r"<xs:import [^>]*/>", "", SCHEMA.read_text(encoding="utf-8"))
        schema = xmlschema.XMLSchema(text)
        for resource in found:
            with self.subTest(resource.tag):
                schema.validate(resource)


class AccessTests(FilesTestCase):
    def test_is_none_of_a_stranger_s_business(self) -> None:
        self.client.force_login(a_user())
        for name in ("downloads", "use_file", "bills_file", "green_button"):
            self.assertEqual(self.client.get(self.url(name)).status_code, 404)

    def test_gives_no_days_to_one_who_sees_totals(self) -> None:
        viewer = a_link(account=self.account, role=AccountLink.Role.VIEWER).user
        self.client.force_login(viewer)
        for name in ("use_file", "green_button"):
            self.assertEqual(self.client.get(self.url(name)).status_code, 404)

    def test_gives_a_new_tenant_nothing_of_the_days_before(self) -> None:
        link = a_link(
            account=self.account,
            role=AccountLink.Role.HOUSEHOLD,
            moved_in_on=date(2026, 11, 5),
        )
        self.client.force_login(link.user)
        self.assertNotIn(b"2026-11-04", self.get("use_file"))
        root = Tree.fromstring(self.get("green_button"))
        self.assertEqual(root.findall(f".//{ESPI}UsageSummary"), [])
        values = [value.text for value in root.iter(f"{ESPI}value")]
        self.assertEqual(len(values), 8)
