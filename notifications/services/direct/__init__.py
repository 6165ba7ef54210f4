"""Words to one address outside of notices: codes somebody waits for, letters to a login.

The one way for whatever is not a :class:`~notifications.models.Notice`. What is queued is sent
after the commit; a row that nobody was rung for is found by the clock.
"""

from notifications.services.direct.arrivals import arrived
from notifications.services.direct.limits import (
    NotAMobile,
    Refused,
    Rush,
    TooManyFromNetwork,
    TooManyToAddress,
    TooManyToday,
)
from notifications.services.direct.queueing import NotAllowed, queue
from notifications.services.direct.sending import due, send, sweep

__all__ = [
    "NotAMobile",
    "NotAllowed",
    "Refused",
    "Rush",
    "TooManyFromNetwork",
    "TooManyToAddress",
    "TooManyToday",
    "arrived",
    "due",
    "queue",
    "send",
    "sweep",
]
