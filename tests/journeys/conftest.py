"""What every journey has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.journeys.company import company

from atalaya.testing.desks import RunningDesk

__all__ = ["company"]


@pytest.fixture(autouse=True)
def _what_the_desk_said(desk: RunningDesk) -> Iterator[None]:
    """Shown beside a journey that failed."""
    before = len(desk.log)
    yield
    said = [line for line in desk.log[before:].splitlines() if '"event": "request"' not in line]
    print("\n".join(said)[-6000:])
