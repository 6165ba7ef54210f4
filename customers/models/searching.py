"""What the desk's search box means: words of an account's text, found by an index of them."""

from django.contrib.postgres.search import SearchQueryField
from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Cast

from portal.lib.text import fold

MOST_WORDS = 8
SHORTEST_END = 4
"""So many digits or more may be the end of a customer code."""

# Where words end beside spaces; the database splits at the same signs.
_SIGNS = str.maketrans(dict.fromkeys(",;:.()-", " "))


class Words(Func):
    """The words of an account, and its code read backwards."""

    function = "customers_words"


class Holds(Func):
    """Whether words are among those of an account; the index answers."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = models.BooleanField()


def holds(text: str) -> Holds | None:
    """Whether an account holds each word of ``text``; None where there is no word.

    The last word may be only begun, and so may each with a digit: house numbers have parts. A
    number that is long enough may also be the end of the customer code. The others are whole words,
    or half of all accounts would be looked at for a family name of two letters.
    """
    words = fold(text).translate(_SIGNS).split()[:MOST_WORDS]
    if not words:
        return None
    *first, last = words
    asked = [*(_begun(word) if _has_digit(word) else _quoted(word) for word in first), _begun(last)]
    query = Cast(Value(" & ".join(asked)), SearchQueryField())
    return Holds(Words("search_text", "number"), query)


def _begun(word: str) -> str:
    begun = f"{_quoted(word)}:*"
    if len(word) < SHORTEST_END or not _has_digit(word):
        return begun
    return f"({begun} | {_quoted('~' + word[::-1])}:*)"


def _has_digit(word: str) -> bool:
    return any(sign.isdigit() for sign in word)


def _quoted(word: str) -> str:
    """As PostgreSQL writes a word of a query, whatever signs are in it."""
    doubled = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
