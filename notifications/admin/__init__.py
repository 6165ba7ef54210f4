from .audiences import AudienceAdmin
from .campaigns import CampaignAdmin
from .channels import ChannelStateAdmin
from .cutovers import CutoverAdmin
from .dated import ChannelPriceAdmin, LeadTimeAdmin, QuietHoursAdmin
from .dispatches import DispatchAdmin
from .halts import HaltAdmin
from .notices import NoticeAdmin
from .outages import OutageAdmin
from .policies import KindPolicyAdmin
from .runs import RunAdmin
from .stops import SupplyStopAdmin
from .wordings import WordingChangeAdmin

__all__ = [
    "AudienceAdmin",
    "CampaignAdmin",
    "ChannelPriceAdmin",
    "ChannelStateAdmin",
    "CutoverAdmin",
    "DispatchAdmin",
    "HaltAdmin",
    "KindPolicyAdmin",
    "LeadTimeAdmin",
    "NoticeAdmin",
    "OutageAdmin",
    "QuietHoursAdmin",
    "RunAdmin",
    "SupplyStopAdmin",
    "WordingChangeAdmin",
]
