"""`manage.py rate`, without a database (SimpleTestCase forbids it)."""

import json
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import CommandError, call_command
from django.test import SimpleTestCase


def said(*args: str) -> str:
    out = StringIO()
    call_command("rate", *args, stdout=out)
    return out.getvalue()


def rated(*args: str) -> dict[str, Any]:
    return json.loads(said(*args, "--json"), parse_float=forbidden)


def forbidden(number: str) -> None:
    raise AssertionError(f"a number with a fraction in the answer: {number}")


class RateCommandTests(SimpleTestCase):
    def test_rates_one_plain_month(self):
        answer = rated("--kwh", "134", "--on", "2026-10-05")
        self.assertEqual(
            (answer["net"], answer["vat_rate"], answer["vat"], answer["total"]),
            (282_620, "0.08", 22_610, 305_230),
        )
        self.assertEqual(
            answer["lines"][2],
            {
                "rule": "step-3",
                "label": "Step 3: 100 kWh",
                "decision": "1279/QD-BCT",
                "from": "2026-10-01",
                "to": "2026-10-31",
                "kwh": 34,
                "price": 2380,
                "amount": 80_920,
            },
        )

    def test_takes_the_last_day_as_inclusive(self):
        answer = rated("--kwh", "134", "--from", "2026-10-01", "--to", "2026-10-31")
        self.assertEqual(answer["total"], 305_230)

    def test_splits_a_period_at_a_new_price(self):
        answer = rated("--kwh", "300", "--from", "2025-04-15", "--to", "2025-05-14")
        self.assertEqual((answer["net"], answer["total"]), (711_229, 768_127))
        self.assertEqual(
            [answer["lines"][0]["to"], answer["lines"][-1]["from"]], ["2025-05-09", "2025-05-10"]
        )

    def test_takes_a_read_on_the_day_of_a_new_price(self):
        answer = rated(
            "--kwh", "300", "--from", "2025-04-15", "--to", "2025-05-14", "--read", "2025-05-10:240"
        )
        self.assertEqual(answer["net"], 716_129)

    def test_rates_bands(self):
        answer = rated(
            "--registers",
            "normal=100,peak=20,offpeak=5",
            "--on",
            "2026-10-05",
            "--group",
            "business",
            "--voltage",
            "<6kV",
        )
        self.assertEqual((answer["net"], answer["total"]), (433_230, 467_888))

    def test_takes_reads_by_band(self):
        answer = rated(
            "--registers",
            "normal=100,peak=30,offpeak=20",
            "--from",
            "2019-03-01",
            "--to",
            "2019-03-31",
            "--group",
            "business",
            "--voltage",
            "<6kV",
            "--read",
            "2019-03-20:normal=60,peak=30,offpeak=0",
        )
        self.assertEqual([line["kwh"] for line in answer["lines"]], [60, 30, 40, 20])

    def test_widens_steps_by_households_under_either_rounding(self):
        use = ("--kwh", "130", "--on", "2026-10-05", "--households", "1.25")
        self.assertEqual(rated(*use)["net"], 263_662)
        exact = rated(*use, "--rounding", "exact")
        self.assertEqual(exact["net"], 264_025)
        self.assertEqual([line["kwh"] for line in exact["lines"]], ["62.5", "62.5", 5])

    def test_rates_undeclared_tenants(self):
        answer = rated("--kwh", "100", "--on", "2026-10-05", "--undeclared-tenants")
        self.assertEqual(answer["net"], 238_000)

    def test_refuses_an_unconfirmed_price_unless_allowed(self):
        old = ("--kwh", "10", "--on", "2024-11-05", "--group", "business", "--voltage", "<6kV")
        with self.assertRaisesRegex(CommandError, "not confirmed"):
            said(*old)
        self.assertEqual(rated(*old, "--allow-unconfirmed")["net"], 30_070)

    def test_adds_reactive_energy(self):
        answer = rated(
            "--kwh",
            "800",
            "--on",
            "2020-05-05",
            "--group",
            "production",
            "--voltage",
            "<6kV",
            "--kvarh",
            "600",
            "--registered-kw",
            "40",
        )
        self.assertEqual(answer["lines"][-1]["amount"], 168_500)

    def test_tries_price_lists_of_another_file(self):
        head = (
            "decision,valid_from,valid_to,group,voltage,"
            "register_or_tier,vnd_per_kwh_before_vat,confirmed"
        )
        steps = (("0-100", 1), ("101-200", 2), ("201-400", 3), ("401-700", 4), ("701+", 5))
        rows = [f"later,2027-03-01,,residential,,{tier},{price},yes" for tier, price in steps]
        with TemporaryDirectory() as folder:
            path = Path(folder, "five.csv")
            path.write_text("\n".join([head, *rows]), encoding="utf-8")
            answer = rated("--kwh", "750", "--on", "2027-04-01", "--tariffs", str(path))
        self.assertEqual(answer["net"], 100 + 200 + 600 + 1200 + 250)

    def test_says_it_in_words_without_json(self):
        text = said("--kwh", "134", "--on", "2026-10-05")
        self.assertIn("Step 3: 100 kWh (1279/QD-BCT)", text)
        self.assertIn("VAT 8%", text)
        self.assertTrue(text.endswith("305,230\n"))

    def test_takes_figures_given_from_code(self):
        out = StringIO()
        call_command("rate", kwh=134, on="2026-10-05", json=True, stdout=out)
        self.assertEqual(json.loads(out.getvalue())["total"], 305_230)

    def test_refuses_what_makes_no_sense_in_plain_words(self):
        month = ("--on", "2026-10-05")
        for args, words in (
            ((*month,), "either --kwh or --registers"),
            (("--kwh", "1", "--registers", "peak=1", *month), "either --kwh or --registers"),
            (("--kwh", "-5", *month), "whole number"),
            (("--kwh", "1.5", *month), "whole number"),
            (("--kwh", "1_0", *month), "whole number"),
            (("--kwh", "١٠", *month), "whole number"),
            (("--kwh", "9" * 13, *month), "whole number"),
            (("--kwh", "", *month), "whole number"),
            (("--registers", "peak", *month), "peak"),
            (("--registers", "night=4", *month), "registers are"),
            (("--registers", "peak=4,peak=5", *month), "twice"),
            (("--kwh", "1"), "--on"),
            (("--kwh", "1", "--from", "2026-10-01"), "--to is missing"),
            (("--kwh", "1", "--to", "2026-10-01"), "--from is missing"),
            (("--kwh", "1", "--from", "2026-10-01", *month), "either --on"),
            (("--kwh", "1", "--on", "2026-02-30"), "no day of the calendar"),
            (("--kwh", "1", "--on", "05/10/2026"), "a date such as"),
            (("--kwh", "1", "--on", "20261005"), "a date such as"),
            (("--kwh", "1", "--on", "9999-12-31"), "too far away"),
            (("--kwh", "1", "--on", "2014-12-31"), "no price is on record"),
            (("--kwh", "1", "--from", "2026-10-02", "--to", "2026-10-01"), "ends before"),
            (("--kwh", "1", *month, "--group", "household"), "unknown customer group"),
            (("--kwh", "1", *month, "--group", "production"), ">=110kV"),
            (("--kwh", "1", *month, "--voltage", "<6kV"), "not priced by voltage"),
            (("--kwh", "1", *month, "--households", "0"), "households"),
            (("--kwh", "1", *month, "--households", "NaN"), "--households"),
            (("--kwh", "1", *month, "--households", "1,5"), "--households"),
            (("--kwh", "1", *month, "--households", "1e999999999"), "--households"),
            (("--kwh", "1", *month, "--rounding", "up"), "quota, exact"),
            (("--kwh", "1", *month, "--kvarh", "1"), "--registered-kw is missing"),
            (("--kwh", "1", *month, "--tariffs", "/nowhere.csv"), "cannot be read"),
            (("--kwh", "1", "--from", "2026-10-01", "--to", "2026-10-31", "--read", "x"), "date"),
        ):
            with self.subTest(args), self.assertRaises(CommandError) as refused:
                said(*args)
            self.assertIn(words, str(refused.exception))
