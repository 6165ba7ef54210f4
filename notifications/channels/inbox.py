"""The inbox of the site: the dispatch itself is the message, so there is nobody to call."""

from notifications.channels.base import Channel, Message


class Inbox(Channel):
    """Takes every message at once; it counts as reached only when the page says it was seen."""

    deduplicates = True

    async def send(self, message: Message) -> str:
        return message.reference
