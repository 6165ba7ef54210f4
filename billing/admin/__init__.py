from .bills import BillAdmin
from .debits import DebitAdmin
from .fees import ServiceFeeAdmin
from .payments import PaymentAdmin
from .reads import ReadAdmin
from .tariffs import TariffAdmin, VatRateAdmin
from .terms import PaymentTermsAdmin

__all__ = [
    "BillAdmin",
    "DebitAdmin",
    "PaymentAdmin",
    "PaymentTermsAdmin",
    "ReadAdmin",
    "ServiceFeeAdmin",
    "TariffAdmin",
    "VatRateAdmin",
]
