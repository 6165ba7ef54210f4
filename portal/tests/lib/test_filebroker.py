"""The file broker: what a reader finds is whole, whoever writes at the same time."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.transport.filesystem import Channel

from portal import celery, embedded
from portal.lib import filebroker


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[Channel]:
    options = embedded.broker_options(tmp_path)
    with Connection("filesystem://", transport_options=options) as connection:
        yield connection.channel()


def messages(channel: Channel) -> Iterator[object]:
    while True:
        try:
            yield channel._get("bulk")
        except Empty:
            return


def shown(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if not path.name.startswith(".")]


class TestFileBroker:
    def test_stands_behind_the_address_that_celery_is_given(self, channel):
        with celery.app.connection_for_write(url="filesystem://") as connection:
            assert connection.get_transport_cls() is filebroker.Transport
        assert isinstance(channel, filebroker.Channel)

    def test_hands_out_messages_in_the_order_in_which_they_came(self, channel):
        for number in range(12):
            channel._put("bulk", {"number": number})
            channel._put("urgent", {"number": -number})
        assert [message["number"] for message in messages(channel)] == list(range(12))

    def test_shows_a_message_only_once_it_is_whole(self, channel, monkeypatch):
        seen: list[list[str]] = []
        rename = Path.rename

        def look_then_rename(path: Path, target: Path) -> Path:
            seen.append(shown(target.parent))
            with pytest.raises(Empty):
                channel._get("bulk")
            assert json.loads(path.read_text()) == {"a": 1}
            return rename(path, target)

        monkeypatch.setattr(Path, "rename", look_then_rename)
        channel._put("bulk", {"a": 1})
        assert seen == [[]]
        assert list(messages(channel)) == [{"a": 1}]

    def test_keeps_every_binding_of_queues_that_arrive_together(self, channel):
        def bind(number: int) -> None:
            channel._queue_bind("bulk", f"key{number}", "", f"queue{number}")

        threads = [threading.Thread(target=bind, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {row.queue for row in channel.get_table("bulk")} == {f"queue{n}" for n in range(8)}
        assert shown(channel.control_folder) == ["bulk.exchange"]
        assert len(list(channel.control_folder.iterdir())) == 1
