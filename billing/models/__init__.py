from .bills import Bill
from .payments import Payment
from .reads import Read
from .stops import SupplyStop
from .tariffs import Tariff, TariffPrice, VatRate
from .terms import PaymentTerms

__all__ = [
    "Bill",
    "Payment",
    "PaymentTerms",
    "Read",
    "SupplyStop",
    "Tariff",
    "TariffPrice",
    "VatRate",
]
