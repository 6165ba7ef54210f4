from .channels import ChannelState, ProviderToken
from .direct import DirectMessage
from .dispatches import Attempt, Dispatch, Receipt
from .kinds import Channel, Kind, KindPolicy, LegalClass
from .notices import Notice, Run
from .outages import Outage
from .preferences import Preference
from .reasons import Reason

__all__ = [
    "Attempt",
    "Channel",
    "ChannelState",
    "DirectMessage",
    "Dispatch",
    "Kind",
    "KindPolicy",
    "LegalClass",
    "Notice",
    "Outage",
    "Preference",
    "ProviderToken",
    "Reason",
    "Receipt",
    "Run",
]
