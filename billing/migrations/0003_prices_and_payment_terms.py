"""What a new installation starts with: the decisions that come with the product, the law's terms.

Later decisions and terms are entered at the desk.
"""

from datetime import date

from django.db import migrations


def enter_price_book(apps, schema_editor):
    from billing.tariff_files import load_tariffs, load_vat_rates

    Tariff = apps.get_model("billing", "Tariff")
    TariffPrice = apps.get_model("billing", "TariffPrice")
    VatRate = apps.get_model("billing", "VatRate")
    for tariff in load_tariffs():
        row = Tariff.objects.create(
            decision=tariff.decision,
            group=tariff.group,
            voltage=tariff.voltage,
            valid_from=tariff.valid_from,
            valid_before=tariff.valid_before,
            confirmed=tariff.confirmed,
        )
        TariffPrice.objects.bulk_create(
            TariffPrice(tariff=row, register_or_step=price.register, dong_per_kwh=price.dong)
            for price in tariff.prices
        )
    for rate in load_vat_rates():
        VatRate.objects.create(
            valid_from=rate.valid_from,
            valid_before=rate.valid_before,
            percent=rate.percent,
            confirmed=rate.confirmed,
        )


def enter_terms(apps, schema_editor):
    """Everybody's deadlines of paying are what the law asks, the defaults of the table."""
    apps.get_model("billing", "PaymentTerms").objects.create(valid_from=date(2020, 1, 1))


class Migration(migrations.Migration):

    replaces = [
        ('billing', '0002_price_book'),
        ('billing', '0005_payment_terms'),
    ]

    dependencies = [
        ('billing', '0002_histories'),
    ]

    operations = [
        migrations.RunPython(enter_price_book, migrations.RunPython.noop),
        migrations.RunPython(enter_terms, migrations.RunPython.noop),
    ]
