from .audiences import Audience
from .campaigns import Campaign, CampaignMember
from .channels import ChannelState, ProviderToken
from .cutovers import Cutover, CutoverFigure, CutoverLoss
from .decisions import ChannelPrice, Decision
from .devices import PushDevice
from .direct import DirectMessage
from .dispatches import Attempt, Dispatch, Receipt
from .halts import Halt
from .kinds import BY_PHONE, WAYS, Channel, Kind, KindPolicy, LegalClass
from .notices import Notice
from .outages import Announcement, LeadTime, Outage, OutagePlace
from .own_choices import CHOOSERS, OWN_CHANNELS, OwnChoice
from .pace import Pace
from .preferences import Preference
from .quiet import OwnQuietHours, QuietHours
from .reach import ReachCount, ReachDay
from .reasons import Reason
from .runs import Run
from .tellings import Telling
from .thresholds import ThresholdPassing, UseThreshold
from .trials import PolicyTrial
from .wordings import Filling, Language, Wording, WordingChange

__all__ = [
    "BY_PHONE",
    "CHOOSERS",
    "OWN_CHANNELS",
    "WAYS",
    "Announcement",
    "Attempt",
    "Audience",
    "Campaign",
    "CampaignMember",
    "Channel",
    "ChannelPrice",
    "ChannelState",
    "Cutover",
    "CutoverFigure",
    "CutoverLoss",
    "Decision",
    "DirectMessage",
    "Dispatch",
    "Filling",
    "Halt",
    "Kind",
    "KindPolicy",
    "Language",
    "LeadTime",
    "LegalClass",
    "Notice",
    "Outage",
    "OutagePlace",
    "OwnChoice",
    "OwnQuietHours",
    "Pace",
    "PolicyTrial",
    "Preference",
    "ProviderToken",
    "PushDevice",
    "QuietHours",
    "ReachCount",
    "ReachDay",
    "Reason",
    "Receipt",
    "Run",
    "Telling",
    "ThresholdPassing",
    "UseThreshold",
    "Wording",
    "WordingChange",
]
