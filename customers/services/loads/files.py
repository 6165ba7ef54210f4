"""Where loaded files are kept: under their hash, so that the same file stands once."""

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from django.conf import settings


class Kept(NamedTuple):
    """A file that is kept: its SHA-256 and its size in bytes."""

    sha256: str
    size: int


def keep(pieces: Iterable[bytes]) -> Kept:
    """Write a file piece by piece; it stands under its name only when it is whole."""
    folder = Path(settings.LOADS_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, prefix=PARTIAL, delete=False) as file:
        for piece in pieces:
            digest.update(piece)
            size += file.write(piece)
    Path(file.name).replace(path(digest.hexdigest()))
    return Kept(digest.hexdigest(), size)


PARTIAL = "partial-"


def path(sha256: str) -> Path:
    """Where the file with this hash is kept."""
    return Path(settings.LOADS_DIR) / sha256


def mending_path(load_id: int) -> Path:
    """Where the refused rows of a load are kept, to be mended."""
    return Path(settings.LOADS_DIR) / f"refused-{load_id}.xlsx"
