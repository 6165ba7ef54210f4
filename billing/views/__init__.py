from .bills import bill_detail, bill_document, bill_list
from .changes import bill_change
from .reads import reads
from .work_out import work_out

__all__ = ["bill_change", "bill_detail", "bill_document", "bill_list", "reads", "work_out"]
