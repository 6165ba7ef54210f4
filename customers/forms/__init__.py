from .arrangements import FORMS, AgreedForm
from .cases import AnswerForm, HandOverForm, QuestionForm, RecordCaseForm, TemplateForm
from .logins import LoginForm
from .lost_factors import LostFactorForm
from .needs import NeedForm, SaidForm
from .opening import OpeningForm
from .protection import ProtectionForm
from .settling import EndForm, OutcomeForm, PutOffForm, RenewForm
from .sharing import InviteForm, MoveOutForm, SharingForm

__all__ = [
    "FORMS",
    "AgreedForm",
    "AnswerForm",
    "EndForm",
    "HandOverForm",
    "InviteForm",
    "LoginForm",
    "LostFactorForm",
    "MoveOutForm",
    "NeedForm",
    "OpeningForm",
    "OutcomeForm",
    "ProtectionForm",
    "PutOffForm",
    "QuestionForm",
    "RecordCaseForm",
    "RenewForm",
    "SaidForm",
    "SharingForm",
    "TemplateForm",
]
