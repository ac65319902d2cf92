"""What every journey has."""

from __future__ import annotations

from tests.journeys.company import company

__all__ = ["company"]
