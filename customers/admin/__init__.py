from .accounts import AccountAdmin
from .arrangements import ArrangementAdmin
from .cases import AnswerTemplateAdmin, CaseAdmin, CaseTermsAdmin
from .consent_texts import ConsentTextAdmin
from .contact_checks import ContactCheckAdmin, ContactTermsAdmin
from .contacts import ContactPointAdmin
from .linking import LinkFreezeAdmin, LinkRequestAdmin
from .links import AccountLinkAdmin
from .loads import LoadAdmin
from .looks import LookAdmin
from .lost_factors import LostFactorAdmin
from .meters import MeterAdmin
from .oversight import DownloadAdmin, LookAlarmAdmin, ProtectionAdmin
from .registrations import RegistrationAdmin
from .requests import DataRequestAdmin
from .units import OperatingUnitAdmin
from .users import UserAdmin
from .work import ReviewTermsAdmin, WorkItemAdmin

__all__ = [
    "AccountAdmin",
    "AccountLinkAdmin",
    "AnswerTemplateAdmin",
    "ArrangementAdmin",
    "CaseAdmin",
    "CaseTermsAdmin",
    "ConsentTextAdmin",
    "ContactCheckAdmin",
    "ContactPointAdmin",
    "ContactTermsAdmin",
    "DataRequestAdmin",
    "DownloadAdmin",
    "LinkFreezeAdmin",
    "LinkRequestAdmin",
    "LoadAdmin",
    "LookAdmin",
    "LookAlarmAdmin",
    "LostFactorAdmin",
    "MeterAdmin",
    "OperatingUnitAdmin",
    "ProtectionAdmin",
    "RegistrationAdmin",
    "ReviewTermsAdmin",
    "UserAdmin",
    "WorkItemAdmin",
]
