from .bills import Bill
from .payments import Payment
from .reads import Read
from .tariffs import Tariff, TariffPrice, VatRate
from .terms import PaymentTerms

__all__ = ["Bill", "Payment", "PaymentTerms", "Read", "Tariff", "TariffPrice", "VatRate"]
