from .bill_checks import BillCheck
from .bills import Bill
from .closed_reads import ClosedMonth, StandingRead, UsualMoments
from .debits import Debit
from .earlier_bills import EarlierBill
from .fees import ServiceFee
from .payments import Payment, PaymentFeed
from .reads import EarlierRead, Read
from .stops import SupplyStop
from .tariffs import Tariff, TariffPrice, VatRate
from .terms import PaymentTerms
from .unusual import UnusualUse

__all__ = [
    "Bill",
    "ClosedMonth",
    "BillCheck",
    "Debit",
    "EarlierBill",
    "EarlierRead",
    "Payment",
    "PaymentFeed",
    "PaymentTerms",
    "Read",
    "ServiceFee",
    "StandingRead",
    "SupplyStop",
    "Tariff",
    "TariffPrice",
    "UsualMoments",
    "UnusualUse",
    "VatRate",
]
