from .bills import Bill
from .debits import Debit
from .fees import ServiceFee
from .payments import Payment, PaymentFeed
from .reads import EarlierRead, Read
from .stops import SupplyStop
from .tariffs import Tariff, TariffPrice, VatRate
from .terms import PaymentTerms

__all__ = [
    "Bill",
    "Debit",
    "EarlierRead",
    "Payment",
    "PaymentFeed",
    "PaymentTerms",
    "Read",
    "ServiceFee",
    "SupplyStop",
    "Tariff",
    "TariffPrice",
    "VatRate",
]
