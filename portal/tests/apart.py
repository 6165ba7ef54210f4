"""Objects that live in a thread of their own and are used from another.

Playwright's sync API leaves an event loop running in the thread that uses it. In the thread of the
tests that loop would hide the test database from Django and forbid ``asyncio.run``.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


class Thread:
    """A thread that does one thing at a time, each when it is asked to."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="browser")

    def call(self, function: Callable[..., Any], *values: Any, **named: Any) -> Any:
        """The function's result; what it raises is raised here."""
        values = tuple(_own(value) for value in values)
        named = {name: _own(value) for name, value in named.items()}
        return self.wrapped(self._pool.submit(function, *values, **named).result())

    def wrapped(self, value: Any) -> Any:
        """``value``, or what stands here for an object that belongs over there."""
        if isinstance(value, list):
            return [self.wrapped(item) for item in value]
        foreign = type(value).__module__.startswith("playwright.")
        return Apart(self, value) if foreign or callable(value) else value

    def close(self) -> None:
        """Let it end."""
        self._pool.shutdown()


class Apart:
    """Stands here for an object over there: its attributes, its calls, its ``with`` block."""

    def __init__(self, thread: Thread, value: Any) -> None:
        self._thread, self._value = thread, value

    def __getattr__(self, name: str) -> Any:
        return self._thread.call(getattr, self._value, name)

    def __call__(self, *values: Any, **named: Any) -> Any:
        return self._thread.call(self._value, *values, **named)

    def __enter__(self) -> Any:
        return self._thread.call(type(self._value).__enter__, self._value)

    def __exit__(self, *raised: Any) -> Any:
        return self._thread.call(type(self._value).__exit__, self._value, *raised)

    def __repr__(self) -> str:
        return f"Apart({self._value!r})"


def _own(value: Any) -> Any:
    return value._value if isinstance(value, Apart) else value
