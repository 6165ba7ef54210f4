"""Text as people type it and spreadsheets keep it: cleaned, folded for search, doubted, masked."""

import re
import unicodedata

# What prints nothing, but makes two equal-looking texts differ: Unicode's Default_Ignorable_Code_
# Point (soft hyphen, zero-width characters, direction marks and overrides, byte order mark, tags,
# selectors of variants), annotations; and halves of surrogate pairs, which no database takes.
INVISIBLE = (
    "\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0e\ufeff\ufff0-\ufffb\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Letters that look like nothing at all (Hangul fillers, the empty Braille cell) count as spaces.
BLANKS = "\\s\u115f\u1160\u2800\u3164\uffa0"
CONTROLS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"

_UNSEEN = re.compile(f"[{INVISIBLE}{CONTROLS}]")
# A zero-width joiner holds the parts of one emoji together, a selector colours it; anywhere else
# both are noise.
_EMOJI = "\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_JOINER = re.compile(f"(?<![{_EMOJI}\ufe0f])\u200d|(?<![{_EMOJI}])\ufe0f")
_JOINERS = {0x200D: None, 0xFE0F: None}
_SPACES = re.compile(f"[{BLANKS}]+")
_CONTROL = re.compile(f"[{CONTROLS}\ud800-\udfff]")

# Signs that once parted pages and records, and two that are no signs at all.
_SEPARATORS = re.compile("[\x0b\x0c\x1c-\x1f\ufffe\uffff]")

_LETTERS = str.maketrans({"đ": "d", "Đ": "d", "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'"})


def clean(text: str) -> str:
    """``text`` in NFC, without invisible or control characters, single spaces, none at the ends."""
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", _JOINER.sub("", _UNSEEN.sub("", text)))
        text = _SPACES.sub(" ", text)
    return " ".join(text.split())


def fold(text: str) -> str:
    """``text`` for search: no accents, đ as d, lower case, single spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    text = _without_marks(_UNSEEN.sub("", text).translate(_JOINERS)).translate(_LETTERS)
    # Lower case can bring back a mark, as with the Turkish İ.
    text = _without_marks(text.casefold())
    return " ".join(_SPACES.sub(" ", text).split())


def _without_marks(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def has_control_characters(text: str) -> bool:
    """Whether ``text`` holds NUL or another control character that no keyboard types."""
    return _CONTROL.search(text) is not None


def printable(text: str) -> str:
    """``text`` without what no file of text may hold; line breaks and tabs stay."""
    return text if text.isprintable() else _SEPARATORS.sub(" ", _CONTROL.sub("", text))


# UTF-8 read as Windows-1252 or Latin-1: a lead byte shown as a letter, then bytes 80 to BF as
# symbols. A no-break space proves nothing after a capital: LÃ is a family name.
_FOLLOWERS = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\x80-\x9f¡-¿"
_MOJIBAKE = re.compile(
    f"á[º»][{_FOLLOWERS}\xa0 ]|[ÃÂÄÅÆ][{_FOLLOWERS}]|(?<=[a-z])[ÃÂÄÅÆ]|â€|ï»¿|[\x80-\x84\x86-\x9f]"
)
# TCVN3, read as if it were Latin-1, puts signs inside words.
_TCVN3 = re.compile("(?<=[A-Za-z])[µ¸¶¹®¬]")


def has_broken_encoding(text: str) -> bool:
    """Whether ``text`` was decoded with the wrong table ('Nguyá»…n')."""
    return not text.isascii() and bool(_MOJIBAKE.search(text) or _TCVN3.search(text))


# VNI writes the accent as a letter of its own behind the vowel. Strong pairs occur in no name of
# any language met here; weak ones also in French or Spanish names (Loïc, Raúl), so one is no proof.
_VNI_STRONG = re.compile(
    "[aeoyôö][øåä]|u[øùõ]|[ae][ùõ]|a[âáàã]|e[âáà]|eã(?!o)|o[âù]|oõ(?!ng)|[ôö][ùûõï]"
)
_VNI_WEAK = re.compile("[aeouyôö][ûï]|a[éèêëúü]")


def looks_like_vni(text: str) -> bool:
    """Whether ``text`` is written in the VNI-Windows encoding ('Nguyeãn Thò Hoøa')."""
    if text.isascii():
        return False
    lower = unicodedata.normalize("NFC", text).lower()
    return bool(_VNI_STRONG.search(lower)) or len(_VNI_WEAK.findall(lower)) > 1


_REPLACED = re.compile(r"\ufffd|[^\W\d_]\?|\?[^\W\d_]")


def has_replacements(text: str) -> bool:
    """Whether letters were lost to question marks or U+FFFD ('Nguy?n Th? Hoa')."""
    return _REPLACED.search(text) is not None


_STACKED = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{4,}")


def has_stacked_marks(text: str) -> bool:
    """Whether one base letter carries more than three marks (Zalgo)."""
    return not text.isascii() and bool(_STACKED.search(unicodedata.normalize("NFD", text)))


_URL = re.compile(r"[a-z][a-z0-9+.-]*://|\bwww\.|\b[\w-]+\.[a-z]{2,}/", re.IGNORECASE)


def has_url(text: str) -> bool:
    """Whether ``text`` holds a link; a bare domain ('Tiki.vn') is a name companies bear."""
    return _URL.search(text) is not None


_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[\s.-]?\d){8,10}(?!\d)|(?<!\d)1[89]00[\s.-]?[\dx]{2}")


def has_phone(text: str) -> bool:
    """Whether ``text`` holds a phone number, or a service's, also one half hidden (1900xxxx)."""
    return _PHONE.search(unicodedata.normalize("NFKC", text).lower()) is not None


# What looks like a full stop, and compatibility forms leave alone.
_DOTS = str.maketrans(dict.fromkeys("。｡·‧•∙⋅・･", "."))
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:[/\\]+\S*|\bwww\b\S*", re.IGNORECASE)
_DOTTED = re.compile(r"[\w-]+(?:\.[\w-]+)+")
# A full stop with a space at it ends a sentence, unless what follows is a known end of a host.
_ENDS = (
    "vn|com|net|org|info|biz|top|xyz|me|ly|cc|io|gl|gg|tk|ml|cf|click|link|shop|site|online|store|"
    "live|vip|club|app|dev|page|win|icu|pro|asia|tv|ru|cn|us|eu"
)
_SPACED = re.compile(rf"[\w-]+(?:\s{{1,3}}\.\s{{0,3}}(?i:{_ENDS})|\.\s{{1,3}}(?:{_ENDS}))(?![\w-])")
_IP = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
# The only abbreviation with a full stop in it that looks like a host.
_PLACES = frozenset({"tp.hcm"})
_DATE = re.compile(r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])[/.-](?:0?[1-9]|1[0-2])[/.-]20\d\d(?!\d)")
_AMOUNT = re.compile(
    r"(?<![\d.])[1-9]\d{0,2}(?:\.\d{3})+(?=\s?(?:đ|đồng|VND|kWh)(?!\w))", re.IGNORECASE
)
_HOUR_OR_DAY = r"(?:(?:[01]?\d|2[0-3]):[0-5]\d|(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2]))"
_MOMENTS = re.compile(rf"{_HOUR_OR_DAY}(?:[\s,\u2010-\u2015-]{{1,3}}{_HOUR_OR_DAY})*")
# Any signs stand between the digits of a number, but a semicolon. House numbers are lists, and
# alleys stand behind strokes: what begins neither with 0 nor with + is a number without those.
_DIGITS = re.compile(r"\+?\d(?:(?:[^\w;]|_){0,3}\d){7,}")
_NUMBER = re.compile(
    r"(?:\+\d|(?<!\d)0)(?:(?:[^\w;]|_){0,3}\d){7,}"
    r"|(?<!\d)(?:84|1[89]00)(?:(?:[^\w;,]|_|,(?!\s)){0,3}\d){6,}"
    r"|\d(?:(?:[^\w;,/]|_|,(?!\s)){0,3}\d){7,}"
)


