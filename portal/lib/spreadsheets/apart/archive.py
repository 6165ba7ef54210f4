"""The ZIP container of XLSX and ODS, measured before anything is unpacked, then walked once.

The directory alone shows a bomb. It can also lie, so each entry is inflated once in small pieces
that are thrown away again, and refused where it is not exactly as long as it says; only then does
the reader, which trusts the directory, get to see the file.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from . import faults
from .faults import Fault
from .limits import Limits

PIECE = 2**18
_LOCAL_HEADER = struct.Struct("<26xHH")
_UNSAFE_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)")
# A document type is the way to external entities; no spreadsheet program writes one.
_DOCTYPE = b"<!DOCTYPE"


def damaged() -> Fault:
    """The fault of a file that cannot be read to its end."""
    return Fault(faults.DAMAGED)


def directory(file: BinaryIO, limits: Limits) -> list[zipfile.ZipInfo]:
    """The entries of the container, from its directory alone.

    :raises Fault: it is too large, too dense, holds macros, unsafe names or links
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error):
        raise damaged() from None
    if len(entries) > limits.entries:
        raise Fault(faults.TOO_MANY, limit=limits.entries)
    _check_sizes(entries, limits)
    for entry in entries:
        _check_entry(entry)
    if len({entry.filename for entry in entries}) != len(entries):
        raise Fault(faults.UNSAFE)
    return entries


def _check_sizes(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    dense = unpacked > limits.ratio_counts_from and unpacked > limits.ratio * packed
    if unpacked > limits.unpacked_bytes or dense:
        raise Fault(faults.BOMB)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if _UNSAFE_NAME.search(name) or "\x00" in entry.orig_filename:
        raise Fault(faults.UNSAFE)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Fault(faults.UNSAFE)
    if name.lower().rpartition("/")[2] == "vbaproject.bin":
        raise Fault(faults.MACROS)
    if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise damaged()


def pieces(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of one entry in pieces; never more than its declared size.

    :raises Fault: it is longer or shorter than declared, damaged, or declares a document type
    """
    left, tail = entry.file_size, b""
    is_xml = entry.filename.lower().endswith((".xml", ".rels"))
    for piece in _inflated(file, entry):
        left -= len(piece)
        if left < 0:
            raise Fault(faults.BOMB)
        # A NUL means UTF-16, in which a document type would hide from this search.
        if is_xml and (_DOCTYPE in tail + piece or b"\x00" in piece):
            raise Fault(faults.OUTSIDE)
        tail = piece[1 - len(_DOCTYPE) :]
        yield piece
    if left:
        raise damaged()


def _inflated(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(entry.header_offset)
    header = file.read(30)
    if len(header) < 30:
        raise damaged()
    file.seek(sum(_LOCAL_HEADER.unpack(header)), 1)
    packed = _packed(file, entry.compress_size)
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from packed
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for part in packed:
            while part:
                yield inflater.decompress(part, PIECE)
                part = inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error:
        raise damaged() from None


def _packed(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The stored bytes of an entry; the caller may not move ``file`` meanwhile."""
    while size > 0:
        part = file.read(min(PIECE, size))
        if not part:
            raise damaged()
        size -= len(part)
        yield part
