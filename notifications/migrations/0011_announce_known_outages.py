"""The outages that are known get their first announcement; the times by which to tell."""

from datetime import date, timedelta

from django.db import migrations

from customers.premises import areas

# Five days ahead for what is planned, a day for what is not; a week before a new reading day.
WITHIN = {
    "planned_outage": timedelta(days=5),
    "unplanned_outage": timedelta(hours=24),
    "reading_schedule": timedelta(days=7),
}
SINCE = date(2025, 1, 1)
TOLD = ("area", "starts_at", "ends_at", "reason")


def fill(apps, schema_editor):
    model = {
        name: apps.get_model("notifications", name)
        for name in ("LeadTime", "Outage", "Announcement", "OutagePlace")
    }
    model["LeadTime"].objects.bulk_create(
        model["LeadTime"](kind=kind, from_on=SINCE, within=within)
        for kind, within in WITHIN.items()
    )
    for outage in model["Outage"].objects.order_by("pk"):
        told = {name: getattr(outage, name) for name in TOLD}
        first = model["Announcement"].objects.create(
            outage=outage, revision=1, what="announced", made_at=outage.learned_at, **told
        )
        model["OutagePlace"].objects.bulk_create(
            model["OutagePlace"](
                announcement=first,
                text=area.text,
                ward_keys=list(area.ward_keys),
                street_key=area.street_key,
                first_number=area.first_number,
                last_number=area.last_number,
            )
            for area in areas(outage.area)
        )


class Migration(migrations.Migration):
    dependencies = [("notifications", "0010_announcements")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
