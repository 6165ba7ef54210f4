from .bills import bill_detail, bill_document, bill_list
from .changes import bill_change
from .downloads import bills_csv, downloads, green_button_file, use_csv
from .neighbours import neighbours
from .reads import reads
from .work_out import work_out

__all__ = [
    "bill_change",
    "bill_detail",
    "bill_document",
    "bill_list",
    "bills_csv",
    "downloads",
    "green_button_file",
    "neighbours",
    "reads",
    "use_csv",
    "work_out",
]
