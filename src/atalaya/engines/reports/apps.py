"""Reports: measures computed from facts, each opening into the rows behind it."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Metrics, tables of values, exports."""

    name = "atalaya.engines.reports"
    label = "reports"

    def ready(self) -> None:
        """Declare the slot before the files that fill it are looked for."""
        from atalaya.engines.reports import ports  # noqa: F401 - importing it declares the slot
