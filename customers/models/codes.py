"""Of a code that is sent to prove an address: how many, how often it may be tried, how long."""

from datetime import timedelta

MOST_CODES = 10
MOST_TRIES = 5
CODE_LASTS = timedelta(minutes=10)
BETWEEN_CODES = timedelta(minutes=1)
