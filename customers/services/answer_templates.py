"""Templates of answers: filling one for a case, and writing the next version of one."""

import re
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from customers.models import AnswerTemplate, Case, User
from portal.lib.errors import SaysWhy
from portal.lib.said import moment
from portal.lib.text import clean

NAMES = ("name", "number", "due")
"""What a text may name in braces: how the customer is called, the case's number, its due time."""
_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")


class TemplateError(SaysWhy):
    """The text cannot be kept like this."""


class BeginsTooEarly(TemplateError):
    why = _("It begins after today, and after every text of this name that is written already.")


class SaysNothing(TemplateError):
    why = _("Write what the customer is to read.")


class UnknownName(TemplateError):
    why = _("Only {name}, {number} and {due} are filled in.")


def fill(template: AnswerTemplate, *, case: Case, name: str, language: str) -> str:
    """Its words for one case, in Vietnamese or English; ``name`` is how the customer is called."""
    with override(language):
        given = {"name": name, "number": case.spoken_number, "due": moment(case.due_at)}
    return _BRACES.sub(lambda found: given.get(found[1] or "", found[0]), template.text(language))


def tidy(text: str) -> str:
    """A text as it is kept.

    :raises SaysNothing: there are no words
    :raises UnknownName: it names something that is not filled in
    """
    lines = "\n".join(clean(line) for line in text.strip().splitlines()).strip()
    if not lines:
        raise SaysNothing
    if any(found[1] not in NAMES for found in _BRACES.finditer(lines)):
        raise UnknownName
    return lines


def write(
    *,
    kind: str,
    name: str,
    text_vi: str,
    text_en: str,
    valid_from: date,
    by: User,
    today: date,
) -> AnswerTemplate:
    """The next version of the template of this name, offered from ``valid_from`` on.

    :raises BeginsTooEarly: it would change what is offered already
    :raises SaysNothing: it has no words
    :raises UnknownName: it names something that is not filled in
    """
    name, texts = clean(name), {"text_vi": tidy(text_vi), "text_en": tidy(text_en)}
    if not name:
        raise SaysNothing
    known = AnswerTemplate.objects.filter(kind=kind, name=name).aggregate(
        Max("version"), Max("valid_from")
    )
    newest = known["valid_from__max"]
    if valid_from <= today or (newest is not None and valid_from <= newest):
        raise BeginsTooEarly
    try:
        with transaction.atomic():
            return AnswerTemplate.objects.create(
                kind=kind,
                name=name,
                version=(known["version__max"] or 0) + 1,
                valid_from=valid_from,
                written_by=by,
                **texts,
            )
    except IntegrityError as error:
        # A colleague wrote one meanwhile.
        raise BeginsTooEarly from error
