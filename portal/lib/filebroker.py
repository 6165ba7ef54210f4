"""Celery's ``filesystem://`` broker with whole files only.

Kombu's own writes a message in the sight of its readers; under load a reader takes it while it is
still empty, and a worker that cannot read a message ends. Here a file appears under its name once
it is complete.
"""

import os
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Messages and bindings that are there whole or not at all."""

    # The stubs name the second parameter in two ways.
    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        """Put ``payload`` onto ``queue``; names sort in the order of their making."""
        name = f"{time.time_ns():020}_{uuid.uuid4()}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        file = self._exchange_file(exchange)  # type: ignore[attr-defined] # missing in the stubs
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            _write_whole(file, "[]", replace=False)
        # With the file there, kombu changes it under a lock that its readers heed.
        super()._queue_bind(exchange, routing_key, pattern, queue)


class Transport(filesystem.Transport):
    """Kombu's file transport with our channel."""

    Channel = Channel


def install() -> None:
    """Use it for ``filesystem://`` in this process."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"


def _write_whole(path: Path, text: str, *, replace: bool = True) -> None:
    """Write beside ``path``, then give it its name; unless ``replace``, a file there stays."""
    beside = path.with_name(f".{path.name}.{uuid.uuid4()}")
    beside.write_text(text, encoding="utf-8")
    if replace:
        beside.rename(path)
        return
    with suppress(FileExistsError):
        os.link(beside, path)
    beside.unlink()
