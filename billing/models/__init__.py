from .bill_checks import BillCheck
from .bills import Bill
from .closed_reads import ClosedMonth, StandingRead, UsualMoments
from .debits import Debit
from .earlier_bills import EarlierBill
from .fees import ServiceFee
from .neighbours import FEWEST_OTHERS, WHOLE_MONTH_DAYS, Neighbourhood
from .payments import Payment, PaymentFeed
from .reads import EarlierRead, Read
from .stops import SupplyStop
from .tariffs import Tariff, TariffPrice, VatRate
from .terms import PaymentTerms
from .unusual import UnusualUse

__all__ = [
    "FEWEST_OTHERS",
    "WHOLE_MONTH_DAYS",
    "Bill",
    "BillCheck",
    "ClosedMonth",
    "Debit",
    "EarlierBill",
    "EarlierRead",
    "Neighbourhood",
    "Payment",
    "PaymentFeed",
    "PaymentTerms",
    "Read",
    "ServiceFee",
    "StandingRead",
    "SupplyStop",
    "Tariff",
    "TariffPrice",
    "UnusualUse",
    "UsualMoments",
    "VatRate",
]
