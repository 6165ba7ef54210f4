"""Brings receipts to the product when they are due, and again when it does not answer."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

# More than one process answers easily, fewer than would choke it.
_AT_ONCE = 16
_PATIENCE = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One call to the product: what to send is made up when it goes out."""

    method: str
    url: str
    make: Callable[[], dict[str, Any]]
    """Keyword arguments for aiohttp's ``request``."""
    retries: tuple[float, ...] = ()
    """Seconds to wait before each repetition."""
    after: Callable[[], None] = field(default=lambda: None)
    """Called when the letter goes out for the first time."""


class Postman:
    """Keeps letters until they are due. ``pace`` stretches every wait (0: no waiting)."""

    def __init__(self, *, pace: float, capacity: int) -> None:
        self.pace = pace
        self.capacity = capacity
        self.delivered = self.refused = self.dropped = 0
        self._heap: list[tuple[float, int, Letter, int]] = []
        self._numbers = itertools.count()
        self._wake = asyncio.Event()
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._round: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(timeout=_PATIENCE)
        self._round = asyncio.create_task(self._go_round())

    async def stop(self) -> None:
        tasks = [task for task in (self._round, *self._running) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    @property
    def waiting(self) -> int:
        return len(self._heap)

    def forget(self) -> None:
        self._heap.clear()

    def post(self, letter: Letter, *, after: float, tries: int = 0) -> None:
        """Bring the letter in so many seconds of the simulator's pace."""
        if len(self._heap) >= self.capacity:
            self.dropped += 1
            return
        due = asyncio.get_running_loop().time() + after * self.pace
        heapq.heappush(self._heap, (due, next(self._numbers), letter, tries))
        self._wake.set()

    async def bring(self, letter: Letter, *, tries: int = 0) -> None:
        """Bring the letter now."""
        if tries == 0:
            letter.after()
        if await self._taken(letter):
            self.delivered += 1
        elif tries < len(letter.retries):
            self.post(letter, after=letter.retries[tries], tries=tries + 1)
        else:
            self.refused += 1

    async def _taken(self, letter: Letter) -> bool:
        if self._session is None:
            return False
        try:
            async with self._session.request(
                letter.method, letter.url, allow_redirects=False, **letter.make()
            ) as answer:
                return 200 <= answer.status < 300
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def _go_round(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            while self._heap and self._heap[0][0] <= loop.time():
                _, _, letter, tries = heapq.heappop(self._heap)
                await self._places.acquire()
                self._send_off(letter, tries)
            wait = self._heap[0][0] - loop.time() if self._heap else None
            try:
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _send_off(self, letter: Letter, tries: int) -> None:
        task = asyncio.create_task(self.bring(letter, tries=tries))
        self._running.add(task)
        task.add_done_callback(self._back)

    def _back(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._places.release()
