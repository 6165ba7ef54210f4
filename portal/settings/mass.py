"""Telling very many at once: how many one person sends alone, and how long it can be stopped."""

from datetime import timedelta

# A campaign to more recipients needs a second person; so does one to more than so many times the
# usual number, and a run of bills of more than so many times the usual number.
MASS_ALONE = 500
MASS_TIMES = 2
# So few are no mass, whatever is usual.
MASS_SMALL = 50
# The usual number is the median of so many rounds before.
MASS_ROUNDS = 6
# Between the last yes and the first message.
MASS_HOLD = timedelta(minutes=10)
