"""What a load changes, field by field, and its notes: of people only what the reader may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from customers.models import Account, Arrangement, ContactPoint, Load, LoadNote, User
from customers.services import loads, looks
from customers.services.loads.undoing import model_of
from portal.lib import quantities, said
from portal.lib.importing import SheetResource
from portal.lib.secret_numbers import HIDDEN
from portal.lib.text import mask_contact

SHOWN = 20
# Words of ours that stand among those of providers and customers.
CODED = {"suspended_why": ContactPoint.Suspended}
# Of people; what is needed to recognise it stays.
MASKED = {
    "holder_name",
    "holder_born_in",
    "phone",
    "email",
    "value",
    "bank_holder",
    "relative_name",
    "relative_phone",
    "sms_phone",
}


@dataclass(frozen=True)
class Change:
    """One field of one row that the file changes."""

    what: str
    row: str
    field: str
    before: str
    after: str


def page(load: Load, number: Any) -> Any:
    """Some of the rows that change; the looks are few enough to be told from a trawl."""
    listed = [*load.report.get("to_decide_on", []), *load.report.get("changes", [])]
    return Paginator(listed, SHOWN).get_page(number)


def shown(rows: Iterable[dict[str, Any]], *, load: Load, to: User, at: datetime) -> list[Change]:
    """The rows for ``to``; that they saw old values of an account is written down."""
    rows = list(rows)
    keys: set[int] = {row["account"] for row in rows if row.get("account")}
    seen = set(Account.objects.visible_to(to).filter(pk__in=keys).values_list("pk", flat=True))
    looks.beside_a_file(user=to, accounts=seen, load=load.pk, at=at)
    return [change for row in rows for change in _of(row, seen)]


def _of(row: dict[str, Any], seen: set[int]) -> list[Change]:
    model = model_of(row["table"])
    fields = {field.column: field for field in model._meta.concrete_fields}
    # Of a load before accounts were kept with its changes nothing is known: nothing is shown.
    is_open = row["account"] in seen or row["account"] is None if "account" in row else False
    named = str(row.get("label") or row["row"])
    if not is_open and issubclass(model, Arrangement):
        # Already that there is one says something of the customer.
        return [Change(what=HIDDEN, row=named, field=HIDDEN, before=HIDDEN, after=HIDDEN)]
    return [
        Change(
            what=str(model._meta.verbose_name),
            row=named,
            field=str(fields[name].verbose_name) if name in fields else name,
            before=value(fields.get(name), was) if is_open else HIDDEN,
            after=value(fields.get(name), now) if is_open else HIDDEN,
        )
        for name, was, now in row["fields"]
    ]


def value(field: "models.Field[Any, Any] | None", given: Any) -> str:
    """A value as people write it, what is a person's own behind dots."""
    if isinstance(given, str) and given.startswith(HIDDEN[0]):
        # Masked before it was kept.
        return given
    if given is None or given == "":
        return "–"
    if field is None:
        return str(given)
    if field.column in MASKED:
        return masked(str(given))
    if field.choices:
        return str(dict(field.flatchoices).get(given, given))
    if field.column in CODED:
        return str(dict(CODED[field.column].choices).get(given, given))
    if field.is_relation and field.related_model:
        # Twenty rows a page at most: each names what it leads to; of an account the code alone, as
        # it may be another one than the row's.
        found: Any = field.related_model._base_manager.filter(pk=given).first()
        return str(getattr(found, "number", found or given))
    return _written(field, given)


def note(about: LoadNote, resource: type[SheetResource], *, to: User) -> LoadNote:
    """A note, with what is a person's own behind dots; whoever brought the file knows it."""
    if loads.is_bringer(load=about.load, user=to):
        return about
    own = {column.heading for column in resource.table.columns if column.name in MASKED}
    if own & set(about.column.split(", ")):
        about.before, about.after = _hidden(about.before), _hidden(about.after)
    return about


def _hidden(text: str) -> str:
    return masked(text) if text else ""


def masked(text: str) -> str:
    """Enough to recognise it."""
    return mask_contact(text, is_email="@" in text)


def _written(field: "models.Field[Any, Any]", given: Any) -> str:
    if isinstance(field, models.BooleanField):
        return _("yes") if given else _("no")
    if isinstance(field, models.DateTimeField):
        moment = parse_datetime(str(given))
        return said.moment(moment) if moment else str(given)
    if isinstance(field, models.DateField):
        day: date | None = parse_date(str(given))
        return said.day(day) if day else str(given)
    if field.attname.endswith("_wh"):
        return quantities.kwh(int(given))
    if isinstance(field, models.DecimalField | models.IntegerField) and not field.is_relation:
        return figure(given)
    return str(given)


def figure(given: Any) -> str:
    """A number as people write it, in groups where it is long."""
    try:
        number = Decimal(str(given))
    except InvalidOperation:
        return str(given)
    places = max(0, -int(number.normalize().as_tuple().exponent))
    return str(number_format(number, decimal_pos=places, force_grouping=abs(number) >= 10_000))
