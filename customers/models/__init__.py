from .accounts import Account, TariffGroup, seen
from .arrangement_terms import AutoDebit, MonthEndReading, RelativeContact, SmsRetention
from .arrangements import Arrangement
from .audit import AuditEntry
from .calendars import CalendarAddress
from .case_kinds import CaseKind
from .case_terms import AnswerTemplate, CaseTerms
from .cases import Case, CaseLine
from .changes import ContactChange
from .consent_texts import ConsentText
from .consents import Consent
from .contact_checks import ContactCheck, ContactTerms
from .contacts import ContactPoint
from .downloads import Download
from .events import AccountEvent
from .invitations import Invitation
from .linking import LetterCode, LinkCheck, LinkFreeze, LinkRequest
from .links import AccountLink, Right
from .loads import FileReading, Load, LoadChange, LoadNote, LoadRow
from .look_alarms import LookAlarm
from .looks import Look
from .lost_factors import LostFactor
from .meters import Meter
from .needs import Need
from .protection import Protection
from .reading_days import ReadingDayChange
from .registrations import Registration
from .requests import DataExport, DataRequest
from .reviews import Renewal, ReviewTerms
from .units import OperatingUnit
from .users import StaffRole, User
from .work import WorkItem

__all__ = [
    "Account",
    "AccountEvent",
    "AccountLink",
    "AnswerTemplate",
    "Arrangement",
    "AuditEntry",
    "AutoDebit",
    "CalendarAddress",
    "Case",
    "CaseKind",
    "CaseLine",
    "CaseTerms",
    "Consent",
    "ConsentText",
    "ContactChange",
    "ContactCheck",
    "ContactPoint",
    "ContactTerms",
    "DataExport",
    "DataRequest",
    "Download",
    "FileReading",
    "Invitation",
    "LetterCode",
    "LinkCheck",
    "LinkFreeze",
    "LinkRequest",
    "Load",
    "LoadChange",
    "LoadNote",
    "LoadRow",
    "Look",
    "LookAlarm",
    "LostFactor",
    "Meter",
    "MonthEndReading",
    "Need",
    "OperatingUnit",
    "Protection",
    "ReadingDayChange",
    "Registration",
    "RelativeContact",
    "Renewal",
    "ReviewTerms",
    "Right",
    "SmsRetention",
    "StaffRole",
    "TariffGroup",
    "User",
    "WorkItem",
    "seen",
]
