"""Whether a channel may send: pauses that a provider asks for, stops until staff act, a breaker."""

from datetime import datetime, timedelta

import structlog
from django.db.models import F
from django.db.models.functions import Greatest

from notifications.models import ChannelState

log = structlog.get_logger(__name__)

# After so many failures in a row a channel gets one try at a time, this far apart.
BREAKER_FAILURES = 5
BREAKER_PAUSE = timedelta(seconds=10)


def room(*, channel: str, at: datetime, wanted: int) -> int:
    """How many messages may start on ``channel`` now: all that are wanted, one as a probe, none."""
    state = ChannelState.objects.get(channel=channel)
    if state.stopped_at or (state.paused_until and state.paused_until > at):
        return 0
    return min(wanted, 1) if state.failures >= BREAKER_FAILURES else wanted


def pause(*, channel: str, until: datetime, why: str) -> None:
    """Let ``channel`` rest until then; a longer rest that was agreed before stays."""
    ChannelState.objects.filter(channel=channel).update(
        paused_until=Greatest(F("paused_until"), until), why=why[:200]
    )


def stop(*, channel: str, why: str, at: datetime) -> None:
    """Send nothing more on ``channel`` until staff start it again."""
    stopped = ChannelState.objects.filter(channel=channel, stopped_at=None).update(
        stopped_at=at, why=why[:200]
    )
    if stopped:
        log.error("channel stopped", channel=channel, why=why)


def stop_words(*, channel: str, kind: str, why: str) -> None:
    """Send no notice of ``kind`` on ``channel`` until staff mend its words."""
    states = ChannelState.objects.filter(channel=channel).exclude(stopped_kinds__contains=[kind])
    for state in states.select_for_update():
        state.stopped_kinds.append(kind)
        state.why = why[:200]
        state.save(update_fields=["stopped_kinds", "why"])
        log.error("words stopped", channel=channel, kind=kind, why=why)


def start_again(*, channel: str) -> None:
    """Open ``channel`` with all its words: staff mended what was wrong."""
    ChannelState.objects.filter(channel=channel).update(
        stopped_at=None, paused_until=None, failures=0, stopped_kinds=[], why=""
    )


def note(*, channel: str, worked: bool, failures: int, at: datetime) -> None:
    """Keep count of failures in a row; from a few on, the channel rests between two probes."""
    states = ChannelState.objects.filter(channel=channel)
    if worked:
        states.filter(failures__gt=0).update(failures=0)
    elif failures:
        states.update(failures=F("failures") + failures)
        states.filter(failures__gte=BREAKER_FAILURES).update(
            paused_until=Greatest(F("paused_until"), at + BREAKER_PAUSE)
        )
