"""The care desk: how long staff stay signed in, and how much one of them may look at."""

from datetime import timedelta

# Nobody at the keyboard for so long, or signed in for so long: the session is over.
DESK_IDLE = timedelta(minutes=15)
DESK_LONGEST = timedelta(hours=10)

# A reason holds for its account so long after it was given, however much is looked at.
DESK_REASON_HOLDS = timedelta(minutes=60)
# A call goes on for so long: its number is filled in for the next account.
DESK_CALL_LASTS = timedelta(minutes=15)
# The same page of the same account, opened again within this time, is one look.
DESK_ONE_LOOK = timedelta(minutes=1)

# More than this in one hour, by one member of staff, and a supervisor is told.
DESK_MOST_ACCOUNTS = 60
DESK_MOST_REVEALS = 30

# Rows of customers' data that one person may take away alone.
DESK_MOST_EXPORTED = 1000
