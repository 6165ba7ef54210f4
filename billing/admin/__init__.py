from .bills import BillAdmin
from .fees import ServiceFeeAdmin
from .payments import PaymentAdmin
from .reads import ReadAdmin
from .tariffs import TariffAdmin, VatRateAdmin
from .terms import PaymentTermsAdmin

__all__ = [
    "BillAdmin",
    "PaymentAdmin",
    "PaymentTermsAdmin",
    "ReadAdmin",
    "ServiceFeeAdmin",
    "TariffAdmin",
    "VatRateAdmin",
]
