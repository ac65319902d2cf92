"""A clock that stands where a test puts it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from atalaya.kernel import clock as kernel_clock


class TestClock:
    """Moves the time of ``atalaya.kernel.clock`` until the end of the test."""

    __test__ = False

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def at(self, moment: dt.datetime | str, zone: str = "UTC") -> dt.datetime:
        """Hold the clock at ``moment``; a string is local time in ``zone``."""
        return self._stack.enter_context(kernel_clock.at(moment, zone))

    def advance(self, **duration: float) -> dt.datetime:
        """Let time pass: ``advance(hours=2)``. The clock stands still afterwards."""
        return self.at(kernel_clock.now() + dt.timedelta(**duration))

    def now(self) -> dt.datetime:
        """What the desk believes the time to be."""
        return kernel_clock.now()


@pytest.fixture
def clock() -> Iterator[TestClock]:
    """The clock of the desk: ``clock.at("2026-03-29 01:30", "Europe/Madrid")``."""
    with ExitStack() as stack:
        yield TestClock(stack)
