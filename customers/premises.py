"""Where an account is supplied, as keys that addresses and areas agree in: pure.

Wards, streets and house numbers are kept without accents, capitals and the words around them, so
that ``162A Lê Lợi`` is found by ``Đường LÊ LỢI (từ số 100 đến số 200)``.
"""

import re
from dataclasses import dataclass

from portal.lib.text import fold

WARD_TYPES = ("phuong", "xa", "dac khu", "thi tran")
_SHORT = {"p": "phuong", "x": "xa", "tt": "thi tran"}
_TYPED = re.compile(rf"(?:(?P<type>{'|'.join(WARD_TYPES)})\s+|(?P<short>p|x|tt)(?:\.\s*|\s+))")
_WHOLE_WARD = re.compile(
    r"(?:toan(?: bo)?(?: (?:phuong|xa|dac khu|thi tran|dia ban))?|ca (?:phuong|xa))"
)
_STREET_WORDS = re.compile(r"^(?:duong |d\. ?|pho )")
_SHORT_STREETS = (
    (re.compile(r"^ql\.? ?(?=\d)"), "quoc lo "),
    (re.compile(r"^tl\.? ?(?=\d)"), "tinh lo "),
)
# A number and what belongs to it: 12, 12A, 12/5, 780/58B, 12-14.
_HOUSE = re.compile(
    r"(?:so nha |so |nha )?(?P<number>\d{1,5})[a-z]?(?:[/.-]\w+)*(?P<rest>[ ,].*|$)"
)
# Streets whose own name begins with a number: 3 tháng 2.
_DATED = re.compile(r"\d{1,2} thang \d{1,2}\b")
_TO = r"\s*(?:-|–|den)\s*(?:so )?"
_RANGE_AFTER = re.compile(
    rf"(?P<street>.*?\w)[ ,(]+(?:tu )?(?:so )?(?P<first>\d{{1,5}}){_TO}(?P<last>\d{{1,5}})\)?"
)
_RANGE_BEFORE = re.compile(
    rf"(?:tu )?(?:so )?(?P<first>\d{{1,5}}){_TO}(?P<last>\d{{1,5}})\s+(?P<street>\D.*)"
)


@dataclass(frozen=True, slots=True)
class Premise:
    """The keys of one address; the number is that of the house on the street, or None."""

    ward_key: str
    street_key: str
    house_number: int | None


@dataclass(frozen=True, slots=True)
class Area:
    """One ward or a street of it, as far as ``text`` of a longer list names it."""

    text: str
    ward_keys: tuple[str, ...]
    street_key: str = ""
    """Empty for the whole ward."""
    first_number: int | None = None
    last_number: int | None = None


def premise(*, address: str, ward: str, **_others: object) -> Premise:
    """The keys of an account's address."""
    folded = fold(address)
    found = None if _DATED.match(folded) else _HOUSE.fullmatch(folded)
    if found is None:
        return Premise(ward_key(ward), _street(folded), None)
    return Premise(ward_key(ward), _street(found["rest"]), int(found["number"]))


def ward_key(ward: str) -> str:
    """A ward or commune as it is compared: its kind in full, its name without accents."""
    kind, name = _typed(fold(ward))
    return f"{kind} {name}" if kind else name


def areas(text: str) -> list[Area]:
    """What a list of wards and streets names: ``Phường A: X, Y; Xã B``. Empty of an empty one."""
    found: dict[Area, None] = {}
    ward = ""
    for part in re.split(r"[;\n]", text):
        head, colon, tail = part.partition(":")
        if colon:
            ward, names = head, tail
        elif ward and not _is_ward(part):
            names = part
        else:
            found |= dict.fromkeys(_ward(piece) for piece in _pieces(part))
            continue
        streets = [_street_of(ward, piece) for piece in _pieces(names)]
        found |= dict.fromkeys(streets or [_ward(ward)])
    return list(found)


def _pieces(text: str) -> list[str]:
    return [piece for piece in (part.strip(" .") for part in text.split(",")) if piece]


def _ward(text: str) -> Area:
    return Area(text.strip(), _ward_keys(text))


def _street_of(ward: str, text: str) -> Area:
    folded = fold(text)
    label = f"{ward.strip()}: {text}"
    if _WHOLE_WARD.fullmatch(folded):
        return Area(label, _ward_keys(ward))
    if found := _RANGE_AFTER.fullmatch(folded) or _RANGE_BEFORE.fullmatch(folded):
        ends = sorted((int(found["first"]), int(found["last"])))
        return Area(label, _ward_keys(ward), _street(found["street"]), *ends)
    return Area(label, _ward_keys(ward), _street(folded))


def _ward_keys(ward: str) -> tuple[str, ...]:
    """The keys that an account of this ward may have: either may leave out what kind it is."""
    kind, name = _typed(fold(ward))
    kinds = (kind,) if kind else WARD_TYPES
    return (name, *(f"{kind} {name}" for kind in kinds))


def _is_ward(text: str) -> bool:
    return bool(_typed(fold(text))[0])


def _typed(folded: str) -> tuple[str, str]:
    """The kind of a ward in full, empty where it is left out; and its name."""
    found = _TYPED.match(folded)
    if found is None:
        return "", folded
    return found["type"] or _SHORT[found["short"]], folded[found.end() :].strip()


def _street(folded: str) -> str:
    """A street as it is compared: up to the first comma, without the word for street."""
    name = folded.strip(" ,").split(",")[0].strip()
    name = _STREET_WORDS.sub("", name)
    for short, full in _SHORT_STREETS:
        name = short.sub(full, name)
    return name.strip(" ().")
