"""Where loaded files are kept: under their hash, so that the same file stands once.

A file of a kind that holds secrets is kept sealed, and opened in memory alone.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from portal.lib.sealed import seal_bytes, unseal_bytes

PIECE = 2**20


class Kept(NamedTuple):
    """A file that is kept: its SHA-256 and its size in bytes."""

    sha256: str
    size: int


def pieces(path: Path) -> Iterator[bytes]:
    """A file that lies on a disk, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def keep(pieces: Iterable[bytes], *, is_secret: bool = False) -> Kept:
    """Write a file piece by piece; it stands under its name only when it is whole."""
    folder = Path(settings.LOADS_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, prefix=PARTIAL, delete=False) as file:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            file.write(seal_bytes(piece) + b"\n" if is_secret else piece)
    Path(file.name).replace(path(digest.hexdigest(), is_secret=is_secret))
    return Kept(digest.hexdigest(), size)


PARTIAL, SEALED = "partial-", ".sealed"


def path(sha256: str, *, is_secret: bool = False) -> Path:
    """Where the file with this hash is kept."""
    return Path(settings.LOADS_DIR) / f"{sha256}{SEALED if is_secret else ''}"


def seal(sha256: str) -> None:
    """Leave no clear copy of a secret file, whoever kept one."""
    clear = path(sha256)
    if clear.exists():
        keep([clear.read_bytes()], is_secret=True)
        clear.unlink()


def is_sealed(sha256: str) -> bool:
    """Whether somebody brought it as a file that holds secrets, whoever else brought it as what."""
    return path(sha256, is_secret=True).exists()


def content(sha256: str) -> bytes:
    """What a sealed file holds."""
    return b"".join(map(unseal_bytes, path(sha256, is_secret=True).read_bytes().splitlines()))


def mending_path(load_id: int) -> Path:
    """Where the refused rows of a load are kept, to be mended."""
    return Path(settings.LOADS_DIR) / f"refused-{load_id}.xlsx"
