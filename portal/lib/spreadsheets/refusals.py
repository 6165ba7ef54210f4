"""What stops a whole file."""

from portal.lib.errors import Unreadable


class Refused(Unreadable):
    """A file that is not taken at all; nothing of it was used."""
