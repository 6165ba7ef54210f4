"""Enter the decisions that come with the product; later ones are entered in the admin."""

from django.db import migrations


def enter(apps, schema_editor):
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


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
