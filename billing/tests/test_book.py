"""The price book of the database says what the files of the product say, and follows edits."""

from datetime import date

from django.test import TestCase

from billing import tariff_files
from billing.book import price_book
from billing.models import Tariff


class PriceBookTests(TestCase):
    def test_holds_every_price_list_of_the_files(self) -> None:
        from_files, from_rows = tariff_files.shipped_price_book(), price_book()
        self.assertEqual(
            {(str(t), t.valid_from): dict(_prices(t)) for t in from_rows.tariffs},
            {(str(t), t.valid_from): dict(_prices(t)) for t in from_files.tariffs},
        )
        self.assertEqual(from_rows.vat_rates, from_files.vat_rates)

    def test_is_not_read_again_while_nothing_changed(self) -> None:
        price_book()
        with self.assertNumQueries(1):
            price_book()

    def test_follows_an_edited_price(self) -> None:
        price_book()
        tariff = Tariff.objects.get(group="residential", valid_from=date(2025, 5, 10))
        tariff.prices.filter(register_or_step="0-50").update(dong_per_kwh=1)
        tariff.save()
        found = price_book().tariff(group="residential", voltage="", on=date(2026, 10, 1))
        self.assertEqual(found.price("0-50"), 1)


def _prices(tariff):
    return ((price.register, price.dong) for price in tariff.prices)
