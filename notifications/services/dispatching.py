"""Sending: claim what is due, call the provider, record what came of it, until time is up.

The calls run on an event loop; claims and records run in the thread that called, one at a time,
on its own connection, with no transaction open while a call is under way.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from notifications import channels
from notifications.channels import Channel, Message, Unavailable
from notifications.models import Dispatch
from notifications.services import claiming, pacing, rendering, settling
from notifications.services.claiming import ALL, URGENT, Claim
from notifications.services.settling import Broken, Result

log = structlog.get_logger(__name__)

# One round; then others get their turn, and a worker that must end can.
ROUND = timedelta(seconds=20)
# Of a round, for dispatches whose sender died before.
SUSPECTS = timedelta(seconds=5)
# Results that come in together are recorded together, but none waits longer: seconds.
COMMIT_EVERY = 0.05
# Beyond an adapter's own deadline: it did not keep its word.
GRACE = 5.0
# After a claim, so that deadline, grace and record fit into the lease.
LATEST_START = claiming.LEASE / 2
IN_FLIGHT = 32
# What providers answered is known here alone until it is written down: a database that restarts
# is waited for, in seconds.
RECORD_WITHIN, RECORD_AGAIN = 45.0, 0.5

# A call under way: what becomes of each dispatch that it carries.
Call = asyncio.Task[list[Result]]


def send_batch(*, channel: str, at: datetime, lane: int = ALL, lasting: timedelta = ROUND) -> bool:
    """Send what is due on ``channel`` for a while; whether more is waiting."""
    return async_to_sync(_Round(channel=channel, at=at, lane=lane).run)(lasting)


def due_channels(*, at: datetime) -> list[tuple[str, bool]]:
    """Channels that have something to send now, and whether some of it is urgent."""
    due = []
    for channel in channels.names():
        first = Dispatch.objects.due(channel=channel, at=at).values_list("priority", flat=True)[:1]
        due += [(channel, priority <= URGENT) for priority in first]
    return due


class _Round:
    """One sender's work on one channel, from opening the adapter to closing it."""

    def __init__(self, *, channel: str, at: datetime, lane: int) -> None:
        self.channel, self.at, self.lane = channel, at, lane
        self.in_flight: int = settings.CHANNELS[channel].get("IN_FLIGHT", IN_FLIGHT)

    async def run(self, lasting: timedelta) -> bool:
        self.started = asyncio.get_running_loop().time()
        async with channels.get(self.channel) as self.adapter:
            more = await self._send(until=lasting, in_flight=self.in_flight)
            until = max(lasting, self._elapsed()) + SUSPECTS
            # One at a time, so that the one that kills its sender takes no other along.
            return await self._send(until=until, in_flight=1, suspects=True) or more

    async def _send(self, *, until: timedelta, in_flight: int, suspects: bool = False) -> bool:
        """Keep ``in_flight`` calls under way while anything is due; whether time ran out first."""
        calls: set[Call] = set()
        more = True
        while more or calls:
            room = in_flight - len(calls)
            if more and room and self._elapsed() < until:
                try:
                    started, more = await self._start(room, suspects=suspects)
                except Exception:
                    await self._finish(calls)
                    raise
                calls |= started
            elif not calls:
                return True
            if calls:
                done, calls = await asyncio.wait(calls, timeout=COMMIT_EVERY)
                await self._record(_results(done))
            elif more:
                # The provider's pace: its next call may start in a moment.
                await asyncio.sleep(COMMIT_EVERY)
        return False

    async def _finish(self, calls: set[Call]) -> None:
        """Whatever ends a round: a call that was made is waited for, and written down."""
        if calls:
            done, _ = await asyncio.wait(calls)
            await self._record(_results(done))

    async def _start(self, limit: int, *, suspects: bool) -> tuple[set[Call], bool]:
        """Claim up to ``limit`` dispatches and call for each; and whether more may be due."""
        before = self._elapsed()
        batch = await sync_to_async(claiming.claim)(
            channel=self.channel, at=self._now(), limit=limit, lane=self.lane, suspects=suspects
        )
        messages = await sync_to_async(rendering.messages)(
            claims=batch.claims, channel=self.channel, at=self._now()
        )
        if self._elapsed() - before > LATEST_START:
            # The leases would run out during the calls: nothing was sent, so say so.
            messages = dict.fromkeys(messages, Broken("rendered too slowly"))
        calls = [self._call(claims, messages) for claims in _together(batch.claims)]
        # Others of a digest come on top of what was asked for.
        more = batch.is_paced or batch.taken >= limit
        return {asyncio.ensure_future(call) for call in calls}, more

    async def _call(
        self, claims: Collection[Claim], messages: Mapping[int, Message | Broken]
    ) -> list[Result]:
        """One call for all of ``claims``, which end alike but for those that could not be made."""
        broken, good, message = [], [], None
        for claim in claims:
            made = messages[claim.dispatch]
            if isinstance(made, Broken):
                broken.append(Result(claim=claim, error=made))
            else:
                good.append(claim)
                message = made
        if message is None:
            return broken
        try:
            reference = await send_within(self.adapter, message)
        except Exception as error:
            return [*broken, *(Result(claim=claim, error=error) for claim in good)]
        return [*broken, *(Result(claim=claim, provider_ref=reference) for claim in good)]

    async def _record(self, results: Collection[Result]) -> None:
        """Write ``results`` down, also across a restart of the database."""
        ends_at = asyncio.get_running_loop().time() + RECORD_WITHIN
        while results and not await self._settle(results, is_last=self._is_over(ends_at)):
            await asyncio.sleep(RECORD_AGAIN)
            await sync_to_async(connection.close_if_unusable_or_obsolete)()
        if results and self.adapter.quota is not None:
            await sync_to_async(pacing.note_quota)(
                channel=self.channel, quota=self.adapter.quota, at=self._now()
            )

    async def _settle(self, results: Collection[Result], *, is_last: bool) -> bool:
        """Whether ``results`` are written down; that they are not is raised the last time."""
        try:
            await sync_to_async(settling.settle)(
                channel=self.channel,
                results=list(results),
                deduplicates=self.adapter.deduplicates,
                at=self._now(),
            )
        except (OperationalError, InterfaceError) as error:
            if is_last:
                raise
            log.warning("results not recorded yet", error=type(error).__name__)
            return False
        return True

    @staticmethod
    def _is_over(moment: float) -> bool:
        return asyncio.get_running_loop().time() >= moment

    def _elapsed(self) -> timedelta:
        return timedelta(seconds=asyncio.get_running_loop().time() - self.started)

    def _now(self) -> datetime:
        return self.at + self._elapsed()


def _together(claims: Iterable[Claim]) -> Iterable[list[Claim]]:
    """Those that go in one message; most are alone in theirs."""
    calls: dict[UUID, list[Claim]] = {}
    for claim in claims:
        calls.setdefault(claim.sent_as, []).append(claim)
    return calls.values()


def _results(calls: Iterable[Call]) -> list[Result]:
    return [result for call in calls for result in call.result()]


async def send_within(adapter: Channel, message: Message) -> str:
    """One call, ended in any case a little after the adapter's own deadline."""
    try:
        async with asyncio.timeout(adapter.deadline + GRACE):
            return await adapter.send(message)
    except TimeoutError:
        raise Unavailable("no answer in time", ambiguous=True) from None
