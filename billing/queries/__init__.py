"""What the pages and the API tell about use and bills; constant numbers of queries, no writes."""

from .bills import (
    BillSheet,
    OpenBill,
    bank_pays,
    bill_sheet,
    due_bills,
    last_bills,
    months,
    to_check,
)
from .changes import BillChange, DayPair, bill_change, days_overlaid
from .compared import Compared
from .earlier_bills import Correction, bill_at, corrections_of, months_at
from .month_end import Expected, MonthEnd, month_end_of, newest_bill
from .neighbours import Beside, Neighbours, neighbours_of
from .overview import LastDay, Likely, Overview, overview, supply_of
from .reads import KnownRead, reads_of
from .use import (
    MonthTotal,
    OutOfSight,
    daily_use,
    month_totals,
    period_billed,
    period_of,
    stretches_of,
    use_so_far,
)
from .year import Year, YearMonth, year_of

__all__ = [
    "Beside",
    "BillChange",
    "BillSheet",
    "Compared",
    "Correction",
    "DayPair",
    "Expected",
    "KnownRead",
    "LastDay",
    "Likely",
    "MonthEnd",
    "MonthTotal",
    "Neighbours",
    "OpenBill",
    "OutOfSight",
    "Overview",
    "Year",
    "YearMonth",
    "bank_pays",
    "bill_at",
    "bill_change",
    "bill_sheet",
    "corrections_of",
    "daily_use",
    "days_overlaid",
    "due_bills",
    "last_bills",
    "month_end_of",
    "month_totals",
    "months",
    "months_at",
    "neighbours_of",
    "newest_bill",
    "overview",
    "period_billed",
    "period_of",
    "reads_of",
    "stretches_of",
    "supply_of",
    "to_check",
    "use_so_far",
    "year_of",
]