def link_or_phone(text: str, *, allowed: str = "") -> str:
    """The first thing in ``text`` that reads as a link or a phone number, empty where none does.

    A link is whatever looks like a host, of whatever end; a phone number has eight digits or more,
    whatever signs part them. ``allowed`` is one number that may stand there, as it is written.
    Dates, hours and amounts are no numbers; "Q.Bình Thạnh" is no host: none ends in an accent.
    """
    seen = _UNSEEN.sub("", text).translate(_JOINERS)
    plain = unicodedata.normalize("NFKC", seen).translate(_DOTS)
    for found in (_SCHEME.search(plain), _IP.search(plain), _SPACED.search(plain)):
        if found:
            return found[0]
    for found in _DOTTED.finditer(plain):
        if found[0].lower() not in _PLACES and any(map(_ends_a_host, found[0].split(".")[1:])):
            return found[0]
    if allowed:
        plain = plain.replace(allowed, ";")
    for run in _DIGITS.finditer(_AMOUNT.sub(";", _DATE.sub(";", plain))):
        if not _MOMENTS.fullmatch(run[0]) and (number := _NUMBER.search(run[0])):
            return number[0]
    return ""


def _ends_a_host(label: str) -> bool:
    if label.lower().startswith("xn--"):
        return True
    is_accented = not label.isascii() and fold(label).isascii()
    return len(label) > 1 and label.isalpha() and not is_accented


def mask(value: str) -> str:
    """The last four characters of a phone number or code behind dots; none of a short value."""
    return f"••••{value[-4:]}" if len(value) > 7 else "••••"


def mask_email(address: str) -> str:
    """The first letter and the domain of an e-mail address."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}•••{at}{domain}" if at else "••••"


def mask_contact(value: str, *, is_email: bool) -> str:
    """A phone number or e-mail address: its owner recognises it, and nobody else learns it."""
    return mask_email(value) if is_email else mask(value)


_DOTLESS = frozenset({"gmail.com", "googlemail.com"})


def mailbox(address: str) -> str:
    """Where mail to ``address`` ends up: without a +label, and without dots where none count."""
    local, at, domain = address.strip().lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in _DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}{at}{domain}"


_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def escape_formula(value: object) -> object:
    """``value`` for a spreadsheet cell: text that would be run gets a leading apostrophe.

    Numbers, dates and the like stay as they are, so that a negative amount remains a number.
    Source: OWASP, "CSV Injection". :func:`unescape_formula` is the exact way back.
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def unescape_formula(text: str) -> str:
    """``text`` as it was before :func:`escape_formula`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
