"""What was measured of the warning of unusual use, as the page of an address says it.

By ``make bench ONLY=unusual``, on made-up houses that the rule was not set on; a new rule, or
another measurement, is written down here together with its day. How many warnings are wrong nobody
can say: that depends on how many faults there are, and nobody has counted those.
"""

from datetime import date

MEASURED_ON = date(2026, 11, 29)
WARNED_IN_THOUSAND = 3
"""Of 1,000 houses in which nothing was wrong, warned within a month; rounded up from 2.5."""
FOUND_IN_HUNDRED = {"small and lasting": 27, "eight kWh more for a week": 51, "twice the use": 86}
"""Of 100 faults of each kind that were put into such houses."""
