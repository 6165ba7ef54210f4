from .bills import BillAdmin
from .payments import PaymentAdmin
from .reads import ReadAdmin
from .tariffs import TariffAdmin, VatRateAdmin

__all__ = ["BillAdmin", "PaymentAdmin", "ReadAdmin", "TariffAdmin", "VatRateAdmin"]
