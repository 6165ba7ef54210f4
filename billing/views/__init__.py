from .bills import bill_detail, bill_document, bill_list
from .changes import bill_change
from .downloads import bills_file, downloads, green_button_file, use_file
from .neighbours import neighbours
from .reads import reads
from .work_out import work_out

__all__ = [
    "bill_change",
    "bill_detail",
    "bill_document",
    "bill_list",
    "bills_file",
    "downloads",
    "green_button_file",
    "neighbours",
    "reads",
    "use_file",
    "work_out",
]
