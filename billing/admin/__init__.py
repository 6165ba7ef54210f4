from .bills import BillAdmin
from .payments import PaymentAdmin
from .reads import ReadAdmin
from .tariffs import TariffAdmin, VatRateAdmin
from .terms import PaymentTermsAdmin

__all__ = [
    "BillAdmin",
    "PaymentAdmin",
    "PaymentTermsAdmin",
    "ReadAdmin",
    "TariffAdmin",
    "VatRateAdmin",
]
