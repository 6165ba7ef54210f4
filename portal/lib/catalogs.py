"""Translations without gettext installed: find texts, keep the .po files, compile the .mo files."""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PO = Path("locale/vi/LC_MESSAGES/django.po")
# What is said in place of a text (one string, or one for each plural form), by text and context.
Words = dict[tuple[str, str | None], tuple[str, ...]]
# Folders of an app that hold no text of a screen.
_APART = {"tests", "migrations", "locale", "locale_packages", "bench"}
# Without a date or an author: the same texts make the same file, whoever writes it and when.
_HEADER = """msgid ""
msgstr ""
"Language: vi\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
_PLURAL = (1, 2)
_CONTEXT = ((1, "c"), 2)
_CONTEXT_PLURAL = ((1, "c"), 2, 3)
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": _PLURAL,
    "ngettext_lazy": _PLURAL,
    "pgettext": _CONTEXT,
    "pgettext_lazy": _CONTEXT,
    "npgettext": _CONTEXT_PLURAL,
    "npgettext_lazy": _CONTEXT_PLURAL,
}


def texts(app: Path) -> Catalog:
    """Every text that the app's code and templates mark for translation, untranslated."""
    catalog = Catalog(locale="vi", charset="utf-8", fuzzy=False)
    for path in _sources(app):
        name = path.relative_to(app.parent).as_posix()
        for line, message, comments, context in _marked(path):
            catalog.add(message, None, [(name, line)], auto_comments=comments, context=context)
    return catalog


def _sources(app: Path) -> Iterator[Path]:
    for path in sorted(app.rglob("*")):
        inside = path.relative_to(app)
        template = path.suffix in {".html", ".txt"} and "templates" in inside.parts
        if (template or path.suffix == ".py") and not _APART & set(inside.parts):
            yield path


def _marked(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is left of a template is no Python, but without indentation it has Python's tokens.
        source = "\n".join(line.strip() for line in templatize(source).split("\n"))
    return extract("python", io.BytesIO(source.encode()), _KEYWORDS, comment_tags=("Translators",))


def load(po: Path) -> Catalog:
    """The catalogue in a .po file; an empty Vietnamese one where there is none yet."""
    if not po.exists():
        return Catalog(locale="vi", charset="utf-8", fuzzy=False)
    with po.open("rb") as file:
        return read_po(file, locale="vi")


def renew(app: Path, *, known: Words) -> bool:
    """Bring the app's .po file in line with its texts; say whether it changed.

    A new text takes its Vietnamese from ``known``, the catalogues of the other apps, where it can.
    """
    po = app / PO
    old = load(po)
    catalog = texts(app)
    for message in _messages(catalog):
        kept = old.get(message.id, context=message.context)
        if kept and any(_strings(kept)):
            message.string, message.user_comments = kept.string, kept.user_comments
            message.flags = kept.flags
        elif words := known.get(_key(message)):
            message.string = words if message.pluralizable else words[0]
    written = _as_po(catalog)
    if po.exists() and po.read_bytes() == written:
        return False
    if not po.exists() and not len(catalog):
        return False
    po.parent.mkdir(parents=True, exist_ok=True)
    po.write_bytes(written)
    return True


def _as_po(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    out.write(_HEADER.encode())
    write_po(out, catalog, width=100, include_lineno=False, sort_output=True, omit_header=True)
    return out.getvalue()


def translations(catalog: Catalog) -> Words:
    """The catalogue's finished translations by text and context."""
    return {
        _key(message): _strings(message)
        for message in _messages(catalog)
        if all(_strings(message)) and not message.fuzzy
    }


def gaps(catalog: Catalog, *, wanted: Catalog | None = None) -> list[str]:
    """What is wrong with a catalogue, one line each; none when it is complete.

    With ``wanted`` (see :func:`texts`) also what it lacks, and what nothing uses any more.
    """
    found = [f"{text!r}: {fault}" for text, fault in _faults(catalog)]
    if wanted is not None:
        ours = {_key(message) for message in _messages(catalog)}
        theirs = {_key(message) for message in _messages(wanted)}
        found += [f"{text!r}: not in the file" for text, _ in sorted(theirs - ours, key=str)]
        found += [f"{text!r}: used nowhere" for text, _ in sorted(ours - theirs, key=str)]
    return found


def _faults(catalog: Catalog) -> Iterator[tuple[str, str]]:
    for message in _messages(catalog):
        text = _key(message)[0]
        if not all(_strings(message)):
            yield text, "no Vietnamese"
        elif message.fuzzy:
            yield text, "fuzzy"
        else:
            yield from ((text, str(error)) for error in message.check(catalog))


def compile_po(po: Path) -> bool:
    """Write the .mo file beside ``po`` unless it is newer already; say whether it was written."""
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
        return False
    built = io.BytesIO()
    write_mo(built, load(po))
    half = mo.with_suffix(".part")
    half.write_bytes(built.getvalue())
    half.replace(mo)
    return True


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _strings(message: Message) -> tuple[str, ...]:
    strings = message.string
    return (strings or "",) if isinstance(strings, str | None) else tuple(map(str, strings))


def _key(message: Message) -> tuple[str, str | None]:
    text = message.id[0] if isinstance(message.id, tuple | list) else message.id
    return text, message.context
