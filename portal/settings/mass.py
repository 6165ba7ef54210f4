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

# What a message costs on each channel, in đồng (an SMS by its parts), and how many a second the
# provider takes: for forecasts alone, a bill comes from the provider.
CHANNEL_PRICES = {"inbox": 0, "push": 0, "zalo": 200, "email": 0, "sms": 500}
CHANNEL_RATES = {"zalo": 20, "email": 20, "sms": 20, "push": 100}
