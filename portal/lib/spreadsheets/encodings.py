"""The encoding of a text file, told from its bytes; what cannot be told is refused."""

import codecs
import unicodedata
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from .refusals import Refused

SAMPLE = 2**16
PIECE = 2**20

_BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_UNKNOWN = _("The encoding of the text is not recognised; save it as “CSV UTF-8”.")

# Text in Windows-1258 that is Vietnamese holds these letters and signs beyond ASCII, and no other.
_BASES = "aăâeêioôơuưy"
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_VIETNAMESE = frozenset(
    letter
    for base in _BASES + _BASES.upper()
    for tone in ("", *_TONES)
    for letter in unicodedata.normalize("NFC", base + tone)
) | frozenset("đĐ₫€‘’“”–—…•«»°²³½×\xa0")


def encoding_of(file: BinaryIO) -> str:
    """The codec that reads ``file`` to its end.

    :raises Refused: it is none of UTF-8, UTF-16 with its mark, and Windows-1258
    """
    file.seek(0)
    head = file.read(SAMPLE)
    for bom, codec in _BOMS:
        if head.startswith(bom):
            return codec if codec and _decodes(file, codec) else _refuse()
    # UTF-16 without its mark shows as a NUL beside every letter; a stray one is a row's fault.
    if head.count(0) * 10 > len(head):
        return _refuse()
    if _decodes(file, "utf-8"):
        return "utf-8"
    return "cp1258" if _is_vietnamese(file) else _refuse()


def _refuse() -> str:
    raise Refused(_UNKNOWN)


def _decodes(file: BinaryIO, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    file.seek(0)
    try:
        while piece := file.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _is_vietnamese(file: BinaryIO) -> bool:
    """Whether the whole file, as Windows-1258, is text with Vietnamese letters only."""
    file.seek(0)
    text = ""
    while piece := file.read(PIECE):
        try:
            # The last letter may get its tone from the next piece.
            text = unicodedata.normalize("NFC", text[-1:] + piece.decode("cp1258"))
        except UnicodeDecodeError:
            return False
        if not all(c.isascii() or c in _VIETNAMESE for c in set(text)):
            return False
    return True
