from .bills import bill_detail, bill_list
from .changes import bill_change

__all__ = ["bill_change", "bill_detail", "bill_list"]
