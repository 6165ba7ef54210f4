from .channels import ChannelState, ProviderToken
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
