from .bills import Bill
from .payments import Payment
from .reads import Read
from .tariffs import Tariff, TariffPrice, VatRate

__all__ = ["Bill", "Payment", "Read", "Tariff", "TariffPrice", "VatRate"]
