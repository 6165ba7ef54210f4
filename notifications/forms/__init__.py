from .campaigns import AudienceForm, CampaignForm
from .cutovers import CutoverForm
from .dry_run import DryRunForm
from .halts import HaltForm
from .outages import EndForm, PostponeForm, ReportForm, WithdrawForm
from .policies import LeadTimeForm, PolicyForm
from .quiet import QuietForm
from .stops import StopForm
from .tellings import TellingForm
from .thresholds import ThresholdForm

__all__ = [
    "AudienceForm",
    "CampaignForm",
    "CutoverForm",
    "DryRunForm",
    "EndForm",
    "HaltForm",
    "LeadTimeForm",
    "PolicyForm",
    "PostponeForm",
    "QuietForm",
    "ReportForm",
    "StopForm",
    "TellingForm",
    "ThresholdForm",
    "WithdrawForm",
]
