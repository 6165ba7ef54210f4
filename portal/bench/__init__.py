"""Benchmarks: each module offers ways to do one thing; the others stand against the first.

A module has ``WHAT`` (one line), ``UNIT`` (what is counted) and ``ways()``, which yields a
:class:`Way` for each. It may have ``remarks()``: lines that stand below its table;
``ONLY_WHEN_NAMED``: it takes long; ``ROUNDS``: it is never taken more often.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to do the thing: ``run`` is measured and does ``units``, ``prepare`` is not."""

    name: str
    units: int
    run: Callable[[], object]
    prepare: Callable[[], object] = lambda: None


@dataclass(frozen=True, slots=True)
class Result:
    """The median of one way's rounds, in seconds, and how often the baseline's it is."""

    way: Way
    seconds: float
    ratio: float

    @property
    def rate(self) -> float:
        """Units a second."""
        return self.way.units / self.seconds


def measure(ways: Iterable[Way], *, rounds: int) -> list[Result]:
    """Run every way ``rounds`` times, in turns: what else the machine does then meets them all."""
    ways = list(ways)
    seconds: dict[str, list[float]] = {way.name: [] for way in ways}
    for _round in range(rounds):
        for way in ways:
            way.prepare()
            seconds[way.name].append(_time(way.run))
    medians = [statistics.median(seconds[way.name]) for way in ways]
    return [Result(way, m, m / medians[0]) for way, m in zip(ways, medians, strict=True)]


def _time(run: Callable[[], object]) -> float:
    gc.collect()
    started = time.perf_counter()
    run()
    return time.perf_counter() - started
